import {
  childKey,
  covariance,
  diagonal,
  identity,
  isotropic,
  matrixFromRows,
  scale,
  type Estimate,
} from "@onestep/core";
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
import type { Figure } from "../figure/figure.ts";
import { distanceFromScalars } from "../measure/preconditioner-distance.ts";
import { above, below, estimates, within, type Target } from "./claims.ts";
import { defineRecipe, type Recipe, type RecipeContext } from "./recipe.ts";
import { fitStep, type FittedStep } from "./training/fit-step.ts";
import { linkMoments, linkTarget } from "./laws/single-index-links.ts";
import { networkEnergies, networkTarget } from "./laws/two-layer-network.ts";
import { estimateStepLoss } from "./measure/step-loss.ts";
import { trainTrial, type Span } from "./training/train-trial.ts";

/** How far an estimate may be from its target, as a part of it. */
const TOLERANCE = 0.02;

/** The least distance from every ηI, as a part of ‖Γ‖, that counts as another algorithm. */
const DEPARTURE = 0.05;

/** Hidden units of the random networks. */
const NETWORK_WIDTH = 8;

const sizes = { dimension: 5, contextLength: 20, trainsLayers: true, trainedDimension: 3, trainedLength: 10 };
const ci = { ...sizes, links: ["sign", "±relu", "relu", "tanh", "cube"], trained: ["tanh"], draws: 100_000 };

type Settings = typeof ci;
type Defect = "one-example-fewer" | "linear-step-size";

/** Theorem 3 of 2307.03576: nonlinear targets whose law is rotation invariant, and laws that break the symmetry. */
export const thm3Nonlinear: Recipe = defineRecipe({
  id: "thm3-nonlinear",
  title: "nonlinear targets: still one step of gradient descent",
  question:
    "Where targets are nonlinear, is the best layer still one step of gradient descent, and does it stop being one when the symmetry is broken?",
  source: { key: "mahankali-2023", locator: "Theorem 3" },
  settings: {
    ci,
    paper: { ...ci, trained: ["sign", "±relu", "relu", "tanh"], draws: 1_000_000 },
  },
  defects: {
    "one-example-fewer": "contexts have n − 1 examples and are judged as if they had n",
    "linear-step-size": "the prediction is Theorem 1's, as if targets were linear",
  },
  async run(settings, context) {
    const found = settings.links.map((name, at) => fitLink(name, at, settings, context));
    const trained = settings.trainsLayers ? await trainLayers(settings, context) : [];
    return {
      claims: [...found.flatMap(claimsOnLink), ...trained],
      figure: figureOf(found, settings),
      notes: [
        "ReLU without the sign breaks the assumption that −f is as likely as f, and the conclusion holds all the same: rotation invariance alone suffices.",
        "Directions u have length 1: with w ~ N(0, I) in their place, losses of the ReLU are d times as large, and steps the same.",
        "Best steps are least squares on drawn contexts, queries integrated out; the layers are trained as verify trains them, on smaller prompts.",
        `The theorem's two-layer networks are trained on, ${NETWORK_WIDTH} ReLU units of Gaussian weights, at the size of the other trained layers.`,
      ],
    };
  },
});

/** The best step on one link, in theory and fitted to drawn contexts. */
interface FittedLink {
  readonly name: string;
  readonly stepSize: Target;
  readonly best: FittedStep;
  /** The loss of the predicted step. */
  readonly loss: Target;
  readonly seenLoss: Estimate;
}

function fitLink(
  name: string,
  at: number,
  { dimension, contextLength, links, draws }: Settings,
  { key, defect, progress }: RecipeContext<Defect>,
): FittedLink {
  const law = lawOf(
    linkTarget(name, dimension),
    dimension,
    defect === "one-example-fewer" ? contextLength - 1 : contextLength,
  );
  const setting = { contextLength, dimension, noiseVariance: 0 };
  const exact = rotationInvariantStep(singleIndexEnergies(linkMoments(name), { dimension }), setting);
  const stepSize = defect === "linear-step-size" ? optimalStepSize(setting).value : exact.value.stepSize;
  const request = {
    key: childKey(childKey(key, "link", at), "best step"),
    tick: () => progress((0.6 * at) / links.length, `y = ${name}⟨u, x⟩`),
  };
  return {
    name,
    stepSize: { value: stepSize, source: exact.source },
    best: fitStep(law, { ...request, count: draws }),
    loss: { value: exact.value.loss, source: exact.source },
    seenLoss: estimateStepLoss(law, scale(identity(dimension), stepSize), { ...request, count: draws / 2 }),
  };
}

function claimsOnLink({ name, stepSize, best, loss, seenLoss }: FittedLink): Claim[] {
  const label = `y = ${name}⟨u, x⟩`;
  return [
    estimates(`${label}: best step size`, stepSize, best.stepSize, TOLERANCE),
    within(`${label}: distance of the best Γ from ηI`, { value: 0, source: stepSize.source }, best.distance, TOLERANCE),
    estimates(`${label}: loss of the predicted step`, loss, seenLoss, TOLERANCE),
  ];
}

function figureOf(found: readonly FittedLink[], { dimension, contextLength, links, draws }: Settings): Figure {
  return {
    title: "The best Γ on nonlinear targets is ηI",
    subtitle: `y = g⟨u, x⟩, x ~ N(0, I), u uniform on the sphere, d = ${dimension}, n = ${contextLength}; Γ fitted to ${draws} contexts a link`,
    x: { label: "link g", scale: "linear", names: links },
    y: { label: "step size η", scale: "linear" },
    series: [
      {
        name: "theory: Theorem 3",
        kind: "points",
        theory: true,
        about: "step size",
        points: found.map(({ stepSize }, at) => ({ x: at + 1, y: stepSize.value })),
      },
      {
        name: "diagonal of the best Γ",
        kind: "points",
        about: "step size",
        points: found.flatMap(({ best }, at) => best.diagonal.map((y) => ({ x: at + 1, y }))),
      },
    ],
  };
}

/** Layers trained on laws with the symmetry and on two without. */
async function trainLayers(sizes: Settings, context: RecipeContext<Defect>): Promise<Claim[]> {
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

async function trainOnLink(
  name: string,
  { trainedDimension, trainedLength }: Settings,
  context: RecipeContext<Defect>,
  span: Span,
): Promise<readonly Claim[]> {
  const law = lawOf(linkTarget(name, trainedDimension), trainedDimension, trainedLength);
  const label = `trained on y = ${name}⟨u, x⟩`;
  const id = `thm3-nonlinear/${name}`;
  return (await trainTrial({ id, title: label, law, stepUnit: "identity" }, label, context, span)).claims;
}

async function trainOnNetworks(
  { trainedDimension: dimension, trainedLength: contextLength }: Settings,
  context: RecipeContext<Defect>,
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
  { trainedDimension, trainedLength }: Settings,
  context: RecipeContext<Defect>,
  span: Span,
): Promise<readonly Claim[]> {
  const mean = Array.from({ length: trainedDimension }, (_, i) => (i === 0 ? 2 : 0));
  const law = lawOf(linearTarget({ tasks: gaussianTasks({ mean }) }), trainedDimension, trainedLength);
  const trial = { id: "thm3-nonlinear/mean", title: "tasks with a mean", law, stepUnit: "none" } as const;
  return (await trainTrial(trial, "trained on w ~ N(2e₁, I)", context, span)).claims;
}

/** Directions whose law favours an axis: the best Γ is no ηI, and the layer finds it. */
async function trainOnUnevenDirections(
  { trainedDimension, trainedLength }: Settings,
  context: RecipeContext<Defect>,
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
  const { optimalLoss } = uneven.report;
  return [
    ...uneven.claims,
    above(
      `${label}: distance from every ηI`,
      { value: 0, source: scalar.source },
      {
        value: distanceFromScalars(matrixFromRows(uneven.report.preconditioner)),
        standardError: uneven.claim("preconditioner").standardError,
      },
      DEPARTURE,
    ),
    below(
      `${label}: loss below the best scalar step`,
      mapClosedForm(scalar, ({ loss }) => loss),
      { value: optimalLoss * (1 + excess.observed), standardError: optimalLoss * excess.standardError },
    ),
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
