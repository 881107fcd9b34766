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
import type { Figure } from "../figure/figure.ts";
import { whiskers } from "../figure/whiskers.ts";
import { estimateLargestEigenvalue } from "../measure/largest-eigenvalue.ts";
import { below } from "./claims.ts";
import { defineRecipe, type Recipe, type RecipeContext } from "./recipe.ts";
import { spanOf, trainTrial, type Span, type TrainedTrial } from "./training/train-trial.ts";

const sizes = { dimension: 5, contextLength: 20, stabilityDraws: 2000 };
const ci = { ...sizes, noiseVariances: [0, 0.25, 1] };

type Settings = typeof ci;
type Defect = "one-example-fewer" | "wrong-step-size";

/** Theorem 1 of 2307.03576: one step of gradient descent on isotropic prompts, at several levels of noise. */
export const thm1Isotropic: Recipe = defineRecipe({
  id: "thm1-isotropic",
  title: "isotropic prompts: one step of gradient descent",
  question:
    "Does a layer trained on isotropic linear prompts become one step of gradient descent, of the step size that Theorem 1 gives?",
  source: { key: "mahankali-2023", locator: "Theorem 1" },
  settings: {
    ci,
    paper: { ...sizes, noiseVariances: [0, 0.25, 0.5, 1, 2, 4] },
  },
  defects: {
    "one-example-fewer": "the layer is trained on n − 1 examples and judged as if it were n",
    "wrong-step-size": "the prediction forgets the 1 in η = 1/(n + d + 1 + σ²)",
  },
  async run(settings, context) {
    const found: Found[] = [];
    for (const [at, noiseVariance] of settings.noiseVariances.entries()) {
      const span = spanOf(at, settings.noiseVariances.length);
      found.push({ noiseVariance, trained: await train(noiseVariance, settings, context, span) });
    }
    return {
      claims: [...found.flatMap(({ trained }) => trained.claims), claimOnStability(settings, context)],
      figure: figureOf(found, settings, context.defect),
      notes: [
        "The paper has no experiment of its own: sizes are ours.",
        "Blocks of the layer other than Γ are judged by what they do to predictions (leakage), which no gauge can hide.",
      ],
    };
  },
});

/** What theory predicts. */
function stepSizeAt(
  noiseVariance: number,
  { dimension, contextLength }: Settings,
  defect: Defect | undefined,
): ClosedForm<number> {
  const exact = optimalStepSize({ contextLength, dimension, noiseVariance });
  return mapClosedForm(exact, (value) => (defect === "wrong-step-size" ? 1 / (1 / value - 1) : value));
}

/** What is drawn. */
function lawAt(noiseVariance: number, { dimension, contextLength }: Settings): PromptLaw {
  return promptLaw({
    contextLength,
    covariates: gaussianCovariates({ dimension }),
    target: linearTarget({ tasks: gaussianTasks({ dimension }) }),
    noise: gaussianNoise({ variance: noiseVariance }),
  });
}

/** A layer trained at one level of noise, with its claims. */
interface Found {
  readonly noiseVariance: number;
  readonly trained: TrainedTrial;
}

function train(
  noiseVariance: number,
  settings: Settings,
  context: RecipeContext<Defect>,
  span: Span,
): Promise<TrainedTrial> {
  const { dimension, contextLength } = settings;
  const seen = context.defect === "one-example-fewer" ? { ...settings, contextLength: contextLength - 1 } : settings;
  const stepSize = stepSizeAt(noiseVariance, settings, context.defect);
  const trial = {
    id: `thm1-isotropic/noise-${noiseVariance}`,
    title: `σ² = ${noiseVariance}`,
    law: lawAt(noiseVariance, seen),
    prediction: mapClosedForm(stepSize, (value) => scale(identity(dimension), value)),
    stepUnit: "identity",
  } as const;
  return trainTrial(trial, trial.title, context, span);
}

/** The step stays within the limit beyond which descent diverges. */
function claimOnStability(settings: Settings, { key, defect }: RecipeContext<Defect>): Claim {
  const request = { key: childKey(key, "stability"), count: settings.stabilityDraws };
  const largest = estimateLargestEigenvalue(lawAt(0, settings), request);
  const { value: stepSize, source } = stepSizeAt(0, settings, defect);
  return below(
    "η* at σ² = 0 as a part of the stability limit 2/E λ_max(XᵀX)",
    { value: 1, source },
    { value: (stepSize * largest.value) / 2, standardError: (stepSize * largest.standardError) / 2 },
  );
}

function figureOf(found: readonly Found[], settings: Settings, defect: Defect | undefined): Figure {
  const { dimension, contextLength, noiseVariances } = settings;
  const last = Math.max(...noiseVariances);
  const curve = Array.from({ length: 41 }, (_, k) => (last * k) / 40);
  return {
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
        points: curve.map((x) => ({ x, y: stepSizeAt(x, settings, defect).value })),
      },
      {
        name: "trained layer",
        kind: "points",
        about: "step size",
        points: found.map(({ noiseVariance, trained }) => {
          const { observed, standardError } = trained.claim("step size");
          return whiskers(noiseVariance, { value: observed, standardError });
        }),
      },
    ],
  };
}
