import { childKey, openStream, type RandomKey, type RandomStream } from "@onestep/core";
import type { DrawNoise, NoiseLaw } from "../define/define-noise.ts";
import { exactCheck, type Check } from "./check.ts";
import { firstDifference, firstNotFinite } from "./compare-arrays.ts";
import type { NoiseExperiment } from "./noise-experiment.ts";

const KEYS = 64;
const ROWS = 4;
const NOWHERE = new Float64Array(0);

/**
 * The noise of a response depends on its prompt's level, its stream and its covariate alone: not on what was drawn
 * before, nor on where x is written, nor on x where the law says so; covariates are read and not written; all numbers are
 * finite. Noise of one standard deviation is that times a normal, and the level takes nothing from the stream.
 */
export function noiseDrawsCheck({ law, covariates }: NoiseExperiment): Check {
  const { dimension: d } = covariates;
  return exactCheck("draws", (key) => {
    const rows = new Float64Array(ROWS * d);
    covariates.drawRows(openStream(childKey(key, "rows")), ROWS, rows, 0);
    const untouched = rows.slice();
    const keys = Array.from({ length: KEYS }, (_, i) => childKey(key, "draws", i));
    const before = keys.map((one) => drawPrompt(law, one, rows, d));
    for (const [i, one] of keys.entries()) {
      if (firstDifference(before[i], drawPrompt(law, one, rows, d)) !== undefined) return "one key drew two noises";
      const strange = firstNotFinite(before[i]);
      if (strange !== undefined) return `the noise of a response is ${strange}`;
      const fault = faultOfResponses(law, one, rows, d) ?? faultOfDeviation(law, one, before[i]);
      if (fault !== undefined) return fault;
    }
    return firstDifference(rows, untouched) === undefined ? undefined : "noise wrote into the covariates";
  });
}

/** The noise of all rows, from one stream, the level first. */
function drawPrompt(law: NoiseLaw, key: RandomKey, rows: Float64Array, d: number): Float64Array {
  const stream = openStream(key);
  const noise = law.drawLevel(stream, d);
  return Float64Array.from({ length: ROWS }, (_, row) => noise(stream, rows, row * d));
}

function faultOfResponses(law: NoiseLaw, key: RandomKey, rows: Float64Array, d: number): string | undefined {
  const open = (): DrawNoise => law.drawLevel(openStream(key), d);
  const streamOf = (row: number): RandomStream => openStream(childKey(key, "response", row));
  const noise = open();
  const values = Float64Array.from({ length: ROWS }, (_, row) => noise(streamOf(row), rows, row * d));
  for (const [row, value] of values.entries()) {
    if (
      !Object.is(open()(streamOf(row), rows, row * d), value) ||
      !Object.is(noise(streamOf(row), rows, row * d), value)
    ) {
      return "the noise of a response depends on the responses before it";
    }
    const moved = Float64Array.of(0, ...rows.subarray(row * d, (row + 1) * d));
    if (!Object.is(noise(streamOf(row), moved, 1), value)) return "noise depends on where x is written";
    if (law.declares.homoscedastic && !Object.is(noise(streamOf(row), NOWHERE, 0), value)) {
      return "noise that is declared homoscedastic depends on x";
    }
  }
  return undefined;
}

function faultOfDeviation(
  { drawLevel, drawDeviation }: NoiseLaw,
  key: RandomKey,
  drawn: Float64Array,
): string | undefined {
  const { deviation } = drawLevel;
  if (deviation === undefined) return undefined;
  const declared = drawDeviation?.(openStream(key));
  if (declared !== deviation) return `the deviation is ${deviation} in one place and ${declared} in another`;
  const stream = openStream(key);
  const agrees = drawn.every((value) => value === deviation * stream.normal());
  return agrees ? undefined : `the noise of a response is not ${deviation} times a normal`;
}
