import { linearAxis } from "../figures/axis.ts";
import { plain } from "../figures/format-number.ts";

/** As a chart draws them: a point of a curve, a band's interval, a mark on an axis. */
type CurvePoint = readonly [x: number, y: number];
type BandPoint = readonly [x: number, low: number, high: number];
interface Tick {
  readonly at: number;
  readonly label: string;
}

/** The batch loss of a step. */
export interface LossAt {
  readonly step: number;
  readonly batchLoss: number;
}

/** Steps that the band averages over, and the fewest that have a standard error worth drawing. */
export const WINDOW = 20;
const FEWEST = 5;

/** Half the width of a 95 % interval, in standard errors. */
const REACH = 1.96;

/** Points that a curve is drawn with: no reader sees more of them. */
const DRAWN = 160;

/** Some of a run's steps, at equal ratios: few enough to draw at every frame. The last is one of them. */
export function logSpacedIndices(length: number, most = DRAWN): readonly number[] {
  if (length <= most) return Array.from({ length }, (_, i) => i);
  const indices = new Set<number>();
  for (let k = 0; k <= most; k++) indices.add(Math.round(length ** (k / most)) - 1);
  return [...indices];
}

/** The batch loss, thinned out. */
export function batchCurve(losses: readonly LossAt[]): readonly CurvePoint[] {
  return logSpacedIndices(losses.length).map((i) => [losses[i].step, losses[i].batchLoss] as const);
}

/** A mean with its standard error. */
export interface WindowMean {
  readonly mean: number;
  readonly standardError: number;
}

/** The mean batch loss of the 20 steps up to one; undefined where they are too few. */
export function windowMean(losses: readonly LossAt[], last = losses.length - 1): WindowMean | undefined {
  const window = losses.slice(Math.max(0, last + 1 - WINDOW), last + 1);
  if (window.length < FEWEST) return undefined;
  const mean = window.reduce((sum, { batchLoss }) => sum + batchLoss, 0) / window.length;
  const squares = window.reduce((sum, { batchLoss }) => sum + (batchLoss - mean) ** 2, 0);
  return { mean, standardError: Math.sqrt(squares / (window.length - 1) / window.length) };
}

/** 95 % about the mean batch loss of the 20 steps around each. */
export function batchBand(losses: readonly LossAt[]): readonly BandPoint[] {
  return logSpacedIndices(losses.length).flatMap((i): BandPoint[] => {
    const window = windowMean(losses, Math.min(losses.length - 1, i + WINDOW / 2));
    if (window === undefined) return [];
    const { mean, standardError } = window;
    // On a logarithmic axis there is no place below 0.
    const low = Math.max(mean - REACH * standardError, mean / 10);
    return [[losses[i].step, low, mean + REACH * standardError]];
  });
}

/** What a logarithmic axis must hold to show some values: those that are positive, with room around them. */
export function logRange(values: readonly number[], otherwise: readonly [number, number]): readonly [number, number] {
  const positive = values.filter((value) => value > 0 && Number.isFinite(value));
  if (positive.length === 0) return otherwise;
  const [least, most] = [Math.min(...positive), Math.max(...positive)];
  const room = Math.max(1.15, (most / least) ** 0.08);
  return [least / room, most * room];
}

/** Ticks of a logarithmic axis: powers of ten, with 2 and 5 between few of them; round numbers on a narrow one. */
export function logTicks(from: number, to: number): readonly Tick[] {
  const decades = Math.log10(to / from);
  if (decades < 1) return linearAxis(from, to, { start: 0, end: 1 }).ticks.map((at) => ({ at, label: plain(at) }));
  const stride = Math.ceil(decades / 6);
  const ticks: Tick[] = [];
  for (let power = Math.ceil(Math.log10(from) / stride) * stride - stride; 10 ** power <= to; power += stride) {
    for (const multiple of decades < 2.5 ? [1, 2, 5] : [1]) {
      const at = Number((multiple * 10 ** power).toPrecision(12));
      if (at >= from && at <= to)
        ticks.push({
          at,
          label: at < 1e-3 ? `${multiple === 1 ? "" : `${multiple}·`}${powerOfTen(power)}` : plain(at),
        });
    }
  }
  return ticks;
}

/** −5 → "10⁻⁵" */
function powerOfTen(power: number): string {
  return `10${String(power).replaceAll(/./g, (sign) => "⁻⁰¹²³⁴⁵⁶⁷⁸⁹".charAt("-0123456789".indexOf(sign)))}`;
}
