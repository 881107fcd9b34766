import { childKey, isotropic, type Estimate } from "@onestep/core";
import { construct, sparseTransformer, tiedTransformer, type LinearTransformer } from "@onestep/model";
import { mapClosedForm, optimalDepth, tiedDepth, type ClosedForm } from "@onestep/theory";
import type { Claim, ClaimSource } from "../claim.ts";
import type { Figure } from "../figure/figure.ts";
import { ratioOfMeans } from "../measure/ratio-of-means.ts";
import { weighedContexts, type WeighedContexts } from "../measure/weighed-contexts.ts";
import { above, below } from "./claims.ts";
import { logarithmOf } from "./measure/logarithm-of.ts";
import { lossOfRuns, product } from "./measure/loss-of-runs.ts";
import { defineRecipe, type Recipe, type RecipeContext } from "./recipe.ts";
import { trainDepth } from "./training/train-depth.ts";
import { typicalWeights } from "./measure/typical-contexts.ts";

/** How much wider covariates are, out of distribution: x ~ N(0, 4I), w ~ N(0, I/4). */
const WIDER = 4;

const ci = {
  dimension: 5,
  contextLength: 40,
  loops: [1, 2, 3, 4],
  widerLoops: [2, 3],
  steps: 1200,
  promptsPerStep: 400,
  contexts: 16_000,
};

type Settings = typeof ci;
type Defect = "one-loop-fewer" | "undivided-sums";

/** Looped transformers: one layer, trained to be repeated b times, against b layers of their own. */
export const looped: Recipe = defineRecipe({
  id: "looped",
  title: "one layer in a loop against as many layers of their own",
  question:
    "Does a looped layer get better with every loop, also beyond those it was trained for, and what does it lose to untied layers, in distribution and out of it?",
  source: { key: "ahn-2023", locator: "Lemma 1, with one step size for all steps" },
  settings: {
    ci,
    paper: {
      dimension: 20,
      contextLength: 160,
      loops: [1, 2, 4, 6, 8, 12],
      widerLoops: [2],
      steps: 10_000,
      promptsPerStep: 1000,
      contexts: 40_000,
    },
  },
  defects: {
    "one-loop-fewer": "a layer trained for b loops is repeated b − 1 times and judged as if it were b",
    "undivided-sums": "the test leaves out the 1/n of every layer",
  },
  async run(settings, context) {
    const { dimension, contextLength, loops } = settings;
    const test = {
      fresh: drawContexts("fresh", 1, settings, context),
      wider: drawContexts("wider", WIDER, settings, context),
    };
    const work = loops.reduce((sum, depth) => sum + depth, 0);
    let done = 0;
    const found: LoopFindings[] = [];
    for (const depth of loops) {
      const report = (part: number): void => context.progress((done + depth * part) / work, `${depth} loops`);
      const trained = await train(depth, settings, context, report);
      found.push(testOn(test, depth, trained, settings, context.defect));
      done += depth;
    }
    return {
      claims: found.flatMap((findings, at) => claimsOf(findings, found[at - 1])),
      figure: figureOf(
        found,
        test.fresh,
        `x ~ N(0, I), w ~ N(0, I), d = ${dimension}, n = ${contextLength}, no noise; typical contexts, whiskers: 95 %`,
      ),
      notes: [
        "Layers are trained on sampled prompts, A free; loss is that on typical contexts, √λ_max(XᵀX) ≤ √n + √d + 1.3, all but one in a thousand. Wide contexts make most of the mean of a deep loop: its exact loss has a minimum in the number of loops, whatever the step size.",
        `Out of distribution, covariates are ${WIDER} times as wide, tasks as much smaller. There two and three loops do better than as many untied layers, whose largest steps overshoot most; with more, how training treats wide contexts decides, and it is not graded. On narrower covariates both only converge more slowly, and untied layers stay ahead: that half of the claim does not hold for linear attention.`,
        "The papers (2311.12424 with d = 20, 40 examples, loops of up to 30 and a loss on the last 15; 2410.21698) train GPT-2 blocks, which is not done here, and every loop counts here only by its last output.",
        "Theory's loops share a multiple of Σ⁻¹. A loop that shares another matrix can do better where that matrix turns: aI + bJ in two dimensions, by a seventh at n = 40, L = 3. Training from small parameters did not find such a turn at these settings.",
        "Loops of GD++, whose layers reshape covariates too, are the matter of oswald-gdpp.",
      ],
    };
  },
});

/** Test contexts, and the weights of the typical ones. */
interface Contexts {
  readonly all: WeighedContexts;
  readonly typical: Float64Array;
}

/** Contexts of covariates N(0, κI) and tasks N(0, I/κ). */
function drawContexts(
  label: string,
  variance: number,
  { dimension, contextLength, contexts }: Settings,
  { key }: RecipeContext<Defect>,
): Contexts {
  const [covariates, tasks] = [isotropic(dimension, variance), isotropic(dimension, 1 / variance)];
  const setting = { contextLength, covariates, tasks, noiseVariance: 0 };
  const all = weighedContexts(setting, { key: childKey(key, label), count: contexts });
  return { all, typical: typicalWeights(all, { contextLength, dimension }) };
}

/** Weighed errors on typical contexts; their mean is the loss, up to the weight of those left out. */
function errorsOn({ all, typical }: Contexts, transformer: LinearTransformer): Float64Array {
  return product(typical, all.errorsOf(transformer));
}

/** A looped layer, and as many layers of their own. */
interface Trained {
  readonly tied: LinearTransformer;
  readonly untied: LinearTransformer;
}

async function train(
  depth: number,
  { dimension, contextLength, steps, promptsPerStep }: Settings,
  context: RecipeContext<Defect>,
  report: (part: number) => void,
): Promise<Trained> {
  const plan = {
    key: childKey(context.key, "loops", depth),
    contextLength,
    covariates: isotropic(dimension),
    steps,
    promptsPerStep,
  };
  const loop = tiedTransformer({ repetitions: depth, loop: sparseTransformer({ dimension, layers: 1 }) });
  const own = sparseTransformer({ dimension, layers: depth });
  return {
    tied: await trainDepth(loop, plan, context, (part) => report(part / 2)),
    untied: await trainDepth(own, plan, context, (part) => report((1 + part) / 2)),
  };
}

/** What is known of one number of loops: theory, and weighed errors on the same contexts. */
interface LoopFindings {
  readonly depth: number;
  readonly bestTied: ClosedForm<number>;
  readonly bestUntied: ClosedForm<number>;
  readonly tied: Float64Array;
  /** The looped layer after twice the loops that it was trained for. */
  readonly twice: Float64Array;
  readonly untied: Float64Array;
  /** Scalar steps of the sizes that theory gives. */
  readonly idealTied: Float64Array;
  readonly idealUntied: Float64Array;
  /** Out of distribution, where that is graded. */
  readonly untiedOverTiedWider?: Estimate;
}

function testOn(
  { fresh, wider }: Readonly<Record<"fresh" | "wider", Contexts>>,
  depth: number,
  { tied, untied }: Trained,
  { dimension, contextLength, widerLoops }: Settings,
  defect: Defect | undefined,
): LoopFindings {
  const law = { contextLength, dimension, noiseVariance: 0 };
  const [bestTied, bestUntied] = [tiedDepth(law, depth), optimalDepth(law, depth)];
  const asTested = (transformer: LinearTransformer): LinearTransformer =>
    defect === "undivided-sums" ? { ...transformer, dividesByLength: false } : transformer;
  const [layer] = tied.layers;
  const repeated = (times: number): LinearTransformer =>
    asTested({ ...tied, layers: Array.from({ length: times }, () => layer) });
  const ofSteps = (stepSizes: readonly number[]): Float64Array =>
    errorsOn(fresh, construct.gradientDescent({ dimension, stepSizes }));
  return {
    depth,
    bestTied: mapClosedForm(bestTied, ({ loss }) => loss),
    bestUntied: mapClosedForm(bestUntied, ({ loss }) => loss),
    tied: errorsOn(fresh, repeated(defect === "one-loop-fewer" && depth > 1 ? depth - 1 : depth)),
    twice: errorsOn(fresh, repeated(2 * depth)),
    untied: errorsOn(fresh, asTested(untied)),
    idealTied: ofSteps(bestTied.value.stepSizes),
    idealUntied: ofSteps(bestUntied.value.stepSizes),
    ...(widerLoops.includes(depth) && {
      untiedOverTiedWider: ratioOfMeans(errorsOn(wider, asTested(untied)), errorsOn(wider, repeated(depth))),
    }),
  };
}

function claimsOf(findings: LoopFindings, before: LoopFindings | undefined): Claim[] {
  const { depth, bestTied, bestUntied, tied, twice, untied, idealTied, idealUntied, untiedOverTiedWider } = findings;
  const label = depth === 1 ? "1 loop" : `${depth} loops`;
  const [loop, own] = [bestTied, bestUntied].map(({ source }) => ({ value: 1, source }));
  const claims = [
    nearOptimum(`${label}: ln loss above the best step size`, ratioOfMeans(tied, idealTied), bestTied.source),
    below(`${label}: loss after ${2 * depth} over that`, loop, ratioOfMeans(twice, tied)),
  ];
  if (before === undefined) return claims;
  const layers = `${depth} untied layers`;
  return [
    ...claims,
    below(`${label}: loss over that of ${before.depth}`, loop, ratioOfMeans(tied, before.tied)),
    nearOptimum(`${layers}: ln loss above the best steps`, ratioOfMeans(untied, idealUntied), bestUntied.source),
    below(`${layers}: loss over the loop's`, own, ratioOfMeans(untied, tied)),
    ...(untiedOverTiedWider === undefined
      ? []
      : [above(`${layers}: loss over the loop's, wider covariates`, own, untiedOverTiedWider)]),
  ];
}

/** The logarithm of a ratio of losses is small. */
function nearOptimum(name: string, ratio: Estimate, source: ClaimSource): Claim {
  return below(name, { value: 0.1, source }, logarithmOf(ratio));
}

function figureOf(found: readonly LoopFindings[], { typical }: Contexts, subtitle: string): Figure {
  const points = (errors: (one: LoopFindings) => Float64Array, times = 1) =>
    found.map((one) => ({ x: times * one.depth, ...lossOfRuns([ratioOfMeans(errors(one), typical)]) }));
  const curve = (errors: (one: LoopFindings) => Float64Array) => points(errors).map(({ x, y }) => ({ x, y }));
  return {
    title: "A loop improves with every turn, untied layers improve faster",
    subtitle,
    x: { label: "loops or layers at the test", scale: "linear" },
    y: { label: "loss (mean squared error)", scale: "log" },
    series: [
      {
        name: "looped, best step size",
        kind: "line",
        theory: true,
        about: "looped",
        points: curve((one) => one.idealTied),
      },
      { name: "looped, trained", kind: "points", about: "looped", points: points((one) => one.tied) },
      {
        name: "looped, twice the trained loops",
        kind: "points",
        about: "beyond",
        points: points((one) => one.twice, 2),
      },
      {
        name: "untied, best steps",
        kind: "line",
        theory: true,
        about: "untied",
        points: curve((one) => one.idealUntied),
      },
      { name: "untied, trained", kind: "points", about: "untied", points: points((one) => one.untied) },
    ],
  };
}
