// Measures how often the symmetry tests reject, and prints the table of the documentation in Markdown.
// Usage: npm run build, then node tools/symmetry-table.mjs [repetitions]   (some minutes; the same table every time)
import { join } from "node:path";
import { pathToFileURL } from "node:url";

import { root } from "./workspace.mjs";

const load = (path) => import(pathToFileURL(join(root, "packages", path)).href);
const { childKey, randomKey } = await load("core/dist/index.js");
const { parsePromptLaw, samplePrompts } = await load("data/dist/index.js");
const { symmetries, testSymmetries } = await load("data/dist/symmetry/symmetry-tests.js");

const REPETITIONS = Number(process.argv[2] ?? 1000);
const PROMPTS = 150;
const LEVEL = 0.05;
const SIZES = { contextLength: 8, dimension: 3 };

const gaussian = (covariance) => ({ law: "gaussian", covariance });
const linear = (tasks = {}) => ({ law: "linear", tasks: { law: "gaussian", ...tasks } });
const single = (link) => ({ law: "single-index", link });
const noise = { law: "gaussian", variance: 0.25 };
const ALL = Object.keys(symmetries);
const COORDINATES = ["signed-permutations", "rotations"];

/** What each law is, and which of the symmetries it lacks. */
const laws = [
  { name: "Gaussian, tanh targets", covariates: gaussian(1), target: single("tanh"), lacks: [] },
  { name: "Gaussian, linear targets", covariates: gaussian(1), target: linear(), lacks: [] },
  { name: "Student (ν = 3), linear", covariates: { law: "student", degreesOfFreedom: 3 }, target: linear(), lacks: [] },
  { name: "fair signs, linear", covariates: { law: "rademacher" }, target: linear(), lacks: ["rotations"] },
  { name: "Laplace, linear", covariates: { law: "laplace" }, target: linear(), lacks: ["rotations"] },
  { name: "Gaussian, ReLU targets", covariates: gaussian(1), target: single("relu"), lacks: ["label-signs"] },
  { name: "Σ = diag(1, 1, 1.3), linear", covariates: gaussian([1, 1, 1.3]), target: linear(), lacks: COORDINATES },
  { name: "Σ = diag(1, 1, 1.3), tanh", covariates: gaussian([1, 1, 1.3]), target: single("tanh"), lacks: COORDINATES },
  { name: "Ω = diag(1, 1, 2)", covariates: gaussian(1), target: linear({ covariance: [1, 1, 2] }), lacks: COORDINATES },
  { name: "task mean (0.3, 0, 0)", covariates: gaussian(1), target: linear({ mean: [0.3, 0, 0] }), lacks: ALL },
];

/** How often each test rejects: alone where its symmetry holds, after Holm's adjustment where it does not. */
function measure({ name, lacks, ...parts }) {
  const law = parsePromptLaw({ ...SIZES, ...parts, noise });
  const rejections = Object.fromEntries([...ALL, "any"].map((test) => [test, 0]));
  for (let r = 0; r < REPETITIONS; r++) {
    const key = childKey(childKey(randomKey(0), name), "repetition", r);
    const tests = testSymmetries(samplePrompts(law, { key, count: PROMPTS }), { key, randomizations: 99 });
    for (const test of tests) {
      if ((lacks.includes(test.name) ? test.adjustedPValue : test.pValue) <= LEVEL) rejections[test.name] += 1;
    }
    if (tests.some(({ adjustedPValue }) => adjustedPValue <= LEVEL)) rejections.any += 1;
  }
  return rejections;
}

const percent = (rejections) => `${((100 * rejections) / REPETITIONS).toFixed(1)} %`;
const row = (cells) => `| ${cells.join(" | ")} |`;

console.log(row(["law", ...ALL.map((test) => test.replace("-", " ")), "any of them"]));
console.log(row(["---", ...ALL.map(() => "--:"), "--:"]));
for (const law of laws) {
  const rejections = measure(law);
  const cells = ALL.map((test) =>
    law.lacks.includes(test) ? `**${percent(rejections[test])}**` : percent(rejections[test]),
  );
  console.log(row([law.name, ...cells, percent(rejections.any)]));
}
const allowance = LEVEL + 3.5 * Math.sqrt((LEVEL * (1 - LEVEL)) / REPETITIONS);
console.log(
  [
    "",
    `Share of ${REPETITIONS} samples of ${PROMPTS} prompts (n = ${SIZES.contextLength}, d = ${SIZES.dimension}, B = 99) in which a test rejects at ${percent(LEVEL * REPETITIONS)}. In bold:`,
    "symmetries that the law lacks, after Holm's adjustment for the four tests; the others hold, and their tests, each on its",
    `own, may reject up to ${percent(allowance * REPETITIONS)} (nominal + 3.5 standard errors). The last column is after Holm's adjustment.`,
  ].join("\n"),
);
