import {
  bayesRisk,
  coalescenceThreshold,
  optimalDepth,
  optimalGdPlusPlus,
  tiedDepth,
  wishartDensity,
  type GdPlusPlusParameters,
} from "@onestep/theory";

import { CHOICES, DEEPEST_GD_PLUS_PLUS, NOISE, type DepthSetting } from "./depth-setting.ts";

/** What theory says depends on these alone. */
export type TheoryOf = Pick<DepthSetting, "contextLength" | "dimension" | "noiseVariance" | "layers">;

/** Steps a_l in units of XᵀX/n, and the loss of the layers that take them. */
export interface Steps {
  readonly stepSizes: readonly number[];
  readonly loss: number;
  /** The loss of the best polynomial of degree L, which real steps cannot always attain. */
  readonly bestPolynomialLoss: number;
}

/** The best step sizes as the noise rises. */
export interface Sweep {
  /** σ² at which two steps meet; a single step meets no other. */
  readonly threshold: number | undefined;
  readonly points: readonly { readonly noiseVariance: number; readonly stepSizes: readonly number[] }[];
}

/** All that the figures draw, for L = 1, 2, … in the order of the lists. */
export interface DepthTheory {
  readonly of: TheoryOf;
  /** A step of its own for every layer. */
  readonly own: readonly Steps[];
  /** One step that all layers share. */
  readonly shared: readonly Steps[];
  /** No learner has a smaller loss. */
  readonly bayes: number;
  /** How dense the eigenvalues u of XᵀX/n are; 1 where they are densest. */
  readonly density: readonly (readonly [u: number, height: number])[];
  readonly sweep: Sweep;
  /** GD++ of at most `DEEPEST_GD_PLUS_PLUS` layers; the search for it takes longest. */
  readonly gdPlusPlus?: readonly (GdPlusPlusParameters & { readonly loss: number })[];
}

/** The theory of a setting, first without GD++ and then with it. */
export function* theoryParts(setting: TheoryOf): Generator<DepthTheory, void, undefined> {
  const { contextLength, dimension, noiseVariance, layers: depth } = setting;
  const plain = {
    of: { contextLength, dimension, noiseVariance, layers: depth },
    own: CHOICES.layers.map((layers) => optimalDepth(setting, layers).value).map(stepsOnly),
    shared: CHOICES.layers.map((layers) => tiedDepth(setting, layers).value).map(stepsOnly),
    bayes: bayesRisk(setting).value,
    density: densityOf(setting),
    sweep: sweepOf(setting),
  };
  yield plain;
  yield {
    ...plain,
    gdPlusPlus: Array.from({ length: DEEPEST_GD_PLUS_PLUS }, (_, l) => {
      const { a, b, loss } = optimalGdPlusPlus(setting, l + 1).value;
      return { a, b, loss };
    }),
  };
}

/** The whole theory of a setting. */
export function theoryOf(setting: TheoryOf): DepthTheory {
  return [...theoryParts(setting)].at(-1)!;
}

function stepsOnly({ stepSizes, loss, bestPolynomialLoss }: Steps): Steps {
  return { stepSizes, loss, bestPolynomialLoss };
}

/** The largest u that is drawn: a quarter beyond the edge of the spectrum of large matrices. */
function largestEigenvalue({ contextLength, dimension }: Pick<TheoryOf, "contextLength" | "dimension">): number {
  return 1.25 * (1 + Math.sqrt(dimension / contextLength)) ** 2;
}

const DENSITY_POINTS = 80;

function densityOf({ contextLength, dimension }: TheoryOf): DepthTheory["density"] {
  const largest = largestEigenvalue({ contextLength, dimension });
  const places = Array.from({ length: DENSITY_POINTS + 1 }, (_, k) => (k / DENSITY_POINTS) * largest);
  const heights = wishartDensity(
    { contextLength, dimension },
    places.map((u) => u * contextLength),
  ).value;
  const highest = Math.max(...heights);
  return places.map((u, k) => [u, Math.max(0, heights[k]) / highest]);
}

/** Steps close in on one another like √(σ²_c − σ²): places that halve the way show it. */
const WAY: readonly number[] = [
  ...Array.from({ length: 13 }, (_, k) => k / 16),
  ...Array.from({ length: 9 }, (_, k) => 1 - 0.125 / 2 ** k),
  1,
  ...Array.from({ length: 12 }, (_, k) => 1 + (k + 1) / 10),
];

/** A sweep is the same for every noise: a reader who pulls the slider asks for it again and again. */
const sweeps = new Map<string, Sweep>();

function sweepOf({ contextLength, dimension, layers }: TheoryOf): Sweep {
  const key = `${contextLength},${dimension},${layers}`;
  const known = sweeps.get(key);
  if (known !== undefined) return known;
  const sizes = { contextLength, dimension };
  const threshold = layers === 1 ? undefined : coalescenceThreshold(sizes, layers).value;
  const unit = threshold ?? NOISE.largest / WAY[WAY.length - 1];
  const sweep: Sweep = {
    threshold,
    points: WAY.map((share) => {
      const noiseVariance = share * unit;
      const { stepSizes } = optimalDepth({ ...sizes, noiseVariance }, layers).value;
      return { noiseVariance, stepSizes };
    }),
  };
  sweeps.set(key, sweep);
  return sweep;
}
