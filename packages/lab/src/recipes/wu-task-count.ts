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
  type Estimate,
  type Matrix,
  type RandomKey,
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
import type { Figure } from "../figure/figure.ts";
import { geometric } from "../figure/geometric.ts";
import { whiskers } from "../figure/whiskers.ts";
import { meanOf } from "../measure/mean-of.ts";
import { above, below, near, within } from "./claims.ts";
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
const ci = { ...sizes, tasks: [4096, 8192, 16_384], repeats: 40 };

type Settings = typeof ci;

/** 2310.08391: Γ trained by one pass of stochastic gradient descent over T tasks, one prompt each. */
export const wuTaskCount: Recipe = defineRecipe({
  id: "wu-task-count",
  title: "one pass over T pre-training tasks: an excess loss of order 1/T, and what other test lengths cost",
  question: "How many pre-training tasks does a layer need, and does what it learns carry over to other lengths?",
  source: { key: "wu-2023", locator: "Theorem 4.1" },
  settings: {
    ci,
    paper: { ...sizes, tasks: [4096, 16_384, 65_536, 262_144, 1_048_576], repeats: 32 },
  },
  defects: {
    "constant-rate": "the rate is not halved along the pass, and judged as if it were",
    "length-of-training":
      "at test the sum is divided by the length of training, and judged as if by that of the prompt",
  },
  async run(settings, { defect, key, progress }) {
    const { dimension, contextLength, noiseVariance, strongNoise, spectra, tasks: counts, repeats } = settings;
    const halvingsOf = (count: number): number => (defect === "constant-rate" ? 0 : Math.floor(log2(count)));
    const laws = spectraOf(dimension).filter(({ label }) => spectra.includes(label));
    const found = laws.map(({ label, eigenvalues }, at) => {
      const setting = settingOf(eigenvalues, contextLength, noiseVariance);
      const passes = counts.map((count, of) =>
        passesOver(count, setting, {
          key: childKey(key, `${label}, tasks`, count),
          repeats,
          halvings: halvingsOf(count),
          tick: (part) =>
            progress((0.8 * (at + (of + part) / counts.length)) / laws.length, `${label} spectrum, ${count} tasks`),
        }),
      );
      return learned(label, setting, passes);
    });
    const [uniform, ...decaying] = found;
    const most = counts[counts.length - 1];
    const noisy = { ...uniform.setting, noiseVariance: strongNoise };
    const noisyPasses = passesOver(most, noisy, {
      key: childKey(key, "strong noise"),
      // Passes differ little in what they are compared with Bayes for: a quarter of them will do.
      repeats: Math.ceil(repeats / 4),
      halvings: halvingsOf(most),
      tick: (part) => progress(0.8 + 0.2 * part, `σ² = ${strongNoise}`),
    });
    return {
      claims: [
        claimOnRate(uniform, counts),
        ...decaying.map((one) => claimOnScatter(one, uniform, most)),
        ...settings.testLengths.flatMap((length) =>
          claimsAtLength(length, uniform, defect === "length-of-training" ? contextLength : length),
        ),
        ...againstBayes(noisy, { testLengths: settings.testLengths, passes: noisyPasses }),
      ],
      figure: figureOf(found, settings),
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

function log2(count: number): number {
  return log(count) / Math.LN2;
}

/** Passes over as many tasks each, at addresses of their own. */
function passesOver(
  count: number,
  setting: GaussianLinearSetting,
  plan: {
    readonly key: RandomKey;
    readonly repeats: number;
    readonly halvings: number;
    readonly tick: (part: number) => void;
  },
): Matrix[] {
  const { key, repeats, halvings, tick } = plan;
  return Array.from({ length: repeats }, (_, repeat) =>
    onePass(setting, { key: childKey(key, "pass", repeat), count, halvings, tick: () => tick(repeat / repeats) }),
  );
}

/** What passes have learned of one spectrum. */
interface Learned {
  readonly label: string;
  readonly setting: GaussianLinearSetting;
  /** For each number of tasks, the mean excess loss over the minimum. */
  readonly means: readonly Estimate[];
  /** Γ of the passes over the most tasks, and their scatter. */
  readonly trained: readonly Matrix[];
  readonly scatter: Pick<Estimate, "value" | "standardError">;
}

function learned(label: string, setting: GaussianLinearSetting, passes: readonly (readonly Matrix[])[]): Learned {
  const moments = gaussianLinearMoments(setting);
  const minimum = optimalPreconditionerLoss(setting).value;
  const excess = (step: Matrix): number => excessLoss(moments, step).value / minimum;
  const trained = passes[passes.length - 1];
  const means = passes.map((steps) => meanOf(steps.map(excess)));
  return { label, setting, means, trained, scatter: scatterOf(trained, excess) };
}

function claimOnRate({ means }: Learned, counts: readonly number[]): Claim {
  const points = means.map((mean, of) => ({ x: log(counts[of] / log2(counts[of])), ...mean }));
  return within(
    "uniform spectrum: slope of ln excess loss in ln(T/log₂T)",
    { value: -1, source: { key: "wu-2023", locator: "Theorem 4.1, variance" } },
    lineThroughLogarithms(points).slope,
    0.3,
  );
}

function claimOnScatter({ label, scatter }: Learned, uniform: Learned, most: number): Claim {
  return below(
    `${label} spectrum: scatter of passes at T = ${most}, less that of the uniform one`,
    { value: 0, source: { key: "wu-2023", locator: "Theorem 4.1, effective dimension" } },
    {
      value: scatter.value - uniform.scatter.value,
      standardError: Math.hypot(scatter.standardError, uniform.scatter.standardError),
    },
  );
}

/** The loss at a length of test: that of the best step of training, above that of the best step of the test. */
function claimsAtLength(length: number, { setting, trained }: Learned, dividedBy: number): Claim[] {
  const trainedOn = setting.contextLength;
  const test = { ...setting, contextLength: length };
  const moments = gaussianLinearMoments(test);
  const losses = meanOf(
    trained.map((step) => shiftedLoss(rescaledForLength(step, { trainedOn, testedOn: dividedBy }), moments).value),
  );
  const optimum = rescaledForLength(optimalPreconditioner(setting).value, { trainedOn, testedOn: length });
  const name = `trained on ${trainedOn} examples, tested on ${length}: loss`;
  const claim = near(name, shiftedLoss(optimum, moments), losses, 0.02);
  if (length === trainedOn) return [claim];
  return [claim, above(`${name} above that of a layer trained on ${length}`, optimalPreconditionerLoss(test), losses)];
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
  const label = `σ² = ${noiseVariance}`;
  return [
    near(
      `${label}, M = n = ${n}: loss above the noise, over Bayes`,
      { value: home(best.value), source: best.source },
      meanOf(passes.map(home)),
      0.1,
    ),
    ...testLengths
      .filter((length) => length !== n)
      .map((length) => {
        const other = overBayes(length);
        return above(
          `${label}, M = ${length}: loss above the noise, over Bayes, beyond that at M = n`,
          { value: 0, source: { key: "wu-2023", locator: "comparison with Bayes optimal ridge regression" } },
          meanOf(passes.map((step) => other(step) - home(step))),
          0.1,
        );
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

function figureOf(found: readonly Learned[], settings: Settings): Figure {
  const { dimension, contextLength, noiseVariance, tasks: counts, repeats } = settings;
  const [uniform] = found;
  const middle = Math.floor(counts.length / 2);
  const curve = geometric(counts[0], counts[counts.length - 1], 30);
  return {
    title: "After its bias phase, excess loss falls as log T/T",
    subtitle: `x ~ N(0, Λ), tr Λ = ${dimension}, w ~ N(0, I), d = ${dimension}, n = ${contextLength}, σ² = ${noiseVariance}; ${repeats} passes each, whiskers: 95 %`,
    x: { label: "pre-training tasks T, one prompt each", scale: "log" },
    y: { label: "excess loss / minimum loss", scale: "log" },
    series: [
      ...found.map(({ label, means }) => ({
        name: `${label} spectrum${label === uniform.label ? "" : ", weak directions unlearned"}`,
        kind: "points" as const,
        about: label,
        points: means.map((mean, of) => whiskers(counts[of], mean)),
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
  };
}
