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
import { geometric } from "../figure/geometric.ts";
import { relativeDistance } from "../measure/preconditioner-distance.ts";
import { defineRecipe, type Recipe } from "./recipe.ts";
import { rotatedCovariance, stepsAlong } from "./laws/rotated-covariance.ts";
import { trainTrial } from "./training/train-trial.ts";

const spectrum = [1, 1, 0.25, 0.0625, 1];

/** Random starts of the solver; some end in a layer that attends by covariates. */
const STARTS = 5;

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
  async run({ spectrum: eigenvalues, contextLength: n, taskVariances, noiseVariances }, context) {
    const { defect, key, progress } = context;
    const dimension = eigenvalues.length;
    const sigma = rotatedCovariance(eigenvalues, childKey(key, "axes"));
    const covariates = sigma.covariance;
    const found = [];
    for (const [at, noiseVariance] of noiseVariances.entries()) {
      const taskVariance = taskVariances[at];
      const setting = { contextLength: n, covariates, tasks: isotropic(dimension, taskVariance), noiseVariance };
      const label = `ψ² = ${taskVariance}, σ² = ${noiseVariance}`;
      const prediction = mapClosedForm(optimalPreconditioner(setting), (step) => mistaken(step, setting, defect));
      const span = { from: at / noiseVariances.length, to: (at + 1) / noiseVariances.length };
      const solved = await solve(setting, childKey(key, "solver", at), () => progress(span.from, `${label}, solver`));
      const trained = await trainTrial(
        {
          id: `ahn-thm1-identity-prior/${at}`,
          title: label,
          law: promptLaw({
            contextLength: n,
            covariates: gaussianCovariates({ covariance: toRows(covariates.matrix) }),
            target: linearTarget({ tasks: gaussianTasks({ dimension, covariance: taskVariance }) }),
            noise: gaussianNoise({ variance: noiseVariance }),
          }),
          prediction,
          stepUnit: "none",
        },
        label,
        context,
        span,
      );
      const steps = stepsAlong(sigma, trained.report.preconditioner);
      found.push({
        label,
        setting,
        steps,
        claims: [...trained.claims, ...solverClaims(label, solved, prediction, setting)],
      });
    }
    const curve = geometric(Math.min(...eigenvalues), Math.max(...eigenvalues), 40);
    return {
      claims: found.flatMap(({ claims }) => claims),
      figure: {
        title: "The step along each axis of Σ",
        subtitle: `x ~ N(0, Σ), w ~ N(0, ψ²I), d = ${dimension}, n = ${n}`,
        x: { label: "eigenvalue λ of Σ", scale: "log" },
        y: { label: "step along its axis, uᵀΓu", scale: "log" },
        series: [
          ...found.flatMap(({ label, setting, steps }) => [
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
              points: steps.map((y, i) => ({ x: eigenvalues[i], y })),
            },
          ]),
          {
            name: "without regularisation: 1/((n + 1)λ)",
            kind: "line",
            theory: true,
            points: curve.map((x) => ({ x, y: 1 / ((n + 1) * x) })),
          },
        ],
      },
      notes: [
        "The papers divide by n: their A, or Γ⁻¹ of 2306.09927, is nΓ in our convention. Axes of Σ are drawn from the seed.",
      ],
    };
  },
});

/** tr Σ + σ²/ψ², what the theorem adds to (n + 1)λ. */
function ridgeOf({ covariates, tasks, noiseVariance }: GaussianLinearSetting): number {
  const { dimension, matrix } = covariates;
  const axes = Array.from({ length: dimension }, (_, i) => i * (dimension + 1));
  return axes.reduce((sum, at) => sum + matrix.values[at], noiseVariance / tasks.matrix.values[0]);
}

function mistaken(
  step: Matrix,
  { contextLength, covariates }: GaussianLinearSetting,
  defect: string | undefined,
): Matrix {
  if (defect === "missing-1/n") return scale(step, contextLength);
  if (defect !== "inverse-covariance") return step;
  return scale(inverseCovariance(covariates).matrix, 1 / (contextLength + covariates.dimension + 1));
}

/**
 * The layer of least exact loss that descent finds from small random starts, and alternation between its two factors
 * then brings to the last digits.
 */
async function solve(
  setting: GaussianLinearSetting,
  key: RandomKey,
  tick: () => void,
): Promise<{ readonly step: Matrix; readonly loss: number }> {
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

function solverClaims(
  label: string,
  solved: { readonly step: Matrix; readonly loss: number },
  prediction: ClosedForm<Matrix>,
  setting: GaussianLinearSetting,
): Claim[] {
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
