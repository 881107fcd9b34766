import { dot, log, normalExpectation } from "@onestep/core";
import type { Link, LinkMoments } from "../define/define-link.ts";
import { logChebyshevGrid } from "../moments/chebyshev-grid.ts";

/** Panels of width 3 out to 39, beyond which e^{−|x|} is below rounding. */
const PANELS = Array.from({ length: 13 }, (_, j) => 3 * (j + 1));
const EDGES: readonly number[] = [...PANELS, ...PANELS.map((x) => -x)];

/** The nodes of one octave. With log t in a strip of half-width π/4, 24 leave an error of 10⁻¹⁶ on [1, 2]. */
const OCTAVE = logChebyshevGrid(24, 1, 2);

/** The moments over one octave of scales, as coefficients of Chebyshev polynomials in log t. */
type OctaveTable = Readonly<Record<keyof LinkMoments, Float64Array>>;

/**
 * The moments of z ↦ g(tz), to about 1e-13, for a g that is smooth on the scale of 1 and falls into straight lines as fast
 * as e^{−|x|}.
 *
 * They are integrated at a few scales an octave and interpolated between these: as functions of t they are analytic for
 * |arg t| < π/4, whatever g, and an average over scales asks for thousands of them.
 *
 * @param value g
 */
export function integratedMoments(value: (x: number) => number): Link["moments"] {
  const tables = new Map<number, OctaveTable>();
  return (t) => {
    const octave = 2 ** Math.floor(log(t) / Math.LN2);
    let table = tables.get(octave);
    if (table === undefined) tables.set(octave, (table = tabulate(value, octave)));
    const polynomials = OCTAVE.evaluation(t / octave);
    return {
      slope: dot(polynomials, table.slope),
      energy: dot(polynomials, table.energy),
      tiltedEnergy: dot(polynomials, table.tiltedEnergy),
    };
  };
}

function tabulate(value: (x: number) => number, octave: number): OctaveTable {
  const moments = Array.from(OCTAVE.nodes, (t) => integrateAt(value, octave * t));
  const interpolate = (name: keyof LinkMoments): Float64Array =>
    OCTAVE.coefficients(Float64Array.from(moments, (at) => at[name]));
  return {
    slope: interpolate("slope"),
    energy: interpolate("energy"),
    tiltedEnergy: interpolate("tiltedEnergy"),
  };
}

/** By quadrature: panels follow the bend as t shrinks it, so that every t costs the same. */
function integrateAt(value: (x: number) => number, t: number): LinkMoments {
  const breakpoints = EDGES.map((x) => x / t);
  return {
    slope: normalExpectation((z) => z * value(t * z), { breakpoints }),
    energy: normalExpectation((z) => value(t * z) ** 2, { breakpoints }),
    tiltedEnergy: normalExpectation((z) => (z * value(t * z)) ** 2, { breakpoints }),
  };
}
