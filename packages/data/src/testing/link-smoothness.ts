import { cos } from "@onestep/core";
import type { Link } from "../define/define-link.ts";
import { exactCheck, type Check } from "./check.ts";

/** Nodes of a panel: a polynomial through them reproduces any function that is smooth on the panel's scale. */
const NODES = 12;
/** What the polynomial may be off by between them, relative to the largest value of the panel and its neighbours. */
const RESOLVED = 1e-8;
/** Panels are halved so often; a kink or a jump is then still not resolved, a wave of frequency 10³ is. */
const HALVINGS = 12;
/** No panel ends, and none is halved, where someone would bend a function. */
const UNIT = 0.9173;
const REACH = 9;

/**
 * On either side of 0, g is smooth: a polynomial through a few values of a small enough panel predicts the others. Only
 * at 0 may it bend or jump, because that is where quadratures break their panels.
 */
export function linkSmoothnessCheck(link: Link): Check {
  return exactCheck("smoothness", () => {
    for (const side of [1, -1]) {
      const size = Array.from({ length: REACH * 8 }, (_, k) => Math.abs(link.value((side * (k + 1)) / 8)));
      const scale = Math.max(...size);
      const rough = [...panels()].find(([from, to]) => isRough((x) => link.value(side * x), from, to, scale));
      if (rough !== undefined) return `g bends or jumps between ${side * rough[0]} and ${side * rough[1]}`;
    }
    return undefined;
  });
}

/** Panels that shrink towards 0, as those of quadratures do, and then of one length. */
function* panels(): Generator<readonly [number, number]> {
  for (let k = -HALVINGS; k < 0; k++) yield [UNIT * 2 ** k, UNIT * 2 ** (k + 1)];
  for (let k = 1; k < REACH; k++) yield [UNIT * k, UNIT * (k + 1)];
}

/** Whether g is unlike a polynomial on a panel, and on one half of it after another. */
function isRough(g: (x: number) => number, from: number, to: number, scale: number, halvings = HALVINGS): boolean {
  if (isPolynomial(g, from, to, scale)) return false;
  if (halvings === 0) return true;
  const middle = (from + to) / 2;
  return isRough(g, from, middle, scale, halvings - 1) || isRough(g, middle, to, scale, halvings - 1);
}

function isPolynomial(g: (x: number) => number, from: number, to: number, scale: number): boolean {
  const at = (t: number): number => (from + to) / 2 + ((to - from) / 2) * t;
  const values = CHEBYSHEV.map((t) => g(at(t)));
  return BETWEEN.every((t) => Math.abs(interpolate(values, t) - g(at(t))) <= RESOLVED * scale);
}

/** Chebyshev nodes on [−1, 1], and points between them and at the ends. */
const CHEBYSHEV = Array.from({ length: NODES }, (_, k) => cos((Math.PI * (k + 0.5)) / NODES));
const BETWEEN = Array.from({ length: NODES + 1 }, (_, k) => cos((Math.PI * k) / NODES));
const WEIGHTS = CHEBYSHEV.map((node, k) =>
  CHEBYSHEV.reduce((product, other, j) => (j === k ? product : product / (node - other)), 1),
);

/**
 * The polynomial through the values at the nodes, by the barycentric formula.
 *
 * Source: Berrut & Trefethen, "Barycentric Lagrange interpolation", SIAM Review 46(3), 2004, formula (4.2).
 */
function interpolate(values: readonly number[], t: number): number {
  let [above, below] = [0, 0];
  for (let k = 0; k < NODES; k++) {
    const weight = WEIGHTS[k] / (t - CHEBYSHEV[k]);
    above += weight * values[k];
    below += weight;
  }
  return above / below;
}
