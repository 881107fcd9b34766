import { AssumptionError, identity, multiply, scale, transpose, zeros, type Matrix } from "@onestep/core";
import type { CovariateLaw } from "../define/define-covariates.ts";
import type { Link, LinkMoments } from "../define/define-link.ts";
import type { TargetMoments } from "../define/define-target.ts";
import { estimateFromDraws } from "./estimate-from-draws.ts";

/**
 * The moments of f(x) = ±φ(x_J), J uniform: averages over j of what a single coordinate gives. With β_j = E[φ(x_j) x],
 *
 * $$ \mathbb{E}\beta\beta_q^\top = \frac1d \sum_j \beta_j \beta_{q,j}^\top, \qquad
 *    \mathbb{E}[f^2 x x^\top] = \frac1d \sum_j \mathbb{E}[\varphi(x_j)^2 x x^\top] $$
 *
 * @throws AssumptionError unless the covariates are Gaussian, or their coordinates independent and of one law
 */
export function coordinateMoments(link: Link, context: CovariateLaw, query: CovariateLaw): TargetMoments {
  const own = viewOf(link, context);
  const ofQuery = query === context ? own : viewOf(link, query);
  const { dimension } = context;
  return {
    crossMoment: scale(multiply(own.signals, transpose(ofQuery.signals)), 1 / dimension),
    contextMoment: scale(multiply(own.signals, transpose(own.signals)), 1 / dimension),
    energy: own.energy,
    secondMoment: ofQuery.secondMoment,
  };
}

/** Covariates as φ of their coordinates sees them. */
interface CoordinateView {
  /** β_j in column j, `[d, d]` */
  readonly signals: Matrix;
  /** The mean over j of E[φ(x_j)² x xᵀ], `[d, d]` */
  readonly energy: Matrix;
  /** The mean over j of E φ(x_j)² */
  readonly secondMoment: number;
}

function viewOf(link: Link, covariates: CovariateLaw): CoordinateView {
  const { gaussian, covariance, coordinateExpectation, declares, dimension } = covariates;
  if (gaussian) return gaussianView(link, covariance.matrix);
  if (coordinateExpectation !== undefined && declares.centered)
    return independentView(link, coordinateExpectation, dimension);
  throw new AssumptionError({
    where: "promptMoments",
    expected: "Gaussian covariates under a coordinate target, or independent centred coordinates of one law",
    arrived: `${covariates.name} covariates`,
    hint: `${estimateFromDraws}, or use such covariates`,
    source: "moments of coordinate targets",
    unmet: ["E[φ(x_j) x] is known"],
  });
}

/** x = s z e_j + the rest, along and across coordinate j: β_j = (c₁/s) Σe_j, and b₂ − a of the energy lies along Σe_j. */
function gaussianView(link: Link, sigma: Matrix): CoordinateView {
  const d = sigma.rows;
  const [signals, energy] = [zeros(d, d), zeros(d, d)];
  let secondMoment = 0;
  for (let j = 0; j < d; j++) {
    const variance = sigma.values[j * (d + 1)];
    const { slope, energy: flat, tiltedEnergy } = momentsAt(link, variance);
    secondMoment += flat / d;
    for (let i = 0; i < d; i++) {
      const along = variance === 0 ? 0 : sigma.values[i * d + j] / Math.sqrt(variance);
      signals.values[i * d + j] = slope * along;
      for (let k = 0; k < d; k++) {
        const alongBoth = variance === 0 ? 0 : (along * sigma.values[k * d + j]) / Math.sqrt(variance);
        energy.values[i * d + k] += (flat * sigma.values[i * d + k] + (tiltedEnergy - flat) * alongBoth) / d;
      }
    }
  }
  return { signals, energy, secondMoment };
}

/** A coordinate may be constant in one prompt of several covariances: φ(0) is then all there is. */
function momentsAt(link: Link, variance: number): LinkMoments {
  if (variance > 0) return link.moments(Math.sqrt(variance));
  const energy = link.value(0) ** 2;
  return { slope: 0, energy, tiltedEnergy: energy };
}

/** x_i and x_k are independent of φ(x_j) for i, k ≠ j, and have mean 0. */
function independentView(link: Link, expectation: (h: (x: number) => number) => number, d: number): CoordinateView {
  const slope = expectation((x) => x * link.value(x));
  const flat = expectation((x) => link.value(x) ** 2);
  const tilted = expectation((x) => (x * link.value(x)) ** 2);
  const variance = expectation((x) => x * x);
  return {
    signals: scale(identity(d), slope),
    energy: scale(identity(d), (tilted + (d - 1) * flat * variance) / d),
    secondMoment: flat,
  };
}
