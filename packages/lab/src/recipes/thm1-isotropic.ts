import { childKey, identity, scale } from "@onestep/core";
import {
  gaussianCovariates,
  gaussianNoise,
  gaussianTasks,
  linearTarget,
  promptLaw,
  type PromptLaw,
} from "@onestep/data";
import { mapClosedForm, optimalStepSize, type ClosedForm } from "@onestep/theory";
import type { Claim } from "../claim.ts";
import type { FigurePoint } from "../figure/figure.ts";
import { estimateLargestEigenvalue } from "../measure/largest-eigenvalue.ts";
import { defineRecipe, type Recipe } from "./recipe.ts";
import { trainTrial } from "./training/train-trial.ts";

const sizes = { dimension: 5, contextLength: 20, stabilityDraws: 2000 };

/** Theorem 1 of 2307.03576: one step of gradient descent on isotropic prompts, at several levels of noise. */
export const thm1Isotropic: Recipe = defineRecipe({
  id: "thm1-isotropic",
  title: "isotropic prompts: one step of gradient descent",
  question:
    "Does a layer trained on isotropic linear prompts become one step of gradient descent, of the step size that Theorem 1 gives?",
  source: { key: "mahankali-2023", locator: "Theorem 1" },
  settings: {
    ci: { ...sizes, noiseVariances: [0, 0.25, 1] },
    paper: { ...sizes, noiseVariances: [0, 0.25, 0.5, 1, 2, 4] },
  },
  defects: {
    "one-example-fewer": "the layer is trained on n − 1 examples and judged as if it were n",
    "wrong-step-size": "the prediction forgets the 1 in η = 1/(n + d + 1 + σ²)",
  },
  async run({ dimension, contextLength, noiseVariances, stabilityDraws }, context) {
    const { defect, key } = context;
    const stepSizeAt = (noiseVariance: number): ClosedForm<number> => {
      const exact = optimalStepSize({ contextLength, dimension, noiseVariance });
      return mapClosedForm(exact, (value) => (defect === "wrong-step-size" ? 1 / (1 / value - 1) : value));
    };
    const lawAt = (noiseVariance: number, length: number): PromptLaw =>
      promptLaw({
        contextLength: length,
        covariates: gaussianCovariates({ dimension }),
        target: linearTarget({ tasks: gaussianTasks({ dimension }) }),
        noise: gaussianNoise({ variance: noiseVariance }),
      });
    const claims: Claim[] = [];
    const learned: FigurePoint[] = [];
    for (const [at, noiseVariance] of noiseVariances.entries()) {
      const trained = await trainTrial(
        {
          id: `thm1-isotropic/noise-${noiseVariance}`,
          title: `σ² = ${noiseVariance}`,
          law: lawAt(noiseVariance, defect === "one-example-fewer" ? contextLength - 1 : contextLength),
          prediction: mapClosedForm(stepSizeAt(noiseVariance), (value) => scale(identity(dimension), value)),
          stepUnit: "identity",
        },
        `σ² = ${noiseVariance}`,
        context,
        { from: at / noiseVariances.length, to: (at + 1) / noiseVariances.length },
      );
      claims.push(...trained.claims);
      const { observed, standardError } = trained.claim("step size");
      const reach = 1.96 * standardError;
      learned.push({ x: noiseVariance, y: observed, low: observed - reach, high: observed + reach });
    }
    const largest = estimateLargestEigenvalue(lawAt(0, contextLength), {
      key: childKey(key, "stability"),
      count: stabilityDraws,
    });
    const boldest = stepSizeAt(0);
    claims.push({
      name: "η* at σ² = 0 as a part of the stability limit 2/E λ_max(XᵀX)",
      relation: "below",
      predicted: 1,
      observed: (boldest.value * largest.value) / 2,
      standardError: (boldest.value * largest.standardError) / 2,
      tolerance: 0,
      source: boldest.source,
    });
    const last = Math.max(...noiseVariances);
    const curve = Array.from({ length: 41 }, (_, k) => (last * k) / 40);
    return {
      claims,
      figure: {
        title: "The step that a trained layer takes",
        subtitle: `x ~ N(0, I), w ~ N(0, I), d = ${dimension}, n = ${contextLength}; whiskers: 95 % of training noise`,
        x: { label: "noise variance σ²", scale: "linear" },
        y: { label: "step size η", scale: "linear" },
        series: [
          {
            name: "theory: 1/(n + d + 1 + σ²)",
            kind: "line",
            theory: true,
            about: "step size",
            points: curve.map((x) => ({ x, y: stepSizeAt(x).value })),
          },
          { name: "trained layer", kind: "points", about: "step size", points: learned },
        ],
      },
      notes: [
        "The paper has no experiment of its own: sizes are ours.",
        "Blocks of the layer other than Γ are judged by what they do to predictions (leakage), which no gauge can hide.",
      ],
    };
  },
});
