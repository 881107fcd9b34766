import {
  add,
  conditionNumber,
  dot,
  maxAbs,
  multiply,
  multiplyVector,
  openStream,
  outer,
  scale,
  subtract,
  traceOfProduct,
  transpose,
  type Matrix,
  type RandomStream,
} from "@onestep/core";
import type { CovariateLaw, FourthMoment } from "../define/define-covariates.ts";
import { exactCheck, type Check } from "./check.ts";
import { drawDirection } from "./directions.ts";

/**
 * What any Ω ↦ E[x xᵀΩx xᵀ] is: linear, a symmetric matrix, and E⟨u,x⟩²⟨v,x⟩² whichever of u and v is in Ω. For rows
 * x = √t·Lz with z ~ N(0, I) it is also a multiple of 2ΣΩΣ + tr(ΣΩ)Σ.
 */
export function fourthMomentFormCheck(law: CovariateLaw, fourthMoment: FourthMoment): Check {
  const { covariance, dimension } = law;
  return exactCheck("form of the fourth moment", (key) => {
    const stream = openStream(key);
    const [u, v] = [drawDirection(stream, covariance), drawDirection(stream, covariance)];
    const [alpha, beta] = [fourthMoment(outer(u, u)), fourthMoment(outer(v, v))];
    // A few d² roundoffs; u and v are as long as Σ is ill-conditioned.
    const tolerance = 64 * dimension ** 2 * conditionNumber(covariance) * 2 ** -53;
    const close = (left: Matrix, right: Matrix): boolean =>
      maxAbs(subtract(left, right)) <= tolerance * (maxAbs(left) + maxAbs(right));

    if (!close(fourthMoment(add(outer(u, u), scale(outer(v, v), 2))), add(alpha, scale(beta, 2)))) {
      return "Ω ↦ E[x xᵀΩx xᵀ] is not linear";
    }
    if (!close(alpha, transpose(alpha))) return "E[x xᵀΩx xᵀ] is not symmetric";
    const [one, other] = [dot(v, multiplyVector(alpha, v)), dot(u, multiplyVector(beta, u))];
    if (!(Math.abs(one - other) <= tolerance * (Math.abs(one) + Math.abs(other)))) {
      return `E⟨u,x⟩²⟨v,x⟩² is ${one} by one route and ${other} by the other`;
    }
    if (law.drawScale !== undefined && !isElliptical(law, fourthMoment, stream, close)) {
      return "E[x xᵀΩx xᵀ] is no multiple of 2ΣΩΣ + tr(ΣΩ)Σ, although x = √t·Lz";
    }
    return undefined;
  });
}

function isElliptical(
  { covariance }: CovariateLaw,
  fourthMoment: FourthMoment,
  stream: RandomStream,
  close: (left: Matrix, right: Matrix) => boolean,
): boolean {
  const sigma = covariance.matrix;
  const gaussianOf = (omega: Matrix): Matrix =>
    add(scale(multiply(sigma, omega, sigma), 2), scale(sigma, traceOfProduct(sigma, omega)));
  const omega = outer(drawDirection(stream, covariance), drawDirection(stream, covariance));
  const symmetric = add(omega, transpose(omega));
  const ratio = fourthMoment(sigma).values[0] / gaussianOf(sigma).values[0];
  return close(fourthMoment(symmetric), scale(gaussianOf(symmetric), ratio));
}
