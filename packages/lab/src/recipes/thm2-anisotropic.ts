import {
  childKey,
  identity,
  inverseCovariance,
  matrixFromRows,
  multiply,
  scale,
  squareRoot,
  toRows,
} from "@onestep/core";
import { gaussianCovariates, gaussianNoise, gaussianTasks, linearTarget, promptLaw } from "@onestep/data";
import {
  bestStepSize,
  gaussianLinearMoments,
  mapClosedForm,
  optimalPreconditioner,
  optimalStepLoss,
  optimalStepSize,
} from "@onestep/theory";
import { geometric } from "../figure/geometric.ts";
import { distanceFromScalars } from "../measure/preconditioner-distance.ts";
import { defineRecipe, type Recipe } from "./recipe.ts";
import { rotatedCovariance, stepsAlong } from "./laws/rotated-covariance.ts";
import { trainTrial } from "./training/train-trial.ts";

/** The spectrum of Ahn et al.'s experiments. */
const spectrum = [1, 1, 0.25, 0.0625, 1];

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
    const dimension = eigenvalues.length;
    const sigma = rotatedCovariance(eigenvalues, childKey(context.key, "axes"));
    const covariates = sigma.covariance;
    const root = squareRoot(covariates);
    const tasks = inverseCovariance(covariates);
    const found = [];
    for (const [at, noiseVariance] of noiseVariances.entries()) {
      const setting = { contextLength, covariates, tasks, noiseVariance };
      const stepSize = optimalStepSize({ contextLength, dimension, noiseVariance });
      const label = `σ² = ${noiseVariance}`;
      const trained = await trainTrial(
        {
          id: `thm2-anisotropic/noise-${noiseVariance}`,
          title: label,
          law: promptLaw({
            contextLength: context.defect === "one-example-fewer" ? contextLength - 1 : contextLength,
            covariates: gaussianCovariates({ covariance: toRows(covariates.matrix) }),
            target: linearTarget({ tasks: gaussianTasks({ covariance: toRows(tasks.matrix) }) }),
            noise: gaussianNoise({ variance: noiseVariance }),
          }),
          prediction:
            context.defect === "plain-step"
              ? mapClosedForm(stepSize, (value) => scale(identity(dimension), value))
              : optimalPreconditioner(setting),
          stepUnit: "inverse-covariance",
        },
        label,
        context,
        { from: at / noiseVariances.length, to: (at + 1) / noiseVariances.length },
      );
      const { observed, standardError } = trained.claim("excess loss");
      const { optimalLoss } = trained.report;
      const isotropic = optimalStepLoss({ contextLength, dimension, noiseVariance });
      const plain = bestStepSize(gaussianLinearMoments(setting));
      const claims = [
        ...trained.claims,
        {
          name: `${label}: minimum loss, as on isotropic prompts`,
          relation: "within",
          predicted: isotropic.value,
          observed: optimalLoss,
          standardError: 0,
          tolerance: 1e-9 * isotropic.value,
          source: isotropic.source,
        },
        {
          name: `${label}: distance of Σ^½ΓΣ^½ from a multiple of I`,
          relation: "within",
          predicted: 0,
          observed: distanceFromScalars(multiply(root, matrixFromRows(trained.report.preconditioner), root)),
          standardError: trained.claim("preconditioner").standardError,
          tolerance: 0.02,
          source: stepSize.source,
        },
        {
          name: `${label}: loss below the best plain step`,
          relation: "below",
          predicted: plain.value.loss,
          observed: optimalLoss * (1 + observed),
          standardError: optimalLoss * standardError,
          tolerance: 0,
          source: plain.source,
        },
      ] as const;
      const steps = stepsAlong(sigma, trained.report.preconditioner);
      found.push({ label, claims, steps, stepSize: stepSize.value, plainStep: plain.value.stepSize });
    }
    const curve = geometric(Math.min(...eigenvalues), Math.max(...eigenvalues), 40);
    const [first] = found;
    return {
      claims: found.flatMap(({ claims }) => claims),
      figure: {
        title: "The step along each axis of Σ",
        subtitle: `x ~ N(0, Σ), w ~ N(0, Σ⁻¹), d = ${dimension}, n = ${contextLength}`,
        x: { label: "eigenvalue λ of Σ", scale: "log" },
        y: { label: "step along its axis, uᵀΓu", scale: "log" },
        series: [
          ...found.flatMap(({ label, steps, stepSize }) => [
            {
              name: `theory: η/λ, ${label}`,
              kind: "line" as const,
              theory: true,
              about: label,
              points: curve.map((x) => ({ x, y: stepSize / x })),
            },
            {
              name: `trained layer, ${label}`,
              kind: "points" as const,
              about: label,
              points: steps.map((y, i) => ({ x: eigenvalues[i], y })),
            },
          ]),
          {
            name: `best plain step, ${first.label}`,
            kind: "line",
            theory: true,
            points: curve.map((x) => ({ x, y: first.plainStep })),
          },
        ],
      },
      notes: ["The paper has no experiment of its own: Σ has the spectrum of 2306.00297, in axes drawn from the seed."],
    };
  },
});
