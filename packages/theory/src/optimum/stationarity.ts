import {
  add,
  frobeniusNorm,
  identity,
  multiply,
  NumericalError,
  scale,
  subtract,
  zeros,
  type Matrix,
  type MomentStratum,
} from "@onestep/core";
import { pairSolver, type Term } from "../numerics/pair-solver.ts";
import { definiteSolver, twoSidedSolver } from "../numerics/solve-two-sided.ts";
import { roundingOfProducts } from "../numerics/symmetrised.ts";

/**
 * The Γ with Σ_k p_k S_k Γ B_k = rhs: where the gradient of the pre-training loss vanishes.
 *
 * Strata that share S (a random length) or B are averaged first. One term is two triangular solves, two are diagonalised
 * together. Otherwise the system is symmetric of size d²: solved as such up to `directDimension`, by preconditioned
 * conjugate gradients above it. Where S or B is singular the solution is the one of least norm on the support.
 *
 * @throws NumericalError if conjugate gradients stall, or no Γ solves the system
 */
export function solveStationarity(strata: readonly MomentStratum[], rhs: Matrix): Matrix {
  const terms = stationarityTerms(strata);
  const definite = terms.length === 1 ? definiteSolver(terms[0].left, terms[0].right) : pairSolver(terms);
  if (definite !== null) return definite(rhs);
  const step = solveGenerally(terms, rhs);
  const missed = frobeniusNorm(subtract(rhs, applyTerms(terms, step)));
  // An ill-conditioned Γ is large, and so is the rounding of S Γ B.
  const rounding = terms.reduce(
    (sum, { left, right }) => sum + 2 ** -53 * frobeniusNorm(left) * frobeniusNorm(step) * frobeniusNorm(right),
    0,
  );
  if (missed <= roundingOfProducts * frobeniusNorm(rhs) + 8 * rhs.rows * rounding) return step;
  throw new NumericalError({
    where: "optimalStep",
    expected: "a crossMoment A inside the supports of the query's and the step's second moments",
    arrived: `one of which the part ${missed / frobeniusNorm(rhs)} lies outside`,
    hint: "A = E[b (y_q x_q)ᵀ] vanishes where E[b bᵀ] or E[x_q x_qᵀ] does: check that all three are moments of one law",
  });
}

function solveGenerally(terms: readonly Term[], rhs: Matrix): Matrix {
  if (terms.length === 1) return twoSidedSolver(terms[0].left, terms[0].right)(rhs);
  return rhs.rows <= directDimension ? solveKronecker(terms, rhs) : conjugateGradients(terms, rhs);
}

/** d² unknowns are solved directly up to here: 576, a tenth of a second. */
export const directDimension: number = 24;

/** The terms of Γ ↦ Σ p_k S_k Γ B_k, as few as possible: those that share S or B are averaged. */
export function stationarityTerms(strata: readonly MomentStratum[]): readonly Term[] {
  const happening = strata.filter(({ probability }) => probability > 0);
  return merge(merge(happening, "querySecondMoment", "stepMoment"), "stepMoment", "querySecondMoment").map(
    ({ probability, querySecondMoment, stepMoment }) => ({
      left: querySecondMoment,
      right: scale(stepMoment, probability),
    }),
  );
}

type Side = "querySecondMoment" | "stepMoment";

function merge(strata: readonly MomentStratum[], shared: Side, other: Side): readonly MomentStratum[] {
  const merged: MomentStratum[] = [];
  for (const stratum of strata) {
    const at = merged.findIndex((one) => sameEntries(one[shared], stratum[shared]));
    if (at < 0) {
      merged.push(stratum);
      continue;
    }
    const [p, q] = [merged[at].probability, stratum.probability];
    const sum = add(scale(merged[at][other], p), scale(stratum[other], q));
    merged[at] = { ...merged[at], probability: p + q, [other]: scale(sum, 1 / (p + q)) };
  }
  return merged;
}

function sameEntries(a: Matrix, b: Matrix): boolean {
  return a.values.every((value, at) => value === b.values[at]);
}

function applyTerms(terms: readonly Term[], step: Matrix): Matrix {
  return terms.map(({ left, right }) => multiply(left, step, right)).reduce((sum, term) => add(sum, term));
}

/** Σ S ⊗ B, `[d², d²]`: the operator Γ ↦ Σ S Γ B on Γ with its rows stacked. */
export function kroneckerSum(terms: readonly Term[]): Matrix {
  const d = terms[0].left.rows;
  const system = zeros(d * d, d * d);
  for (const { left, right } of terms) {
    for (let i = 0; i < d; i++) {
      for (let k = 0; k < d; k++) {
        const s = left.values[i * d + k];
        for (let j = 0; j < d; j++) {
          const row = (i * d + j) * d * d + k * d;
          for (let l = 0; l < d; l++) system.values[row + l] += s * right.values[l * d + j];
        }
      }
    }
  }
  return system;
}

function solveKronecker(terms: readonly Term[], rhs: Matrix): Matrix {
  const stacked: Matrix = { rows: rhs.values.length, columns: 1, values: rhs.values };
  return { ...rhs, values: twoSidedSolver(kroneckerSum(terms), identity(1))(stacked).values };
}

/** Preconditioned by the one-term system of the averaged S and B. */
function conjugateGradients(terms: readonly Term[], rhs: Matrix): Matrix {
  const precondition = twoSidedSolver(
    scale(
      terms.map((term) => term.left).reduce((sum, left) => add(sum, left)),
      1 / terms.length,
    ),
    terms.map((term) => term.right).reduce((sum, right) => add(sum, right)),
  );
  const inner = (a: Matrix, b: Matrix): number => a.values.reduce((sum, value, at) => sum + value * b.values[at], 0);
  let step = zeros(rhs.rows, rhs.columns);
  let residual = rhs;
  let preconditioned = precondition(residual);
  let direction = preconditioned;
  let energy = inner(residual, preconditioned);
  const goal = energy * 2 ** -96;
  const enough = 2 ** -40 * frobeniusNorm(rhs);
  for (let iteration = 0; iteration < 2000 && energy > goal; iteration++) {
    const image = applyTerms(terms, direction);
    const length = energy / inner(direction, image);
    if (!Number.isFinite(length)) break;
    step = add(step, scale(direction, length));
    residual = subtract(residual, scale(image, length));
    preconditioned = precondition(residual);
    const next = inner(residual, preconditioned);
    // At the rounding floor of the recursion the energy stops falling.
    if (next >= energy && frobeniusNorm(residual) <= enough) break;
    direction = add(preconditioned, scale(direction, next / energy));
    energy = next;
  }
  const defect = frobeniusNorm(subtract(rhs, applyTerms(terms, step)));
  if (defect <= enough) return step;
  throw new NumericalError({
    where: "optimalStep",
    expected: "the stationarity system to be solved to 12 digits",
    arrived: `a relative residual of ${defect / frobeniusNorm(rhs)}`,
    hint: "the strata's covariances differ too much in condition; rescale the covariates or merge strata",
  });
}
