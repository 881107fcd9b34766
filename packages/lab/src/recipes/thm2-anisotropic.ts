import {
  childKey,
  identity,
  inverseCovariance,
  matrixFromRows,
  multiply,
  scale,
  squareRoot,
  toRows,
  type GaussianLinearSetting,
} from "@onestep/core";
import { gaussianCovariates, gaussianNoise, gaussianTasks, linearTarget, promptLaw } from "@onestep/data";
import {
  bestStepSize,
  gaussianLinearMoments,
  mapClosedForm,
  optimalPreconditioner,
  optimalStepLoss,
  optimalStepSize,
  type ClosedForm,
} from "@onestep/theory";
import type { Claim } from "../claim.ts";
import type { Figure } from "../figure/figure.ts";
import { geometric } from "../figure/geometric.ts";
import { distanceFromScalars } from "../measure/preconditioner-distance.ts";
import { below, near, within } from "./claims.ts";
import { defineRecipe, type Recipe, type RecipeContext } from "./recipe.ts";
import { rotatedCovariance, stepsAlong, type RotatedCovariance } from "./laws/rotated-covariance.ts";
import { spanOf, trainTrial, type Span, type TrainedTrial } from "./training/train-trial.ts";

/** The spectrum of Ahn et al.'s experiments. */
const spectrum = [1, 1, 0.25, 0.0625, 1];

type Defect = "one-example-fewer" | "plain-step";

/** Theorem 2 of 2307.03576: one step, preconditioned by Σ⁻¹, of the step size of Theorem 1. */
export const thm2Anisotropic: Recipe = defineRecipe({
  id: "thm2-anisotropic",
  title: "covariates N(0, Σ), tasks N(0, Σ⁻¹): one step preconditioned by Σ⁻¹",
  question:
    "Where covariates are anisotropic, does the trained layer undo their covariance, which plain gradient descent cannot?",
  source: { key: "mahankali-2023", locator: "Theorem 2" },
  settings: {
    ci: { spectrum, contextLength: 20, noiseVariances: [0] },
    paper: { spectrum, contextLength: 20, noiseVariances: [0, 0.25, 1] },
  },
  defects: {
    "one-example-fewer": "the layer is trained on n − 1 examples and judged as if it were n",
    "plain-step": "the prediction forgets the preconditioner: Γ = ηI",
  },
  async run({ spectrum: eigenvalues, contextLength, noiseVariances }, context) {
    const sigma = rotatedCovariance(eigenvalues, childKey(context.key, "axes"));
    const [covariates, tasks] = [sigma.covariance, inverseCovariance(sigma.covariance)];
    const found: Found[] = [];
    for (const [at, noiseVariance] of noiseVariances.entries()) {
      const setting = { contextLength, covariates, tasks, noiseVariance };
      const span = spanOf(at, noiseVariances.length);
      found.push({ label: labelOf(setting), setting, trained: await train(setting, context, span) });
    }
    return {
      claims: found.flatMap((one) => [...one.trained.claims, ...claimsOnStep(one)]),
      figure: figureOf(found, sigma),
      notes: ["The paper has no experiment of its own: Σ has the spectrum of 2306.00297, in axes drawn from the seed."],
    };
  },
});

/** A layer trained at one level of noise. */
interface Found {
  readonly label: string;
  readonly setting: GaussianLinearSetting;
  readonly trained: TrainedTrial;
}

function labelOf({ noiseVariance }: GaussianLinearSetting): string {
  return `σ² = ${noiseVariance}`;
}

function stepSizeOf({ contextLength, covariates, noiseVariance }: GaussianLinearSetting): ClosedForm<number> {
  return optimalStepSize({ contextLength, dimension: covariates.dimension, noiseVariance });
}

function train(setting: GaussianLinearSetting, context: RecipeContext<Defect>, span: Span): Promise<TrainedTrial> {
  const { contextLength, covariates, tasks, noiseVariance } = setting;
  const unit = identity(covariates.dimension);
  const trial = {
    id: `thm2-anisotropic/noise-${noiseVariance}`,
    title: labelOf(setting),
    law: promptLaw({
      contextLength: context.defect === "one-example-fewer" ? contextLength - 1 : contextLength,
      covariates: gaussianCovariates({ covariance: toRows(covariates.matrix) }),
      target: linearTarget({ tasks: gaussianTasks({ covariance: toRows(tasks.matrix) }) }),
      noise: gaussianNoise({ variance: noiseVariance }),
    }),
    prediction:
      context.defect === "plain-step"
        ? mapClosedForm(stepSizeOf(setting), (value) => scale(unit, value))
        : optimalPreconditioner(setting),
    stepUnit: "inverse-covariance",
  } as const;
  return trainTrial(trial, labelOf(setting), context, span);
}

/** The loss of isotropic prompts, a step that is a multiple of I where covariates are whitened, and no plain step. */
function claimsOnStep({ label, setting, trained }: Found): Claim[] {
  const { contextLength, covariates, noiseVariance } = setting;
  const { optimalLoss, preconditioner } = trained.report;
  const root = squareRoot(covariates);
  const whitened = multiply(root, matrixFromRows(preconditioner), root);
  const { observed, standardError } = trained.claim("excess loss");
  const isotropic = optimalStepLoss({ contextLength, dimension: covariates.dimension, noiseVariance });
  return [
    near(`${label}: minimum loss, as on isotropic prompts`, isotropic, optimalLoss, 1e-9),
    within(
      `${label}: distance of Σ^½ΓΣ^½ from a multiple of I`,
      { value: 0, source: stepSizeOf(setting).source },
      { value: distanceFromScalars(whitened), standardError: trained.claim("preconditioner").standardError },
      0.02,
    ),
    below(
      `${label}: loss below the best plain step`,
      mapClosedForm(bestStepSize(gaussianLinearMoments(setting)), ({ loss }) => loss),
      { value: optimalLoss * (1 + observed), standardError: optimalLoss * standardError },
    ),
  ];
}

function figureOf(found: readonly Found[], sigma: RotatedCovariance): Figure {
  const eigenvalues = sigma.spectrum;
  const curve = geometric(Math.min(...eigenvalues), Math.max(...eigenvalues), 40);
  const [first] = found;
  const plainStep = bestStepSize(gaussianLinearMoments(first.setting)).value.stepSize;
  return {
    title: "The step along each axis of Σ",
    subtitle: `x ~ N(0, Σ), w ~ N(0, Σ⁻¹), d = ${eigenvalues.length}, n = ${first.setting.contextLength}`,
    x: { label: "eigenvalue λ of Σ", scale: "log" },
    y: { label: "step along its axis, uᵀΓu", scale: "log" },
    series: [
      ...found.flatMap(({ label, setting, trained }) => [
        {
          name: `theory: η/λ, ${label}`,
          kind: "line" as const,
          theory: true,
          about: label,
          points: curve.map((x) => ({ x, y: stepSizeOf(setting).value / x })),
        },
        {
          name: `trained layer, ${label}`,
          kind: "points" as const,
          about: label,
          points: stepsAlong(sigma, trained.report.preconditioner).map((y, i) => ({ x: eigenvalues[i], y })),
        },
      ]),
      {
        name: `best plain step, ${first.label}`,
        kind: "line",
        theory: true,
        points: curve.map((x) => ({ x, y: plainStep })),
      },
    ],
  };
}
