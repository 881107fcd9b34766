import { childKey, isotropic, type Estimate } from "@onestep/core";
import {
  gaussianCovariates,
  gaussianNoise,
  gaussianTasks,
  linearTarget,
  promptLaw,
  quadraticTarget,
  type TargetLaw,
} from "@onestep/data";
import {
  pointwiseAttention,
  pointwiseMoments,
  quadraticPointwiseMoments,
  softmaxHeads,
  type ClosedForm,
  type SoftmaxHeads,
} from "@onestep/theory";
import type { Claim } from "../claim.ts";
import type { FigureSeries } from "../figure/figure.ts";
import { ratioOfMeans } from "../measure/ratio-of-means.ts";
import {
  activations,
  bestOf,
  fitAndTest,
  kernelNames,
  type Kernel,
  type KernelPlan,
} from "./training/kernel-attention.ts";
import { defineRecipe, type Recipe } from "./recipe.ts";

/** Labels with the kernel that matches them: E f(x)f(x') is ⟨x, x'⟩ for linear tasks, 2⟨x, x'⟩² for quadratic ones. */
const labelLaws = [
  { labels: "linear", matching: "linear", averagesOf: pointwiseMoments },
  { labels: "quadratic", matching: "square", averagesOf: quadraticPointwiseMoments },
] as const;

/** One layer of attention with other kernels: which does best on which labels, and what two heads of softmax are. */
export const kernels: Recipe = defineRecipe({
  id: "kernels",
  title: "one layer of linear, ReLU, exponential, square and softmax attention",
  question: "Which attention kernel suits which labels, and when is softmax attention as good as linear attention?",
  source: { key: "cheng-2023", locator: "one layer whose attention matches the kernel" },
  settings: {
    ci: {
      dimension: 5,
      noiseVariance: 0.25,
      lengths: [20, 40],
      scores: [0.02, 0.25, 0.5, 1],
      fitted: 60_000,
      tested: 120_000,
    },
    paper: {
      dimension: 5,
      noiseVariance: 0.25,
      lengths: [20, 40, 80, 160],
      scores: [0.02, 0.1, 0.25, 0.5, 0.75, 1, 1.5],
      fitted: 300_000,
      tested: 600_000,
    },
  },
  defects: {
    "forgotten-noise": "predictions forget the noise of the labels",
    "heads-of-one-sign": "the two softmax heads are added, not subtracted",
  },
  async run({ dimension, noiseVariance, lengths, scores, fitted, tested }, { key, defect, progress }) {
    const claims: Claim[] = [];
    const seen: Seen[] = [];
    for (const [at, n] of lengths.entries()) {
      const setting = {
        contextLength: n,
        dimension,
        noiseVariance: defect === "forgotten-noise" ? 0 : noiseVariance,
      };
      for (const [row, { labels, matching, averagesOf }] of labelLaws.entries()) {
        const label = `${labels} labels, n = ${n}`;
        const target: TargetLaw =
          labels === "linear" ? linearTarget({ tasks: gaussianTasks({ dimension }) }) : quadraticTarget({ dimension });
        const plan: KernelPlan = {
          law: promptLaw({
            contextLength: n,
            covariates: gaussianCovariates({ dimension }),
            target,
            noise: gaussianNoise({ variance: noiseVariance }),
          }),
          key: childKey(childKey(key, labels), "length", n),
          scores: labels === "linear" ? scores : [],
          sign: defect === "heads-of-one-sign" ? 1 : -1,
          tick: (part) => progress((at + (row + part) / labelLaws.length) / lengths.length, label),
        };
        const models = fitAndTest(plan, fitted, tested);
        const { source } = pointwiseAttention(n, averagesOf(activations[matching], setting));
        for (const kernel of kernelNames) {
          const found = models.get(kernel)!;
          seen.push({ n, labels, model: kernel, error: found.error });
          claims.push(
            estimates(
              `${label}: normalised error of ${kernel} attention`,
              normalisedError(averagesOf, kernel, setting),
              found.error,
              source,
            ),
          );
          if (kernel === matching) continue;
          const ratio = ratioOfMeans(models.get(matching)!.errors, found.errors);
          claims.push(
            side("below", `${label}: error of ${matching} over that of ${kernel} attention`, 1, ratio, source),
          );
        }
        if (labels !== "linear") continue;
        const [one, two] = ["one head", "two heads"].map((heads) => bestOf(models, heads));
        const linear = models.get("linear")!;
        seen.push({ n, labels, model: "one softmax head", error: one.error });
        seen.push({ n, labels, model: "two softmax heads", error: two.error });
        const pair = pairOf(setting);
        const small = models.get(`two heads, c = ${Math.min(...scores)}`)!;
        const overLinear = ratioOfMeans(two.errors, linear.errors);
        claims.push(
          estimates(
            `${label}: normalised error of two softmax heads with small scores`,
            pair.value.loss / (dimension + setting.noiseVariance),
            small.error,
            pair.source,
          ),
          {
            name: `${label}: error of the best two softmax heads over that of linear attention`,
            relation: "within",
            predicted: 1,
            observed: overLinear.value,
            standardError: overLinear.standardError,
            tolerance: 0.05,
            source: pair.source,
          },
          side(
            "above",
            `${label}: error of the best softmax head over that of the best two`,
            1.1,
            ratioOfMeans(one.errors, two.errors),
            pair.source,
          ),
        );
      }
    }
    return {
      claims,
      figure: {
        title: "Attention does best where its kernel is that of the labels",
        subtitle: `x ~ N(0, I), d = ${dimension}, σ² = ${noiseVariance}; linear labels ⟨w, x⟩ and quadratic labels xᵀAx; ${tested} prompts a point`,
        x: { label: "context length n", scale: "log" },
        y: { label: "normalised error E(ŷ − y)² / E y²", scale: "log" },
        series: seriesOf(seen, { dimension, noiseVariance, lengths }),
      },
      notes: [
        "A layer has one number, the scale of its output, which is fitted by least squares on prompts of its own; softmax heads also have the scale c of their scores, the best of a list. Then it is tested on fresh prompts.",
        "Heads of opposite sign cancel what is even in the scores: two ReLU heads max(s, 0) − max(−s, 0) are linear attention, two softmax heads are it on centred data, which costs one example.",
        "The papers have more heads, more layers and Gaussian-process labels of these kernels; their numbers are not graded. Random quadratic labels are a Gaussian process of kernel 2⟨x, x'⟩² here. ReLU attention: 2306.00297, Theorem 5.",
      ],
    };
  },
});

interface Setting {
  readonly contextLength: number;
  readonly dimension: number;
  readonly noiseVariance: number;
}

interface Seen {
  readonly n: number;
  readonly labels: string;
  readonly model: string;
  readonly error: Estimate;
}

function estimates(
  name: string,
  predicted: number,
  { value, standardError }: Estimate,
  source: Claim["source"],
): Claim {
  // A kernel that sees nothing of the labels is fitted to noise, which adds a little to its error and nothing to its spread.
  const seesNothing = predicted > 1 - 1e-9;
  return {
    name,
    relation: seesNothing ? "within" : "estimates",
    predicted,
    observed: value,
    standardError,
    tolerance: seesNothing ? 0.01 : 0.05 * predicted,
    source,
  };
}

function side(
  relation: "above" | "below",
  name: string,
  predicted: number,
  { value, standardError }: Estimate,
  source: Claim["source"],
): Claim {
  return { name, relation, predicted, observed: value, standardError, tolerance: 0, source };
}

function seriesOf(
  seen: readonly Seen[],
  { dimension, noiseVariance, lengths }: { dimension: number; noiseVariance: number; lengths: readonly number[] },
): FigureSeries[] {
  const [from, to] = [Math.min(...lengths), Math.max(...lengths)];
  const curve = from === to ? [from] : Array.from({ length: to - from + 1 }, (_, i) => from + i);
  const theory = (about: string, errorOf: (n: number) => number): FigureSeries => ({
    name: `theory: ${about}`,
    kind: "line",
    theory: true,
    about,
    points: curve.map((n) => ({ x: n, y: errorOf(n) })),
  });
  const drawn = (about: string, labels: string, model: string): FigureSeries => ({
    name: about,
    kind: "points",
    about,
    points: seen
      .filter((one) => one.labels === labels && one.model === model)
      .map(({ n, error: { value, standardError } }) => ({
        x: n,
        y: value,
        low: value - 1.96 * standardError,
        high: value + 1.96 * standardError,
      })),
  });
  const settingOf = (contextLength: number): Setting => ({ contextLength, dimension, noiseVariance });
  const pointwiseSeries = (["linear", "relu"] as const).flatMap((kernel) => [
    theory(`linear labels, ${kernel}`, (n) => normalisedError(pointwiseMoments, kernel, settingOf(n))),
    drawn(`linear labels, ${kernel}`, "linear", kernel),
  ]);
  return [
    ...pointwiseSeries,
    theory("linear labels, two softmax heads", (n) => pairOf(settingOf(n)).value.loss / (dimension + noiseVariance)),
    drawn("linear labels, two softmax heads", "linear", "two softmax heads"),
    drawn("linear labels, one softmax head", "linear", "one softmax head"),
    theory("quadratic labels, square", (n) => normalisedError(quadraticPointwiseMoments, "square", settingOf(n))),
    drawn("quadratic labels, square", "quadratic", "square"),
    theory("quadratic labels, linear", (n) => normalisedError(quadraticPointwiseMoments, "linear", settingOf(n))),
    drawn("quadratic labels, linear", "quadratic", "linear"),
  ];
}

function normalisedError(averagesOf: typeof pointwiseMoments, kernel: Kernel, setting: Setting): number {
  const averages = averagesOf(activations[kernel], setting);
  return pointwiseAttention(setting.contextLength, averages).value.loss / averages.responseSecondMoment;
}

function pairOf({ contextLength, dimension, noiseVariance }: Setting): ClosedForm<SoftmaxHeads> {
  const [covariates, tasks] = [isotropic(dimension), isotropic(dimension)];
  return softmaxHeads({ contextLength, covariates, tasks, noiseVariance });
}
