import {
  add,
  childKey,
  covarianceFromSpectrum,
  dot,
  isotropic,
  log,
  matrix,
  multiplyVector,
  openStream,
  scale,
  trace,
  zeros,
  type GaussianLinearSetting,
  type LsaParameters,
  type Matrix,
} from "@onestep/core";
import { mergedHeads, trainableOnPopulation, type Objective } from "@onestep/model";
import { balancedStart, gaussianLinearMoments, mergedEscapeRate, mergedFlow, plateauLosses } from "@onestep/theory";
import type { Claim } from "../claim.ts";
import type { Figure, FigurePoint } from "../figure/figure.ts";
import { above, below, near, within } from "./claims.ts";
import { lossesOfFlow } from "./measure/losses-of-flow.ts";
import { timeBelow } from "./measure/time-below.ts";
import { defineRecipe, type Recipe, type RecipeContext } from "./recipe.ts";

const sizes = { spectrum: [1, 2, 3, 4], contextLength: 31, heads: 8, startSize: 1e-6, until: 6 };
const ci = { ...sizes, startSizes: [1e-3, 1e-5, 1e-7] };

type Settings = typeof ci;
type Defect = "one-example-fewer" | "divided-by-n";

/** How often the flow is looked at. */
const LOOKS = 180;

/** Merged key and query in 2501.16265: a network of two layers on cubic features, which learns in a single drop. */
export const dynamicsMerged: Recipe = defineRecipe({
  id: "dynamics-merged",
  title: "merged key and query: one plateau, one drop, as a network on cubic features",
  question:
    "Does attention with merged key and query learn everything in one abrupt drop, as a two-layer network on cubic features does?",
  source: { key: "zhang-2025", locator: "attention with merged key and query" },
  settings: {
    ci,
    paper: { ...sizes, startSizes: [1e-3, 1e-4, 1e-5, 1e-6, 1e-7, 1e-8] },
  },
  defects: {
    "one-example-fewer": "attention is trained on n − 1 examples and judged as if it were n",
    "divided-by-n": "attention divides its sum by n and is judged as if it did not",
  },
  async run(settings, context) {
    const flows = await followFlows(settings, context);
    return {
      claims: [...claimsOnDrop(flows, settings), ...claimsOnStarts(flows, settings), claimOnWhite(flows)],
      figure: figureOf(flows, settings),
      notes: [
        "The published code sums over the context without dividing by n, and so does this recipe; one iteration at its rate of 0.001 is 0.001 of time here, its 6,001 iterations end at 6.",
        "It trains on 80,000 prompts whose tasks are whitened; here the loss is exact, as on infinitely many, and followed by gradient flow.",
        "All of u_h and M_h are trained; as in the paper, the parts that mix covariates and responses start at 0, where they stay.",
        "The limit of 0.1 for a pause is ours.",
      ],
    };
  },
});

/** x ~ N(0, Λ), tr Λ = 1, w ~ N(0, I), without noise. */
function settingOf({ spectrum, contextLength }: Settings): GaussianLinearSetting {
  const total = spectrum.reduce((sum, value) => sum + value, 0);
  return {
    contextLength,
    covariates: covarianceFromSpectrum(spectrum.map((value) => value / total)),
    tasks: isotropic(spectrum.length),
    noiseVariance: 0,
  };
}

/** Losses along gradient flow. */
interface Flows {
  readonly times: readonly number[];
  readonly attention: readonly number[];
  readonly network: readonly number[];
  /** On covariates of covariance I/d, where theory knows the whole curve. */
  readonly white: readonly number[];
  readonly logistic: ReturnType<typeof mergedFlow>;
  /** When attention drops, and when a network drops from each of the sizes of the start. */
  readonly escape: number;
  readonly escapes: readonly number[];
}

async function followFlows(settings: Settings, { key, defect, progress }: RecipeContext<Defect>): Promise<Flows> {
  const { spectrum, contextLength: n, heads, startSize, startSizes, until } = settings;
  const d = spectrum.length;
  const setting = settingOf(settings);
  const white = { ...setting, covariates: isotropic(d, 1 / d) };
  const trainedOn = (law: GaussianLinearSetting): GaussianLinearSetting =>
    defect === "one-example-fewer" ? { ...law, contextLength: n - 1 } : law;
  const factor = defect === "divided-by-n" ? 1 / n : 1;
  const normals = new Float64Array(heads * (d * d + 1));
  openStream(childKey(key, "start")).fillNormals(normals, 0, normals.length);
  const startOf = (size: number): Float64Array => normals.map((value) => size * value);
  const times = Array.from({ length: LOOKS + 1 }, (_, k) => (until * k) / LOOKS);

  const plan = { from: startOf(startSize), times, tolerance: 1e-8 };

  progress(0, "attention");
  const family = mergedHeads({ dimension: d, heads });
  const model = trainableOnPopulation(family, trainedOn(setting));
  // A factor κ in front of the sum: parameters √κ times as large, and time κ times as fast.
  const scaled = {
    ...plan,
    from: family.pack(headsOf(startOf(Math.sqrt(factor) * startSize), heads, d)),
    times: times.map((time) => factor * time),
  };
  const attention = await lossesOfFlow(
    (position) => model.lossAndGradient(position, undefined),
    scaled,
    (part) => progress(0.6 * part, "attention"),
  );
  const network = await lossesOfFlow(networkOn(setting, heads), plan, (part) =>
    progress(0.6 + 0.1 * part, "network on cubic features"),
  );
  const onWhite = await lossesOfFlow(networkOn(trainedOn(white), heads, factor), plan, (part) =>
    progress(0.7 + 0.1 * part, "white covariates"),
  );
  const initial = growingStart(plan.from, heads, d);
  const logistic = mergedFlow({ setting: white, initial, prefactor: 1 }, times);

  const plateaus = plateauLosses(setting).value;
  const halfway = (plateaus[0] + plateaus[d]) / 2;
  const escape = timeBelow(halfway, times, attention);
  const drops = times.filter((time) => time <= 2 * escape);
  const escapes: number[] = [];
  for (const [at, size] of startSizes.entries()) {
    const start = { ...plan, from: startOf(size), times: drops };
    const curve = await lossesOfFlow(networkOn(trainedOn(setting), heads, factor), start, (part) =>
      progress(0.8 + (0.2 * (at + part)) / startSizes.length, `start of size ${size}`),
    );
    escapes.push(timeBelow(halfway, drops, curve));
  }
  return { times, attention, network, white: onWhite, logistic, escape, escapes };
}

/** Attention is the network, and learns everything in one drop. */
function claimsOnDrop({ times, attention, network, escape }: Flows, settings: Settings): Claim[] {
  const { value: plateaus, source } = plateauLosses(settingOf(settings));
  const early = times.findIndex((time) => time >= escape / 2);
  const pauses = plateaus
    .slice(1, -1)
    .map((loss) => attention.filter((value) => Math.abs(value / loss - 1) < 0.02).length * (settings.until / LOOKS));
  return [
    within(
      "greatest gap between the losses of attention and of a network on cubic features",
      { value: 0, source: { key: "zhang-2025", locator: "merged key and query as a network on cubic features" } },
      largestGap(attention, network),
      1e-6,
    ),
    near("loss halfway through the plateau", { value: plateaus[0], source }, attention[early], 1e-4),
    near("loss at the end", { value: plateaus[plateaus.length - 1], source }, attention[LOOKS], 1e-3),
    below(
      "longest pause at a loss where separate keys and queries pause, of the plateau",
      { value: 0.1, source: { key: "zhang-2025", locator: "merged key and query: a single abrupt drop" } },
      Math.max(...pauses) / escape,
    ),
  ];
}

/** Smaller starts: the drop comes later, in proportion to the logarithm. */
function claimsOnStarts({ escapes }: Flows, settings: Settings): Claim[] {
  const { value: rate, source } = mergedEscapeRate(settingOf(settings), 1);
  const line = fitLine(
    settings.startSizes.map((size) => -log(size)),
    escapes,
  );
  return [
    within("time of the drop for each e-fold of a smaller start", { value: 1 / rate, source }, line.slope, 0.01 / rate),
    above("R² of the time of the drop in ln(1/size)", { value: 0.99, source }, line.explained),
  ];
}

function claimOnWhite({ white, logistic: { value, source } }: Flows): Claim {
  const predicted = value.map(({ loss }) => loss);
  return within(
    "white covariates: greatest gap from the logistic curve",
    { value: 0, source },
    largestGap(white, predicted),
    1e-4,
  );
}

function figureOf({ times, attention, network, logistic, escape }: Flows, settings: Settings): Figure {
  const { spectrum, contextLength, heads, startSize } = settings;
  const plateaus = plateauLosses(settingOf(settings)).value;
  const shown = times.flatMap((time, at) => (time <= 3 * escape ? [at] : []));
  const curveOf = (losses: readonly number[], every = 1): FigurePoint[] =>
    shown.filter((at) => at % every === 0).map((at) => ({ x: times[at], y: losses[at] }));
  return {
    title: "Merged key and query: one plateau, one abrupt drop",
    subtitle: `x ~ N(0, Λ), Λ ∝ diag(${spectrum.join(", ")}), tr Λ = 1, w ~ N(0, I), n = ${contextLength}, ${heads} heads, start of size ${startSize}; exact losses`,
    x: { label: "time, learning rate × iterations", scale: "linear" },
    y: { label: "pre-training loss E(ŷ − y)²", scale: "linear" },
    series: [
      { name: "attention", kind: "line", about: "attention", points: curveOf(attention) },
      { name: "network on cubic features", kind: "points", about: "network", points: curveOf(network, 6) },
      {
        name: "theory, Λ ∝ I: logistic curve",
        kind: "line",
        theory: true,
        about: "white",
        points: curveOf(logistic.value.map(({ loss }) => loss)),
      },
      {
        name: "theory: the minimum",
        kind: "line",
        theory: true,
        about: "attention",
        points: [0, times[shown[shown.length - 1]]].map((x) => ({ x, y: plateaus[plateaus.length - 1] })),
      },
    ],
  };
}

/** The start (v_h, N_h) of the network as heads of full size. */
function headsOf(start: Float64Array, heads: number, d: number): LsaParameters<Matrix>[] {
  return Array.from({ length: heads }, (_, h) => {
    const head = start.subarray(h * (d * d + 1), (h + 1) * (d * d + 1));
    const [keyQuery, valueProjection] = [zeros(d + 1, d + 1), zeros(d + 1, 1)];
    valueProjection.values[d] = head[0];
    for (let i = 0; i < d; i++) keyQuery.values.set(head.subarray(1 + i * d, 1 + (i + 1) * d), i * (d + 1));
    return { keyQuery, valueProjection };
  });
}

/**
 * Two linear layers v_h, N_h on the cubic features z = vec(b x_qᵀ), b = Xᵀy:
 *
 * $$ L = E y_q^2 - 2\langle a, E[z y_q]\rangle + a^\top E[zz^\top]\,a, \qquad a = \kappa\sum_h v_hN_h $$
 */
function networkOn(law: GaussianLinearSetting, heads: number, factor = 1): Objective {
  const { crossMoment, strata, responseSecondMoment } = gaussianLinearMoments(law);
  const [{ stepMoment, querySecondMoment }] = strata;
  const d = crossMoment.rows;
  const features = zeros(d * d, d * d);
  features.values.forEach((_, at) => {
    const [row, column] = [Math.floor(at / (d * d)), at % (d * d)];
    const [i, j, k, l] = [Math.floor(row / d), row % d, Math.floor(column / d), column % d];
    features.values[at] = stepMoment.values[i * d + k] * querySecondMoment.values[j * d + l];
  });
  const width = d * d + 1;
  return (position) => {
    const sum = new Float64Array(d * d);
    for (let h = 0; h < heads; h++) {
      for (let i = 0; i < d * d; i++) sum[i] += factor * position[h * width] * position[h * width + 1 + i];
    }
    const seen = multiplyVector(features, sum);
    const slope = seen.map((value, i) => 2 * factor * (value - crossMoment.values[i]));
    const gradient = position.map((_, at) => {
      const from = at - (at % width);
      return at === from
        ? dot(slope, position.subarray(from + 1, from + width))
        : position[from] * slope[at - from - 1];
    });
    return { loss: responseSecondMoment + dot(sum, seen) - 2 * dot(sum, crossMoment.values), gradient };
  };
}

/** γ̂₀ of the one head that grows from several on white covariates, along v_h + tr N_h/√d. */
function growingStart(start: Float64Array, heads: number, d: number): number {
  const all = headsOf(start, heads, d).map(({ keyQuery, valueProjection }) => ({
    readout: valueProjection.values[d],
    step: matrix(
      d,
      d,
      keyQuery.values.filter((_, at) => at % (d + 1) < d && at < d * (d + 1)),
    ),
  }));
  const growing = all.map(({ readout, step }) => readout + trace(step) / Math.sqrt(d));
  const size = Math.hypot(...growing);
  const readout = all.reduce((sum, head, h) => sum + (growing[h] / size) * head.readout, 0);
  const step = all.map((head, h) => scale(head.step, growing[h] / size)).reduce((one, other) => add(one, other));
  return balancedStart(readout, step).value;
}

function largestGap(one: readonly number[], other: readonly number[]): number {
  return one.reduce((most, value, i) => Math.max(most, Math.abs(value - other[i])), 0);
}

/** The least squares line and the part of the variance that it explains. */
function fitLine(x: readonly number[], y: readonly number[]): { slope: number; explained: number } {
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [middle, height] = [mean(x), mean(y)];
  const [dx, dy] = [x.map((value) => value - middle), y.map((value) => value - height)];
  const [xx, xy, yy] = [mean(dx.map((a) => a * a)), mean(dx.map((a, i) => a * dy[i])), mean(dy.map((b) => b * b))];
  return { slope: xy / xx, explained: yy === 0 ? 0 : (xy * xy) / (xx * yy) };
}
