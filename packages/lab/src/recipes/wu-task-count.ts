import {
  add,
  childKey,
  covariance,
  diagonal,
  type GaussianLinearSetting,
  integerPower,
  isotropic,
  jackknifeError,
  leaveOneOut,
  log,
  type Matrix,
  scale,
} from "@onestep/core";
import {
  bayesRisk,
  excessLoss,
  gaussianLinearMoments,
  optimalPreconditioner,
  optimalPreconditionerLoss,
  rescaledForLength,
  shiftedLoss,
} from "@onestep/theory";
import type { Claim } from "../claim.ts";
import { geometric } from "../figure/geometric.ts";
import { meanOf } from "../measure/mean-of.ts";
import { lineThroughLogarithms } from "./measure/line-through-logarithms.ts";
import { defineRecipe, type Recipe } from "./recipe.ts";
import { onePass } from "./training/one-pass.ts";

const sizes = {
  dimension: 5,
  contextLength: 20,
  noiseVariance: 1,
  strongNoise: 20,
  spectra: ["uniform", "power-law", "exponential"],
  testLengths: [5, 20, 80, 320],
};

/** 2310.08391: Γ trained by one pass of stochastic gradient descent over T tasks, one prompt each. */
export const wuTaskCount: Recipe = defineRecipe({
  id: "wu-task-count",
  title: "one pass over T pre-training tasks: an excess loss of order 1/T, and what other test lengths cost",
  question: "How many pre-training tasks does a layer need, and does what it learns carry over to other lengths?",
  source: { key: "wu-2023", locator: "Theorem 4.1" },
  settings: {
    ci: { ...sizes, tasks: [4096, 8192, 16_384], repeats: 40 },
    paper: { ...sizes, tasks: [4096, 16_384, 65_536, 262_144, 1_048_576], repeats: 32 },
  },
  defects: {
    "constant-rate": "the rate is not halved along the pass, and judged as if it were",
    "length-of-training":
      "at test the sum is divided by the length of training, and judged as if by that of the prompt",
  },
  async run(settings, { defect, key, progress }) {
    const {
      dimension,
      contextLength: n,
      noiseVariance,
      strongNoise,
      spectra,
      tasks: counts,
      repeats,
      testLengths,
    } = settings;
    const halvingsOf = (count: number): number => (defect === "constant-rate" ? 0 : Math.floor(log(count) / Math.LN2));
    const found = [];
    const laws = spectraOf(dimension).filter(({ label }) => spectra.includes(label));
    for (const [at, { label, eigenvalues }] of laws.entries()) {
      const setting = settingOf(eigenvalues, n, noiseVariance);
      const moments = gaussianLinearMoments(setting);
      const minimum = optimalPreconditionerLoss(setting);
      const excess: Float64Array[] = [];
      const trained: Matrix[] = [];
      for (const [of, count] of counts.entries()) {
        const values = new Float64Array(repeats);
        for (let repeat = 0; repeat < repeats; repeat++) {
          const part = (0.8 * (at + (of + repeat / repeats) / counts.length)) / laws.length;
          const step = onePass(setting, {
            key: childKey(childKey(key, `${label}, tasks`, count), "pass", repeat),
            count,
            halvings: halvingsOf(count),
            tick: () => progress(part, `${label} spectrum, ${count} tasks`),
          });
          values[repeat] = excessLoss(moments, step).value / minimum.value;
          if (of === counts.length - 1) trained.push(step);
        }
        excess.push(values);
      }
      const scatter = scatterOf(trained, (step) => excessLoss(moments, step).value / minimum.value);
      found.push({ label, setting, trained, scatter, means: excess.map((values) => meanOf(values)) });
    }
    const [uniform, ...decaying] = found;
    const last = counts.length - 1;
    const noisy = { ...uniform.setting, noiseVariance: strongNoise };
    // Passes differ little in what they are compared with Bayes for: a quarter of them will do.
    const noisyPasses = Array.from({ length: Math.ceil(repeats / 4) }, (_, repeat) =>
      onePass(noisy, {
        key: childKey(childKey(key, "strong noise"), "pass", repeat),
        count: counts[last],
        halvings: halvingsOf(counts[last]),
        tick: () => progress(0.8 + (0.8 * repeat) / repeats, `σ² = ${strongNoise}`),
      }),
    );
    const effective = counts.map((count) => count / (log(count) / Math.LN2));
    const { slope } = lineThroughLogarithms(uniform.means.map((mean, of) => ({ x: log(effective[of]), ...mean })));
    const rate = { key: "wu-2023", locator: "Theorem 4.1, variance" };
    const optimum = optimalPreconditioner(uniform.setting);
    const atLength = (length: number): ReturnType<typeof gaussianLinearMoments> =>
      gaussianLinearMoments({ ...uniform.setting, contextLength: length });
    const claims: Claim[] = [
      {
        name: "uniform spectrum: slope of ln excess loss in ln(T/log₂T)",
        relation: "within",
        predicted: -1,
        observed: slope.value,
        standardError: slope.standardError,
        tolerance: 0.3,
        source: rate,
      },
      ...decaying.map(({ label, scatter }): Claim => ({
        name: `${label} spectrum: scatter of passes at T = ${counts[last]}, less that of the uniform one`,
        relation: "below",
        predicted: 0,
        observed: scatter.value - uniform.scatter.value,
        standardError: Math.hypot(scatter.standardError, uniform.scatter.standardError),
        tolerance: 0,
        source: { key: "wu-2023", locator: "Theorem 4.1, effective dimension" },
      })),
      ...testLengths.flatMap((length): Claim[] => {
        const testedOn = defect === "length-of-training" ? n : length;
        const losses = meanOf(
          Float64Array.from(
            uniform.trained,
            (step) => shiftedLoss(rescaledForLength(step, { trainedOn: n, testedOn }), atLength(length)).value,
          ),
        );
        const predicted = shiftedLoss(
          rescaledForLength(optimum.value, { trainedOn: n, testedOn: length }),
          atLength(length),
        );
        const best = optimalPreconditionerLoss({ ...uniform.setting, contextLength: length });
        const claim: Claim = {
          name: `trained on ${n} examples, tested on ${length}: loss`,
          relation: "within",
          predicted: predicted.value,
          observed: losses.value,
          standardError: losses.standardError,
          tolerance: 0.02 * predicted.value,
          source: predicted.source,
        };
        if (length === n) return [claim];
        return [
          claim,
          {
            name: `trained on ${n} examples, tested on ${length}: loss above that of a layer trained on ${length}`,
            relation: "above",
            predicted: best.value,
            observed: losses.value,
            standardError: losses.standardError,
            tolerance: 0,
            source: best.source,
          },
        ];
      }),
      ...againstBayes(noisy, { testLengths, passes: noisyPasses }),
    ];
    const middle = Math.floor(counts.length / 2);
    const curve = geometric(counts[0], counts[last], 30);
    return {
      claims,
      figure: {
        title: "After its bias phase, excess loss falls as log T/T",
        subtitle: `x ~ N(0, Λ), tr Λ = ${dimension}, w ~ N(0, I), d = ${dimension}, n = ${n}, σ² = ${noiseVariance}; ${repeats} passes each, whiskers: 95 %`,
        x: { label: "pre-training tasks T, one prompt each", scale: "log" },
        y: { label: "excess loss / minimum loss", scale: "log" },
        series: [
          ...found.map(({ label, means }) => ({
            name: `${label} spectrum${label === uniform.label ? "" : ", weak directions unlearned"}`,
            kind: "points" as const,
            about: label,
            points: means.map(({ value, standardError }, of) => ({
              x: counts[of],
              y: value,
              low: value - 1.96 * standardError,
              high: value + 1.96 * standardError,
            })),
          })),
          {
            name: "theory: order of log T/T",
            kind: "line",
            theory: true,
            about: uniform.label,
            points: curve.map((x) => ({
              x,
              y: (uniform.means[middle].value * (log(x) / x)) / (log(counts[middle]) / counts[middle]),
            })),
          },
        ],
      },
      notes: [
        "The theorem bounds the excess loss up to constants: its order, T/log T being the number of steps at one rate, is claimed, and the curve is placed through a point. Sizes are ours.",
        "As in the paper, Γ is trained from 0 by one pass with a rate that is halved log₂T times, on one query of each task, and reads the sum divided by n. Its excess loss is exact.",
        "On decaying spectra one pass has not learned the weak directions: bias is most of their excess loss. What the effective dimension rules is the variance, the scatter of passes about their mean, and of that is the claim.",
        `That M = n comes near to Bayes and M ≠ n does not holds where noise is strong against tr Λ, as the theorem has it: at σ² = ${strongNoise} losses above σ² are held against those of the Bayes optimal ridge regression. At σ² = ${noiseVariance} the best step itself is far from Bayes; there lengths are compared with the best step of the same length.`,
      ],
    };
  },
});

/** Spectra of trace d, the uniform one first: the others are held against it. */
function spectraOf(d: number): { readonly label: string; readonly eigenvalues: readonly number[] }[] {
  const scaled = (values: readonly number[]): number[] => {
    const total = values.reduce((sum, value) => sum + value, 0);
    return values.map((value) => (value * d) / total);
  };
  const indices = Array.from({ length: d }, (_, i) => i + 1);
  return [
    { label: "uniform", eigenvalues: indices.map(() => 1) },
    { label: "power-law", eigenvalues: scaled(indices.map((i) => 1 / integerPower(i, 3))) },
    { label: "exponential", eigenvalues: scaled(indices.map((i) => 4 ** -i)) },
  ];
}

/** The loss above the noise over that of ridge regression with the right penalty, at the length of training and others. */
function againstBayes(
  setting: GaussianLinearSetting,
  { passes, testLengths }: { readonly passes: readonly Matrix[]; readonly testLengths: readonly number[] },
): Claim[] {
  const { contextLength: n, noiseVariance } = setting;
  const { dimension } = setting.covariates;
  const overBayes = (length: number): ((step: Matrix) => number) => {
    const bayes = bayesRisk({ contextLength: length, dimension, noiseVariance }).value - noiseVariance;
    const moments = gaussianLinearMoments({ ...setting, contextLength: length });
    return (step) =>
      (shiftedLoss(rescaledForLength(step, { trainedOn: n, testedOn: length }), moments).value - noiseVariance) / bayes;
  };
  const home = overBayes(n);
  const best = optimalPreconditioner(setting);
  const own = meanOf(passes.map(home));
  const label = `σ² = ${noiseVariance}`;
  return [
    {
      name: `${label}, M = n = ${n}: loss above the noise, over Bayes`,
      relation: "within",
      predicted: home(best.value),
      observed: own.value,
      standardError: own.standardError,
      tolerance: 0.1 * home(best.value),
      source: best.source,
    },
    ...testLengths.flatMap((length): Claim[] => {
      if (length === n) return [];
      const other = overBayes(length);
      const gap = meanOf(passes.map((step) => other(step) - home(step)));
      return [
        {
          name: `${label}, M = ${length}: loss above the noise, over Bayes, beyond that at M = n`,
          relation: "above",
          predicted: 0,
          observed: gap.value,
          standardError: gap.standardError,
          tolerance: 0.1,
          source: { key: "wu-2023", locator: "comparison with Bayes optimal ridge regression" },
        },
      ];
    }),
  ];
}

function settingOf(
  eigenvalues: readonly number[],
  contextLength: number,
  noiseVariance: number,
): GaussianLinearSetting {
  return {
    contextLength,
    covariates: covariance(diagonal(eigenvalues)),
    tasks: isotropic(eigenvalues.length),
    noiseVariance,
  };
}

/** The part of the mean excess loss that is due to the difference of passes from their mean: the variance of a pass. */
function scatterOf(
  steps: readonly Matrix[],
  excess: (step: Matrix) => number,
): { readonly value: number; readonly standardError: number } {
  const scatter = (kept: readonly Matrix[]): number => {
    const middle = scale(
      kept.reduce((sum, step) => add(sum, step)),
      1 / kept.length,
    );
    const mean = kept.reduce((sum, step) => sum + excess(step), 0) / kept.length;
    return (kept.length / (kept.length - 1)) * (mean - excess(middle));
  };
  return { value: scatter(steps), standardError: jackknifeError(leaveOneOut(steps).map(scatter)) };
}
