import {
  childKey,
  frobeniusNorm,
  inverse,
  isotropic,
  multiply,
  openStream,
  scale,
  subtract,
  symmetricEigen,
  toRows,
  traceOfProduct,
  transpose,
  zeros,
  type GaussianLinearSetting,
  type LsaParameters,
  type Matrix,
  type RandomKey,
} from "@onestep/core";
import { gradientFlow, layerOnPopulation } from "@onestep/model";
import { mergedBalance, mergedLimit, optimalPreconditioner, optimalPreconditionerLoss } from "@onestep/theory";
import type { Claim } from "../claim.ts";
import type { Figure } from "../figure/figure.ts";
import { geometric } from "../figure/geometric.ts";
import { relativeDistance } from "../measure/preconditioner-distance.ts";
import { below, near, within } from "./claims.ts";
import { defineRecipe, type Recipe, type RecipeContext } from "./recipe.ts";
import { rotatedCovariance, stepsAlong, type RotatedCovariance } from "./laws/rotated-covariance.ts";

const ci = { spectrum: [1, 0.7, 0.5, 0.3], contextLength: 20, startSizes: [0.01, 0.1, 0.5], until: 600 };

type Settings = typeof ci;
type Defect = "one-example-fewer" | "unbalanced-start";

/** How often the flow is looked at, and when first after the start. */
const LOOKS = 80;
const FIRST = 0.5;

/** Theorem 4.1 of 2306.09927: where gradient flow ends, what it keeps on the way, and the equations that it obeys. */
export const zfbFlow: Recipe = defineRecipe({
  id: "zfb-flow",
  title: "gradient flow of one layer: its equations, its conserved balance, its limit",
  question: "From a small start, does gradient flow of all parameters end at the one minimizer that the theorem names?",
  source: { key: "zhang-2023", locator: "Theorem 4.1" },
  settings: {
    ci,
    paper: {
      spectrum: [1, 0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.25, 0.2],
      contextLength: 40,
      startSizes: [0.001, 0.01, 0.1, 0.3],
      until: 1500,
    },
  },
  defects: {
    "one-example-fewer": "the layer is trained on n − 1 examples and judged as if it were n",
    "unbalanced-start": "W^{PV} starts twice as large as W^{KQ}, and is judged as if both were alike",
  },
  async run(settings, context) {
    const sigma = rotatedCovariance(settings.spectrum, childKey(context.key, "axes"));
    const setting = settingOf(sigma, settings);
    const found: Followed[] = [];
    for (const [at, size] of settings.startSizes.entries()) {
      const looks = await followFlow(setting, at, settings, context);
      found.push({ label: `s = ${size}`, size, looks });
    }
    return {
      claims: found.flatMap((one) => [
        claimOnSize(one, setting),
        ...claimsOnEnd(one, setting),
        ...claimsOnTheWay(one, setting),
      ]),
      figure: figureOf(found[0], sigma, settings),
      notes: [
        "In the paper’s convention: sums divided by n, ½ in front of the loss, u the last entry of W^{PV} and U the covariate block of W^{KQ}; its Γ is (nΓ*)⁻¹ in ours. All of the last row of W^{PV} and all of W^{KQ} are trained, on the exact loss, so that nothing is drawn but the axes of Λ and the start.",
        "The paper names the limit and proves that the flow reaches it; it publishes no sizes for this, so spectrum, n and starts are ours.",
      ],
    };
  },
});

/** Blocks of (W^{PV}, W^{KQ}): their live parts, and the largest entry of those that start at 0. */
interface FlowBlocks {
  /** u */
  readonly readout: number;
  /** U, `[d, d]` */
  readonly step: Matrix;
  readonly rest: number;
}

interface FlowLook extends FlowBlocks {
  readonly time: number;
  readonly loss: number;
  readonly velocity: FlowBlocks;
}

/** A flow from a start of one size. */
interface Followed {
  readonly label: string;
  readonly size: number;
  readonly looks: readonly FlowLook[];
}

function settingOf({ covariance }: RotatedCovariance, { contextLength }: Settings): GaussianLinearSetting {
  return { contextLength, covariates: covariance, tasks: isotropic(covariance.dimension), noiseVariance: 0 };
}

/** The paper's Γ, the inverse of n Γ*. */
function gammaOf(setting: GaussianLinearSetting): Matrix {
  return inverse(scale(optimalPreconditioner(setting).value, setting.contextLength));
}

function limitOf(setting: GaussianLinearSetting): ReturnType<typeof mergedLimit> {
  return mergedLimit(optimalPreconditioner(setting).value, 0, 1 / setting.contextLength);
}

async function followFlow(
  setting: GaussianLinearSetting,
  at: number,
  { startSizes, until }: Settings,
  { key, defect, progress }: RecipeContext<Defect>,
): Promise<FlowLook[]> {
  const size = startSizes[at];
  const n = defect === "one-example-fewer" ? setting.contextLength - 1 : setting.contextLength;
  const model = layerOnPopulation({ ...setting, contextLength: n });
  const readout = (defect === "unbalanced-start" ? 2 : 1) * size;
  const start = startOf(setting.covariates.dimension, size, readout, childKey(key, "start", at));
  const times = [0, ...geometric(FIRST, until, LOOKS - 1)];
  // (u, M) of an undivided sum is 1/√n of theirs, and ½ of the loss at 1/n of the sum runs at 1/(2n) of the speed.
  const flow = gradientFlow((position) => model.lossAndGradient(position, undefined), {
    from: model.pack(scaled(start, Math.sqrt(1 / n))),
    times: times.map((time) => time / (2 * n)),
    tolerance: 1e-9,
  });
  const looks: FlowLook[] = [];
  for await (const { time, position, loss, gradient } of flow) {
    const theirs = scaled(model.unpack(position), Math.sqrt(n));
    const velocity = scaled(model.unpack(gradient), -Math.sqrt(n) / (2 * n));
    looks.push({ time: time * 2 * n, loss, ...blocks(theirs), velocity: blocks(velocity) });
    progress((at + looks.length / times.length) / startSizes.length, `s = ${size}`);
  }
  return looks;
}

/** The start is as small as the theorem asks for. */
function claimOnSize({ label, size }: Followed, setting: GaussianLinearSetting): Claim {
  const largest = Math.max(...symmetricEigen(gammaOf(setting)).values);
  return below(
    `${label}: s²‖Γ‖_op √d, within the theorem’s bound`,
    { value: 2, source: { key: "zhang-2023", locator: "Theorem 4.1, size of the start" } },
    size ** 2 * largest * Math.sqrt(setting.covariates.dimension),
  );
}

function claimsOnEnd({ label, looks }: Followed, setting: GaussianLinearSetting): Claim[] {
  const last = looks[looks.length - 1];
  const { value: limit, source } = limitOf(setting);
  return [
    within(
      `${label}: distance of W^{KQ} from its limit`,
      { value: 0, source },
      relativeDistance(last.step, transpose(limit.step)),
      1e-5,
    ),
    near(`${label}: limit of W^{PV}, ‖Γ⁻¹‖^½`, { value: limit.readout, source }, last.readout, 1e-5),
    near(`${label}: loss at the end`, optimalPreconditionerLoss(setting), last.loss, 1e-8),
  ];
}

/** The equations of the flow, and what it conserves. */
function claimsOnTheWay({ label, looks }: Followed, setting: GaussianLinearSetting): Claim[] {
  const [lambda, gamma] = [setting.covariates.matrix, gammaOf(setting)];
  const fastest = Math.max(...looks.map(({ velocity }) => Math.hypot(velocity.readout, frobeniusNorm(velocity.step))));
  const odds = looks.map(({ readout: u, step, velocity }) => {
    const predicted = velocityOf(u, step, lambda, gamma);
    const gap = subtract(velocity.step, predicted.step);
    return Math.hypot(velocity.readout - predicted.readout, frobeniusNorm(gap)) / fastest;
  });
  const drifts = looks.map(({ readout: u, step }) => Math.abs(mergedBalance(u, step)));
  return [
    within(
      `${label}: greatest departure from the two equations of the flow, of its greatest speed`,
      { value: 0, source: { key: "zhang-2023", locator: "Theorem 4.1, the flow of W^{PV} and W^{KQ}" } },
      Math.max(...odds),
      1e-9,
    ),
    within(
      `${label}: greatest balance u² − tr UUᵀ on the way, of u² at the end`,
      { value: 0, source: { key: "onestep", locator: "mergedBalance" } },
      Math.max(...drifts) / limitOf(setting).value.readout ** 2,
      1e-6,
    ),
    within(
      `${label}: largest entry on the way of what starts at 0`,
      { value: 0, source: { key: "zhang-2023", locator: "Theorem 4.1, the form of the parameters" } },
      Math.max(...looks.map(({ rest }) => rest)),
      1e-12,
    ),
  ];
}

function figureOf({ label, looks }: Followed, sigma: RotatedCovariance, settings: Settings): Figure {
  const { spectrum, contextLength, until } = settings;
  const limit = limitOf(settingOf(sigma, settings)).value;
  const along = (step: Matrix): number[] => stepsAlong(sigma, toRows(step));
  const ends = along(scale(limit.step, limit.readout));
  return {
    title: "Gradient flow learns the strong directions first, and ends at the theorem’s limit",
    subtitle: `x ~ N(0, Λ), w ~ N(0, I), d = ${spectrum.length}, n = ${contextLength}, no noise; start of size ${label}; exact losses`,
    x: { label: "time t of gradient flow on ½E(ŷ − y)²", scale: "log" },
    y: { label: "step along an axis of Λ, u·vᵀUv", scale: "linear" },
    series: axesShown(spectrum).flatMap((axis) => {
      const about = `λ = ${spectrum[axis]}`;
      return [
        {
          name: `trained layer, ${about}`,
          kind: "line" as const,
          about,
          points: looks.slice(1).map(({ time, readout, step }) => ({ x: time, y: readout * along(step)[axis] })),
        },
        {
          name: `limit, ${about}`,
          kind: "line" as const,
          theory: true,
          about,
          points: [FIRST, until].map((x) => ({ x, y: ends[axis] })),
        },
      ];
    }),
  };
}

/** W^{PV} = u eeᵀ and W^{KQ} = s diag(ΘΘᵀ, 0), ‖ΘΘᵀ‖_F = 1. */
function startOf(d: number, size: number, readout: number, key: RandomKey): LsaParameters<Matrix> {
  const theta = zeros(d, d);
  openStream(key).fillNormals(theta.values, 0, d * d);
  const square = multiply(theta, transpose(theta));
  const keyQuery = zeros(d + 1, d + 1);
  const valueProjection = zeros(d + 1, 1);
  const factor = size / frobeniusNorm(square);
  for (let i = 0; i < d; i++) {
    for (let j = 0; j < d; j++) keyQuery.values[i * (d + 1) + j] = factor * square.values[i * d + j];
  }
  valueProjection.values[d] = readout;
  return { keyQuery, valueProjection };
}

function scaled({ keyQuery, valueProjection }: LsaParameters<Matrix>, factor: number): LsaParameters<Matrix> {
  return { keyQuery: scale(keyQuery, factor), valueProjection: scale(valueProjection, factor) };
}

function blocks({ keyQuery, valueProjection }: LsaParameters<Matrix>): FlowBlocks {
  const d = keyQuery.rows - 1;
  const step = zeros(d, d);
  let rest = 0;
  keyQuery.values.forEach((value, at) => {
    const [i, j] = [Math.floor(at / (d + 1)), at % (d + 1)];
    if (i < d && j < d) step.values[i * d + j] = value;
    else rest = Math.max(rest, Math.abs(value));
  });
  valueProjection.values.subarray(0, d).forEach((value) => (rest = Math.max(rest, Math.abs(value))));
  return { readout: valueProjection.values[d], step, rest };
}

/** U̇ = uΛ² − u²ΓΛUΛ and u̇ = tr[(Λ² − uΓΛUΛ)Uᵀ]. */
function velocityOf(u: number, step: Matrix, lambda: Matrix, gamma: Matrix): { readout: number; step: Matrix } {
  const pull = subtract(multiply(lambda, lambda), scale(multiply(gamma, lambda, step, lambda), u));
  return { readout: traceOfProduct(pull, transpose(step)), step: scale(pull, u) };
}

/** Not more than four axes, the first and the last among them. */
function axesShown(spectrum: readonly number[]): number[] {
  const count = Math.min(4, spectrum.length);
  return Array.from({ length: count }, (_, i) => Math.round((i * (spectrum.length - 1)) / Math.max(1, count - 1)));
}
