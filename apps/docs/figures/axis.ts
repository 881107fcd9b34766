/** Maps a quantity to a coordinate of the drawing, and back. */
export interface Axis {
  readonly from: number;
  readonly to: number;
  /** The coordinate of a value; values outside [from, to] are drawn at the edge. */
  place(value: number): number;
  /** The value at a coordinate. */
  valueAt(coordinate: number): number;
  readonly ticks: readonly number[];
}

/** Where an axis lies in the drawing: the coordinates of its two ends. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** Equal ratios are equal distances. Ticks are the powers of `base` in [from, to]. */
export function logarithmicAxis(from: number, to: number, span: Span, base = 10): Axis {
  const ticks: number[] = [];
  const first = Math.ceil(Math.log(from) / Math.log(base) - 1e-9);
  for (let power = first; base ** power <= to * (1 + 1e-9); power++) ticks.push(base ** power);
  return axis(from, to, span, ticks, Math.log, Math.exp);
}

/** Equal differences are equal distances. Ticks are at most five steps of 1, 2 or 5 times a power of ten. */
export function linearAxis(from: number, to: number, span: Span): Axis {
  const step = niceStep((to - from) / 5);
  const ticks: number[] = [];
  for (let k = Math.ceil(from / step); k * step <= to + step * 1e-9; k++) ticks.push(round(k * step));
  return axis(from, to, span, ticks, round, round);
}

/** The ticks of an axis; equal steps of its range where that is so narrow that it has hardly any. */
export function readableTicks({ from, to, ticks }: Axis): readonly number[] {
  return ticks.length > 1 ? ticks : linearAxis(from, to, { start: 0, end: 1 }).ticks;
}

/** The least of 1, 2, 5, 10, 20, … (times any power of ten) that is no smaller than `atLeast`. */
export function niceStep(atLeast: number): number {
  const decade = 10 ** Math.floor(Math.log10(atLeast));
  const step = [1, 2, 5].find((multiple) => multiple * decade >= atLeast * (1 - 1e-9)) ?? 10;
  return round(step * decade);
}

function axis(
  from: number,
  to: number,
  span: Span,
  ticks: readonly number[],
  scale: (value: number) => number,
  unscale: (scaled: number) => number,
): Axis {
  const low = scale(from);
  const unit = (span.end - span.start) / (scale(to) - low);
  return {
    from,
    to,
    ticks,
    place: (value) => span.start + unit * (scale(Math.min(to, Math.max(from, value))) - low),
    valueAt: (coordinate) => Math.min(to, Math.max(from, unscale(low + (coordinate - span.start) / unit))),
  };
}

/** 0.30000000000000004 is drawn as 0.3. */
function round(value: number): number {
  return Number(value.toPrecision(12));
}
