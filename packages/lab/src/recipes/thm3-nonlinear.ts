import { childKey, covariance, diagonal, identity, isotropic, matrixFromRows, scale } from "@onestep/core";
import {
  gaussianCovariates,
  gaussianNoise,
  gaussianTasks,
  linearTarget,
  promptLaw,
  type PromptLaw,
  type TargetLaw,
} from "@onestep/data";
import {
  bestStepSize,
  gaussianLinearMoments,
  mapClosedForm,
  optimalStepSize,
  rotationInvariantStep,
  singleIndexEnergies,
} from "@onestep/theory";
import type { Claim } from "../claim.ts";
import { distanceFromScalars } from "../measure/preconditioner-distance.ts";
import { defineRecipe, type Recipe, type RecipeContext } from "./recipe.ts";
import { fitStep } from "./training/fit-step.ts";
import { linkMoments, linkTarget } from "./laws/single-index-links.ts";
import { networkEnergies, networkTarget } from "./laws/two-layer-network.ts";
import { estimateStepLoss } from "./measure/step-loss.ts";
import { trainTrial } from "./training/train-trial.ts";

/** How far an estimate may be from its target, as a part of it. */
const TOLERANCE = 0.02;

/** The least distance from every ηI, as a part of ‖Γ‖, that counts as another algorithm. */
const DEPARTURE = 0.05;

/** Hidden units of the random networks. */
const NETWORK_WIDTH = 8;

const sizes = { dimension: 5, contextLength: 20, trainsLayers: true, trainedDimension: 3, trainedLength: 10 };

/** What is trained, beside the laws that break the symmetry. */
interface TrainedSizes {
  readonly trained: readonly string[];
  readonly trainedDimension: number;
  readonly trainedLength: number;
}

/** Theorem 3 of 2307.03576: nonlinear targets whose law is rotation invariant, and laws that break the symmetry. */
export const thm3Nonlinear: Recipe = defineRecipe({
  id: "thm3-nonlinear",
  title: "nonlinear targets: still one step of gradient descent",
  question:
    "Where targets are nonlinear, is the best layer still one step of gradient descent, and does it stop being one when the symmetry is broken?",
  source: { key: "mahankali-2023", locator: "Theorem 3" },
  settings: {
    ci: { ...sizes, links: ["sign", "±relu", "relu", "tanh", "cube"], trained: ["tanh"], draws: 100_000 },
    paper: {
      ...sizes,
      links: ["sign", "±relu", "relu", "tanh", "cube"],
      trained: ["sign", "±relu", "relu", "tanh"],
      draws: 1_000_000,
    },
  },
  defects: {
    "one-example-fewer": "contexts have n − 1 examples and are judged as if they had n",
    "linear-step-size": "the prediction is Theorem 1's, as if targets were linear",
  },
  async run(settings, context) {
    const { dimension: d, contextLength: n, trainsLayers, draws } = settings;
    const { key, defect, progress } = context;
    const claims: Claim[] = [];
    const found = settings.links.map((name, at) => {
      const law = lawOf(linkTarget(name, d), d, defect === "one-example-fewer" ? n - 1 : n);
      const exact = rotationInvariantStep(singleIndexEnergies(linkMoments(name), { dimension: d }), {
        contextLength: n,
        dimension: d,
        noiseVariance: 0,
      });
      const linear = optimalStepSize({ contextLength: n, dimension: d, noiseVariance: 0 });
      const predicted = defect === "linear-step-size" ? linear.value : exact.value.stepSize;
      const tick = (): void => progress((0.6 * at) / settings.links.length, `y = ${name}⟨u, x⟩`);
      const linkKey = childKey(childKey(key, "link", at), "best step");
      const best = fitStep(law, { key: linkKey, count: draws, tick });
      const loss = estimateStepLoss(law, scale(identity(d), predicted), { key: linkKey, count: draws / 2, tick });
      const { source } = exact;
      claims.push(
        {
          name: `y = ${name}⟨u, x⟩: best step size`,
          relation: "estimates",
          predicted,
          observed: best.stepSize.value,
          standardError: best.stepSize.standardError,
          tolerance: TOLERANCE * predicted,
          source,
        },
        {
          name: `y = ${name}⟨u, x⟩: distance of the best Γ from ηI`,
          relation: "within",
          predicted: 0,
          observed: best.distance.value,
          standardError: best.distance.standardError,
          tolerance: TOLERANCE,
          source,
        },
        {
          name: `y = ${name}⟨u, x⟩: loss of the predicted step`,
          relation: "estimates",
          predicted: exact.value.loss,
          observed: loss.value,
          standardError: loss.standardError,
          tolerance: TOLERANCE * exact.value.loss,
          source,
        },
      );
      return { name, predicted, best };
    });
    if (trainsLayers) claims.push(...(await trainLayers(settings, context)));
    return {
      claims,
      figure: {
        title: "The best Γ on nonlinear targets is ηI",
        subtitle: `y = g⟨u, x⟩, x ~ N(0, I), u uniform on the sphere, d = ${d}, n = ${n}; Γ fitted to ${draws} contexts a link`,
        x: { label: "link g", scale: "linear", names: settings.links },
        y: { label: "step size η", scale: "linear" },
        series: [
          {
            name: "theory: Theorem 3",
            kind: "points",
            theory: true,
            about: "step size",
            points: found.map(({ predicted }, at) => ({ x: at + 1, y: predicted })),
          },
          {
            name: "diagonal of the best Γ",
            kind: "points",
            about: "step size",
            points: found.flatMap(({ best }, at) => best.diagonal.map((y) => ({ x: at + 1, y }))),
          },
        ],
      },
      notes: [
        "ReLU without the sign breaks the assumption that −f is as likely as f, and the conclusion holds all the same: rotation invariance alone suffices.",
        "Directions u have length 1: with w ~ N(0, I) in their place, losses of the ReLU are d times as large, and steps the same.",
        "Best steps are least squares on drawn contexts, queries integrated out; the layers are trained as verify trains them, on smaller prompts.",
        `The theorem's two-layer networks are trained on, ${NETWORK_WIDTH} ReLU units of Gaussian weights, at the size of the other trained layers.`,
      ],
    };
  },
});

/** Layers trained on laws with the symmetry and on two without. */
async function trainLayers(sizes: TrainedSizes, context: RecipeContext): Promise<Claim[]> {
  const work = sizes.trained.length + 3;
  const spanOf = (at: number): Span => ({ from: 0.6 + (0.4 * at) / work, to: 0.6 + (0.4 * (at + 1)) / work });
  const claims: Claim[] = [];
  for (const [at, name] of sizes.trained.entries())
    claims.push(...(await trainOnLink(name, sizes, context, spanOf(at))));
  claims.push(...(await trainOnNetworks(sizes, context, spanOf(work - 3))));
  claims.push(...(await trainOnTaskMean(sizes, context, spanOf(work - 2))));
  claims.push(...(await trainOnUnevenDirections(sizes, context, spanOf(work - 1))));
  return claims;
}

type Span = Parameters<typeof trainTrial>[3];

async function trainOnLink(
  name: string,
  { trainedDimension, trainedLength }: TrainedSizes,
  context: RecipeContext,
  span: Span,
): Promise<readonly Claim[]> {
  const law = lawOf(linkTarget(name, trainedDimension), trainedDimension, trainedLength);
  const label = `trained on y = ${name}⟨u, x⟩`;
  const id = `thm3-nonlinear/${name}`;
  return (await trainTrial({ id, title: label, law, stepUnit: "identity" }, label, context, span)).claims;
}

async function trainOnNetworks(
  { trainedDimension: dimension, trainedLength: contextLength }: TrainedSizes,
  context: RecipeContext,
  span: Span,
): Promise<readonly Claim[]> {
  const size = { dimension, width: NETWORK_WIDTH };
  const exact = rotationInvariantStep(networkEnergies(size), { contextLength, dimension, noiseVariance: 0 });
  const label = "trained on two-layer networks";
  const network = await trainTrial(
    {
      id: "thm3-nonlinear/network",
      title: label,
      law: lawOf(networkTarget(size), dimension, contextLength),
      prediction: mapClosedForm(exact, ({ stepSize }) => scale(identity(dimension), stepSize)),
      stepUnit: "identity",
    },
    label,
    context,
    span,
  );
  return network.claims;
}

async function trainOnTaskMean(
  { trainedDimension, trainedLength }: TrainedSizes,
  context: RecipeContext,
  span: Span,
): Promise<readonly Claim[]> {
  const mean = Array.from({ length: trainedDimension }, (_, i) => (i === 0 ? 2 : 0));
  const law = lawOf(linearTarget({ tasks: gaussianTasks({ mean }) }), trainedDimension, trainedLength);
  const trial = { id: "thm3-nonlinear/mean", title: "tasks with a mean", law, stepUnit: "none" } as const;
  return (await trainTrial(trial, "trained on w ~ N(2e₁, I)", context, span)).claims;
}

/** Directions whose law favours an axis: the best Γ is no ηI, and the layer finds it. */
async function trainOnUnevenDirections(
  { trainedDimension, trainedLength }: TrainedSizes,
  context: RecipeContext,
  span: Span,
): Promise<readonly Claim[]> {
  const spectrum = Array.from({ length: trainedDimension }, (_, i) => (i === 0 ? 4 : 0.25));
  const label = "trained on directions that favour an axis";
  const uneven = await trainTrial(
    {
      id: "thm3-nonlinear/direction",
      title: label,
      law: lawOf(linearTarget({ tasks: gaussianTasks({ covariance: spectrum }) }), trainedDimension, trainedLength),
      stepUnit: "none",
    },
    label,
    context,
    span,
  );
  const scalar = bestStepSize(
    gaussianLinearMoments({
      contextLength: trainedLength,
      covariates: isotropic(trainedDimension),
      tasks: covariance(diagonal(spectrum)),
      noiseVariance: 0,
    }),
  );
  const excess = uneven.claim("excess loss");
  return [
    ...uneven.claims,
    {
      name: `${label}: distance from every ηI`,
      relation: "above",
      predicted: 0,
      observed: distanceFromScalars(matrixFromRows(uneven.report.preconditioner)),
      standardError: uneven.claim("preconditioner").standardError,
      tolerance: DEPARTURE,
      source: scalar.source,
    },
    {
      name: `${label}: loss below the best scalar step`,
      relation: "below",
      predicted: scalar.value.loss,
      observed: uneven.report.optimalLoss * (1 + excess.observed),
      standardError: uneven.report.optimalLoss * excess.standardError,
      tolerance: 0,
      source: scalar.source,
    },
  ];
}

function lawOf(target: TargetLaw, dimension: number, contextLength: number): PromptLaw {
  return promptLaw({
    contextLength,
    covariates: gaussianCovariates({ dimension }),
    target,
    noise: gaussianNoise({ variance: 0 }),
  });
}
