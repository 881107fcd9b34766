import {
  childKey,
  inverseCovariance,
  isotropic,
  openStream,
  scale,
  toRows,
  type GaussianLinearSetting,
  type Matrix,
  type RandomKey,
} from "@onestep/core";
import { gaussianCovariates, gaussianNoise, gaussianTasks, linearTarget, promptLaw } from "@onestep/data";
import { alternatingMinimization, inducedStep, layerOnPopulation, lbfgs } from "@onestep/model";
import { mapClosedForm, optimalPreconditioner, optimalPreconditionerLoss, type ClosedForm } from "@onestep/theory";
import type { Claim } from "../claim.ts";
import type { Figure } from "../figure/figure.ts";
import { geometric } from "../figure/geometric.ts";
import { relativeDistance } from "../measure/preconditioner-distance.ts";
import { defineRecipe, type Recipe, type RecipeContext } from "./recipe.ts";
import { rotatedCovariance, stepsAlong, type RotatedCovariance } from "./laws/rotated-covariance.ts";
import { spanOf, trainTrial, type Span, type TrainedTrial } from "./training/train-trial.ts";

const spectrum = [1, 1, 0.25, 0.0625, 1];

/** Random starts of the solver; some end in a layer that attends by covariates. */
const STARTS = 5;

type Defect = "missing-1/n" | "inverse-covariance";

/** Theorem 1 of 2306.00297, Theorem 4.1 of 2306.09927: tasks N(0, ψ²I) on covariates N(0, Σ). */
export const ahnThm1IdentityPrior: Recipe = defineRecipe({
  id: "ahn-thm1-identity-prior",
  title: "covariates N(0, Σ), tasks N(0, ψ²I): a step between Σ⁻¹ and I",
  question:
    "Where tasks are isotropic and covariates are not, does the layer regularise Σ⁻¹ by just as much as the theorem says?",
  source: { key: "ahn-2023", locator: "Theorem 1" },
  settings: {
    ci: { spectrum, contextLength: 20, taskVariances: [1, 2], noiseVariances: [0, 0.5] },
    paper: { spectrum, contextLength: 20, taskVariances: [1, 1, 0.5, 2], noiseVariances: [0, 0.25, 0.5, 0.5] },
  },
  defects: {
    "missing-1/n": "the papers' matrix A, of a layer that divides by n, is read as Γ without dividing by n",
    "inverse-covariance": "the prediction forgets that tasks are isotropic: Γ ∝ Σ⁻¹",
  },
  async run({ spectrum: eigenvalues, contextLength, taskVariances, noiseVariances }, context) {
    const sigma = rotatedCovariance(eigenvalues, childKey(context.key, "axes"));
    const found: Found[] = [];
    for (const [at, noiseVariance] of noiseVariances.entries()) {
      const tasks = isotropic(eigenvalues.length, taskVariances[at]);
      const setting = { contextLength, covariates: sigma.covariance, tasks, noiseVariance };
      const span = spanOf(at, noiseVariances.length);
      found.push(await learn(setting, at, context, span));
    }
    return {
      claims: found.flatMap((one) => [...one.trained.claims, ...claimsOnSolver(one)]),
      figure: figureOf(found, sigma),
      notes: [
        "The papers divide by n: their A, or Γ⁻¹ of 2306.09927, is nΓ in our convention. Axes of Σ are drawn from the seed.",
      ],
    };
  },
});

/** What is learned at one strength of tasks and of noise: by descent on the exact loss, and in training. */
interface Found {
  readonly label: string;
  readonly setting: GaussianLinearSetting;
  readonly prediction: ClosedForm<Matrix>;
  readonly solved: Solved;
  readonly trained: TrainedTrial;
}

async function learn(
  setting: GaussianLinearSetting,
  at: number,
  context: RecipeContext<Defect>,
  span: Span,
): Promise<Found> {
  const { contextLength, covariates, tasks, noiseVariance } = setting;
  const [taskVariance] = tasks.matrix.values;
  const label = `ψ² = ${taskVariance}, σ² = ${noiseVariance}`;
  const prediction = mapClosedForm(optimalPreconditioner(setting), (step) => mistaken(step, setting, context.defect));
  const solved = await solve(setting, childKey(context.key, "solver", at), () =>
    context.progress(span.from, `${label}, solver`),
  );
  const law = promptLaw({
    contextLength,
    covariates: gaussianCovariates({ covariance: toRows(covariates.matrix) }),
    target: linearTarget({ tasks: gaussianTasks({ dimension: covariates.dimension, covariance: taskVariance }) }),
    noise: gaussianNoise({ variance: noiseVariance }),
  });
  const trial = { id: `ahn-thm1-identity-prior/${at}`, title: label, law, prediction, stepUnit: "none" } as const;
  return { label, setting, prediction, solved, trained: await trainTrial(trial, label, context, span) };
}

/** tr Σ + σ²/ψ², what the theorem adds to (n + 1)λ. */
function ridgeOf({ covariates, tasks, noiseVariance }: GaussianLinearSetting): number {
  const { dimension, matrix } = covariates;
  const axes = Array.from({ length: dimension }, (_, i) => i * (dimension + 1));
  return axes.reduce((sum, at) => sum + matrix.values[at], noiseVariance / tasks.matrix.values[0]);
}

function mistaken(
  step: Matrix,
  { contextLength, covariates }: GaussianLinearSetting,
  defect: Defect | undefined,
): Matrix {
  if (defect === "missing-1/n") return scale(step, contextLength);
  if (defect !== "inverse-covariance") return step;
  return scale(inverseCovariance(covariates).matrix, 1 / (contextLength + covariates.dimension + 1));
}

/** A layer and its exact loss. */
interface Solved {
  readonly step: Matrix;
  readonly loss: number;
}

/**
 * The layer of least exact loss that descent finds from small random starts, and alternation between its two factors
 * then brings to the last digits.
 */
async function solve(setting: GaussianLinearSetting, key: RandomKey, tick: () => void): Promise<Solved> {
  const model = layerOnPopulation(setting);
  const objective = (position: Float64Array): ReturnType<typeof model.lossAndGradient> =>
    model.lossAndGradient(position, undefined);
  let best = { parameters: model.unpack(new Float64Array(model.size)), loss: Infinity };
  for (let start = 0; start < STARTS; start++) {
    const from = new Float64Array(model.size);
    openStream(childKey(key, "start", start)).fillNormals(from, 0, model.size);
    for await (const { position, loss } of lbfgs(objective, { from: from.map((value) => 0.1 * value), most: 500 })) {
      if (loss < best.loss) best = { parameters: model.unpack(position), loss };
    }
    tick();
  }
  for (const sweep of alternatingMinimization(setting, { from: best.parameters.valueProjection.values })) best = sweep;
  return { step: inducedStep(best.parameters).preconditioner, loss: best.loss };
}

function claimsOnSolver({ label, setting, prediction, solved }: Found): Claim[] {
  const minimum = optimalPreconditionerLoss(setting);
  const exact = { relation: "within", standardError: 0 } as const;
  return [
    {
      ...exact,
      name: `${label}: distance of the exact loss’s minimiser`,
      predicted: 0,
      observed: relativeDistance(solved.step, prediction.value),
      tolerance: 1e-10,
      source: prediction.source,
    },
    {
      ...exact,
      name: `${label}: minimum of the exact loss`,
      predicted: minimum.value,
      observed: solved.loss,
      tolerance: 1e-12 * minimum.value,
      source: minimum.source,
    },
  ];
}

function figureOf(found: readonly Found[], sigma: RotatedCovariance): Figure {
  const eigenvalues = sigma.spectrum;
  const n = found[0].setting.contextLength;
  const curve = geometric(Math.min(...eigenvalues), Math.max(...eigenvalues), 40);
  return {
    title: "The step along each axis of Σ",
    subtitle: `x ~ N(0, Σ), w ~ N(0, ψ²I), d = ${eigenvalues.length}, n = ${n}`,
    x: { label: "eigenvalue λ of Σ", scale: "log" },
    y: { label: "step along its axis, uᵀΓu", scale: "log" },
    series: [
      ...found.flatMap(({ label, setting, trained }) => [
        {
          name: `theory, ${label}`,
          kind: "line" as const,
          theory: true,
          about: label,
          points: curve.map((x) => ({ x, y: 1 / ((n + 1) * x + ridgeOf(setting)) })),
        },
        {
          name: `trained layer, ${label}`,
          kind: "points" as const,
          about: label,
          points: stepsAlong(sigma, trained.report.preconditioner).map((y, i) => ({ x: eigenvalues[i], y })),
        },
      ]),
      {
        name: "without regularisation: 1/((n + 1)λ)",
        kind: "line",
        theory: true,
        points: curve.map((x) => ({ x, y: 1 / ((n + 1) * x) })),
      },
    ],
  };
}
