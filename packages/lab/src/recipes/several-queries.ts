import { childKey, isotropic, meanAccumulator, type Estimate, type RandomKey } from "@onestep/core";
import {
  gaussianCovariates,
  gaussianNoise,
  gaussianTasks,
  linearTarget,
  promptLaw,
  promptMoments,
  samplePrompts,
  type PromptLaw,
} from "@onestep/data";
import {
  autoregressiveSteps,
  gaussianLinearMoments,
  mapClosedForm,
  oneStepRisk,
  optimalStepSize,
  severalQueriesStep,
  type AutoregressiveSteps,
  type ClosedForm,
} from "@onestep/theory";
import type { Claim } from "../claim.ts";
import type { Figure, FigurePoint } from "../figure/figure.ts";
import { whiskers } from "../figure/whiskers.ts";
import { ratioOfMeans } from "../measure/ratio-of-means.ts";
import { above, estimates } from "./claims.ts";
import { defineRecipe, type Recipe, type RecipeContext } from "./recipe.ts";
import { trainTrial, type TrainedTrial } from "./training/train-trial.ts";

const sizes = { dimension: 4, length: 12, noiseVariance: 0.3, queries: 4 };
const ci = { ...sizes, draws: 40_000 };

type Settings = typeof ci;
type Defect = "one-position-fewer" | "longest-context";

/** Prompts drawn at a time, so that memory does not grow with their number. */
const CHUNK = 5000;

/** Several questions about one context, and prompts of which every position is a question. */
export const severalQueries: Recipe = defineRecipe({
  id: "several-queries",
  title: "several queries, and every position a query",
  question: "Does the learned step change when a prompt asks several questions, or one at every position?",
  source: { key: "onestep", locator: "autoregressiveSteps" },
  settings: { ci, paper: { ...sizes, draws: 400_000 } },
  defects: {
    "one-position-fewer": "the last position asks nothing, and the step is judged as if it did",
    "longest-context": "the prediction is the step for K examples, as if all positions had that many",
  },
  async run(settings, context) {
    const { dimension, length, noiseVariance, draws } = settings;
    const { defect, key, progress } = context;
    const trained = await trainOnSeveral(settings, context);
    const longest = optimalStepSize({ contextLength: length, dimension, noiseVariance });
    const exact = autoregressiveSteps(length, { dimension, noiseVariance });
    const steps: ClosedForm<AutoregressiveSteps> =
      defect === "longest-context"
        ? mapClosedForm(exact, (value) => ({
            ...value,
            unnormalised: longest.value,
            normalised: length * longest.value,
          }))
        : exact;
    const seen = askEveryPosition(lawOf(1, settings), {
      key: childKey(key, "every-position"),
      draws,
      positions: defect === "one-position-fewer" ? length - 1 : length,
      steps: steps.value,
      longest: longest.value,
      progress: (part) => progress(0.5 + part / 2, "every position a query"),
    });
    return {
      claims: [...trained.claims, ...claimsOnPositions(seen, steps)],
      figure: figureOf(seen, exact.value, settings),
      notes: [
        "Own derivations: no paper has these numbers. Positions without an example before them, where every step answers 0, are left out.",
        "The best step of drawn prompts is the least-squares one; that it is a multiple of I follows from symmetry, and the trained layer shows it.",
      ],
    };
  },
});

function lawOf(queries: number, { dimension, length, noiseVariance }: Settings): PromptLaw {
  return promptLaw({
    contextLength: length,
    covariates: gaussianCovariates({ dimension }),
    target: linearTarget({ tasks: gaussianTasks({ dimension }) }),
    noise: gaussianNoise({ variance: noiseVariance }),
    queries,
  });
}

/** A layer trained on several queries of each context, against the best step for one. */
function trainOnSeveral(settings: Settings, context: RecipeContext<Defect>): Promise<TrainedTrial> {
  const { queries } = settings;
  const shared = severalQueriesStep(promptMoments(lawOf(1, settings)), queries);
  return trainTrial(
    {
      id: "several-queries/shared-context",
      title: `${queries} queries`,
      law: lawOf(queries, settings),
      prediction: mapClosedForm(shared, ({ preconditioner }) => preconditioner),
      stepUnit: "identity",
    },
    `${queries} queries of one context`,
    context,
    { from: 0, to: 0.5 },
  );
}

/** What one form of the step, η or γ/k, does on prompts of which every position is a query. */
interface PositionsSeen {
  /** The least-squares step over all positions of all prompts. */
  readonly step: Estimate;
  /** The predicted step's squared error, a mean over positions. */
  readonly loss: Estimate;
  readonly perPosition: readonly FigurePoint[];
}

/** Both forms, and how much more the step for the longest context loses than the best for all. */
interface EveryPosition extends Record<"unnormalised" | "normalised", PositionsSeen> {
  readonly longestBeyondBest: Estimate;
}

function askEveryPosition(
  law: PromptLaw,
  plan: {
    readonly key: RandomKey;
    readonly draws: number;
    readonly positions: number;
    readonly steps: AutoregressiveSteps;
    readonly longest: number;
    readonly progress: (part: number) => void;
  },
): EveryPosition {
  const { key, draws, positions, steps, longest, progress } = plan;
  const { contextLength: n, dimension: d } = law;
  const plain = accumulator(draws, positions, steps.unnormalised);
  const divided = accumulator(draws, positions, steps.normalised);
  const beyond = meanAccumulator();
  for (let from = 0; from < draws; from += CHUNK) {
    progress(from / draws);
    const count = Math.min(CHUNK, draws - from);
    const prompts = samplePrompts(law, { key, from, count });
    for (let i = 0; i < count; i++) {
      const rows = prompts.covariates.subarray(i * n * d, (i + 1) * n * d);
      const responses = prompts.responses.subarray(i * n, (i + 1) * n);
      const sum = new Float64Array(d); // Σ y x of the rows before the query
      let longestBeyondBest = 0;
      for (let k = 1; k <= positions; k++) {
        for (let j = 0; j < d; j++) sum[j] += responses[k - 1] * rows[(k - 1) * d + j];
        const isLast = k === n;
        const x = isLast ? prompts.queryCovariates.subarray(i * d, (i + 1) * d) : rows.subarray(k * d, (k + 1) * d);
        const y = isLast ? prompts.queryResponses[i] : responses[k];
        let feature = 0;
        for (let j = 0; j < d; j++) feature += sum[j] * x[j];
        plain.push(from + i, k, feature, y);
        divided.push(from + i, k, feature / k, y);
        longestBeyondBest += (y - longest * feature) ** 2 - (y - steps.unnormalised * feature) ** 2;
      }
      beyond.push(longestBeyondBest / positions);
    }
  }
  return { unnormalised: plain.seen(), normalised: divided.seen(), longestBeyondBest: beyond.estimate() };
}

/** Sums over the positions of each prompt, which depend on one another; prompts do not. */
function accumulator(
  draws: number,
  positions: number,
  step: number,
): {
  readonly push: (prompt: number, k: number, feature: number, y: number) => void;
  readonly seen: () => PositionsSeen;
} {
  const [reward, energy, errors] = [new Float64Array(draws), new Float64Array(draws), new Float64Array(draws)];
  const perPosition = Array.from({ length: positions }, () => meanAccumulator());
  return {
    push: (prompt, k, feature, y) => {
      const error = (y - step * feature) ** 2;
      reward[prompt] += feature * y;
      energy[prompt] += feature * feature;
      errors[prompt] += error / positions;
      perPosition[k - 1].push(error);
    },
    seen: () => {
      const loss = meanAccumulator();
      errors.forEach((error) => loss.push(error));
      return {
        step: ratioOfMeans(reward, energy),
        loss: loss.estimate(),
        perPosition: perPosition.map((mean, at) => whiskers(at + 1, mean.estimate())),
      };
    },
  };
}

function claimsOnPositions(seen: EveryPosition, steps: ClosedForm<AutoregressiveSteps>): Claim[] {
  const claim = (name: string, field: keyof AutoregressiveSteps, estimate: Estimate): Claim =>
    estimates(
      `every position${name}`,
      mapClosedForm(steps, (value) => value[field]),
      estimate,
      0.05,
    );
  return [
    claim(": best step size", "unnormalised", seen.unnormalised.step),
    claim(": loss of it", "unnormalisedLoss", seen.unnormalised.loss),
    claim(", divided by k: best step size", "normalised", seen.normalised.step),
    claim(", divided by k: loss of it", "normalisedLoss", seen.normalised.loss),
    above(
      "every position: loss of the step for K examples beyond that of the best step",
      { value: 0, source: steps.source },
      seen.longestBeyondBest,
    ),
  ];
}

function figureOf(seen: EveryPosition, exact: AutoregressiveSteps, settings: Settings): Figure {
  const { dimension, length, noiseVariance, draws } = settings;
  const [covariates, tasks] = [isotropic(dimension), isotropic(dimension)];
  const lossAt = (k: number, stepSize: number): FigurePoint => {
    const moments = gaussianLinearMoments({ contextLength: k, covariates, tasks, noiseVariance });
    return { x: k, y: oneStepRisk(moments, stepSize).value };
  };
  return {
    title: "Every position a query: one step for contexts of all lengths",
    subtitle: `x ~ N(0, I), w ~ N(0, I), d = ${dimension}, σ² = ${noiseVariance}, K = ${length}; ${draws} prompts, whiskers: 95 %`,
    x: { label: "position k: examples before the query", scale: "linear" },
    y: { label: "expected squared error", scale: "linear" },
    series: (["unnormalised", "normalised"] as const).flatMap((form) => {
      const name = form === "normalised" ? "one γ, divided by k" : "one η for all k";
      return [
        {
          name: `theory: ${name}`,
          kind: "line" as const,
          theory: true,
          about: name,
          points: seen[form].perPosition.map(({ x }) =>
            lossAt(x, form === "normalised" ? exact.normalised / x : exact.unnormalised),
          ),
        },
        { name: `drawn prompts: ${name}`, kind: "points" as const, about: name, points: seen[form].perPosition },
      ];
    }),
  };
}
