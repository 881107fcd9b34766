import { linearAxis, logarithmicAxis, type Axis } from "../../figures/axis.ts";
import { CHART } from "../../figures/chart.ts";

/** A logarithmic axis with ticks that say something of its range: powers of ten, of two, or equal steps of a narrow one. */
export function lossAxis(least: number, largest: number): { readonly axis: Axis; readonly ticks: readonly number[] } {
  const margin = Math.max(1.02, (largest / least) ** 0.1);
  const [from, to] = [least / margin, largest * margin];
  for (const base of [10, 2]) {
    const axis = logarithmicAxis(from, to, CHART.up, base);
    if (axis.ticks.length > 1) return { axis, ticks: thinned(axis.ticks) };
  }
  return { axis: logarithmicAxis(from, to, CHART.up), ticks: linearAxis(from, to, CHART.up).ticks };
}

/** At most seven. */
function thinned(ticks: readonly number[]): readonly number[] {
  const every = Math.ceil(ticks.length / 7);
  return ticks.filter((_, k) => k % every === 0);
}
