import { childKey, isotropic } from "@onestep/core";
import {
  gaussianCovariates,
  gaussianNoise,
  gaussianTasks,
  linearTarget,
  promptLaw,
  quadraticTarget,
} from "@onestep/data";
import { pointwiseAttention, pointwiseMoments, quadraticPointwiseMoments, softmaxHeads } from "@onestep/theory";
import type { Claim } from "../claim.ts";
import type { Figure, FigureSeries } from "../figure/figure.ts";
import { whiskers } from "../figure/whiskers.ts";
import { ratioOfMeans } from "../measure/ratio-of-means.ts";
import { above, below, estimates, within, type Target } from "./claims.ts";
import {
  activations,
  bestOf,
  fitAndTest,
  kernelNames,
  type Kernel,
  type KernelPlan,
  type Tested,
} from "./training/kernel-attention.ts";
import { defineRecipe, type Recipe, type RecipeContext } from "./recipe.ts";

/** Labels with the kernel that matches them: E f(x)f(x') is ⟨x, x'⟩ for linear tasks, 2⟨x, x'⟩² for quadratic ones. */
const labelLaws = [
  { labels: "linear", matching: "linear", averagesOf: pointwiseMoments },
  { labels: "quadratic", matching: "square", averagesOf: quadraticPointwiseMoments },
] as const;

type LabelLaw = (typeof labelLaws)[number];

const sizes = { dimension: 5, noiseVariance: 0.25 };
const ci = { ...sizes, lengths: [20, 40], scores: [0.02, 0.25, 0.5, 1], fitted: 60_000, tested: 120_000 };

type Settings = typeof ci;
type Defect = "forgotten-noise" | "heads-of-one-sign";

/** One layer of attention with other kernels: which does best on which labels, and what two heads of softmax are. */
export const kernels: Recipe = defineRecipe({
  id: "kernels",
  title: "one layer of linear, ReLU, exponential, square and softmax attention",
  question: "Which attention kernel suits which labels, and when is softmax attention as good as linear attention?",
  source: { key: "cheng-2023", locator: "one layer whose attention matches the kernel" },
  settings: {
    ci,
    paper: {
      ...sizes,
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
  async run(settings, context) {
    const runs = settings.lengths.flatMap((n) => labelLaws.map((labelLaw) => ({ n, labelLaw })));
    const found = runs.map(({ n, labelLaw }, at): Found => {
      const label = `${labelLaw.labels} labels, n = ${n}`;
      const report = (part: number): void => context.progress((at + part) / runs.length, label);
      return { n, label, labelLaw, models: trainModels(n, labelLaw, settings, context, report) };
    });
    const settingAt = (contextLength: number): Setting => ({
      contextLength,
      dimension: settings.dimension,
      noiseVariance: context.defect === "forgotten-noise" ? 0 : settings.noiseVariance,
    });
    return {
      claims: found.flatMap((one) => [
        ...claimsOnKernels(one, settingAt(one.n)),
        ...(one.labelLaw.labels === "linear" ? claimsOnSoftmax(one, settingAt(one.n), settings) : []),
      ]),
      figure: figureOf(found, settings),
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

/** Attention with each of the kernels, on one kind of labels and one length of contexts. */
interface Found {
  readonly n: number;
  readonly label: string;
  readonly labelLaw: LabelLaw;
  readonly models: ReadonlyMap<string, Tested>;
}

function trainModels(
  n: number,
  { labels }: LabelLaw,
  { dimension, noiseVariance, scores, fitted, tested }: Settings,
  { key, defect }: RecipeContext<Defect>,
  tick: (part: number) => void,
): Map<string, Tested> {
  const isLinear = labels === "linear";
  const law = promptLaw({
    contextLength: n,
    covariates: gaussianCovariates({ dimension }),
    target: isLinear ? linearTarget({ tasks: gaussianTasks({ dimension }) }) : quadraticTarget({ dimension }),
    noise: gaussianNoise({ variance: noiseVariance }),
  });
  const plan: KernelPlan = {
    law,
    key: childKey(childKey(key, labels), "length", n),
    scores: isLinear ? scores : [],
    sign: defect === "heads-of-one-sign" ? 1 : -1,
    tick,
  };
  return fitAndTest(plan, fitted, tested);
}

/** Each kernel has the error that theory gives it, and that of the labels the least. */
function claimsOnKernels({ label, labelLaw, models }: Found, setting: Setting): Claim[] {
  const { matching, averagesOf } = labelLaw;
  return kernelNames.flatMap((kernel) => {
    const { errors, error } = models.get(kernel)!;
    const target = normalisedError(averagesOf, kernel, setting);
    const name = `${label}: normalised error of ${kernel} attention`;
    // A kernel that sees nothing of the labels is fitted to noise, which adds a little to its error and nothing to its spread.
    const seesNothing = target.value > 1 - 1e-9;
    const claim = seesNothing ? within(name, target, error, 0.01) : estimates(name, target, error, 0.05);
    if (kernel === matching) return [claim];
    return [
      claim,
      below(
        `${label}: error of ${matching} over that of ${kernel} attention`,
        { value: 1, source: target.source },
        ratioOfMeans(models.get(matching)!.errors, errors),
      ),
    ];
  });
}

/** Softmax heads, on linear labels: two of them are linear attention, one is not. */
function claimsOnSoftmax({ label, models }: Found, setting: Setting, { scores }: Settings): Claim[] {
  const pair = normalisedErrorOfPair(setting);
  const [one, two] = ["one head", "two heads"].map((heads) => bestOf(models, heads));
  const small = models.get(`two heads, c = ${Math.min(...scores)}`)!;
  return [
    estimates(`${label}: normalised error of two softmax heads with small scores`, pair, small.error, 0.05),
    within(
      `${label}: error of the best two softmax heads over that of linear attention`,
      { value: 1, source: pair.source },
      ratioOfMeans(two.errors, models.get("linear")!.errors),
      0.05,
    ),
    above(
      `${label}: error of the best softmax head over that of the best two`,
      { value: 1.1, source: pair.source },
      ratioOfMeans(one.errors, two.errors),
    ),
  ];
}

function figureOf(found: readonly Found[], { dimension, noiseVariance, lengths, tested }: Settings): Figure {
  const [from, to] = [Math.min(...lengths), Math.max(...lengths)];
  const curve = from === to ? [from] : Array.from({ length: to - from + 1 }, (_, i) => from + i);
  const theory = (about: string, errorOf: (setting: Setting) => Target): FigureSeries => ({
    name: `theory: ${about}`,
    kind: "line",
    theory: true,
    about,
    points: curve.map((n) => ({ x: n, y: errorOf({ contextLength: n, dimension, noiseVariance }).value })),
  });
  const drawn = (about: string, labels: string, modelOf: (models: Found["models"]) => Tested): FigureSeries => ({
    name: about,
    kind: "points",
    about,
    points: found
      .filter(({ labelLaw }) => labelLaw.labels === labels)
      .map(({ n, models }) => whiskers(n, modelOf(models).error)),
  });
  const ofKernel = ({ labels, averagesOf }: LabelLaw, kernel: Kernel): FigureSeries[] => [
    theory(`${labels} labels, ${kernel}`, (setting) => normalisedError(averagesOf, kernel, setting)),
    drawn(`${labels} labels, ${kernel}`, labels, (models) => models.get(kernel)!),
  ];
  const [linear, quadratic] = labelLaws;
  return {
    title: "Attention does best where its kernel is that of the labels",
    subtitle: `x ~ N(0, I), d = ${dimension}, σ² = ${noiseVariance}; linear labels ⟨w, x⟩ and quadratic labels xᵀAx; ${tested} prompts a point`,
    x: { label: "context length n", scale: "log" },
    y: { label: "normalised error E(ŷ − y)² / E y²", scale: "log" },
    series: [
      ...ofKernel(linear, "linear"),
      ...ofKernel(linear, "relu"),
      theory("linear labels, two softmax heads", normalisedErrorOfPair),
      drawn("linear labels, two softmax heads", "linear", (models) => bestOf(models, "two heads")),
      drawn("linear labels, one softmax head", "linear", (models) => bestOf(models, "one head")),
      ...ofKernel(quadratic, "square"),
      ...ofKernel(quadratic, "linear"),
    ],
  };
}

function normalisedError(averagesOf: LabelLaw["averagesOf"], kernel: Kernel, setting: Setting): Target {
  const averages = averagesOf(activations[kernel], setting);
  const { value, source } = pointwiseAttention(setting.contextLength, averages);
  return { value: value.loss / averages.responseSecondMoment, source };
}

function normalisedErrorOfPair({ contextLength, dimension, noiseVariance }: Setting): Target {
  const [covariates, tasks] = [isotropic(dimension), isotropic(dimension)];
  const { value, source } = softmaxHeads({ contextLength, covariates, tasks, noiseVariance });
  return { value: value.loss / (dimension + noiseVariance), source };
}
