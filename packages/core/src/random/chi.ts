import { DomainError } from "../errors.ts";
import { gammaSampler } from "./gamma.ts";
import type { RandomStream } from "./stream.ts";

/** Below, a χ² would underflow to 0, and Student's t, which divides by it, overflow. */
const FEWEST_STUDENT_DEGREES = 1 / 8;

/**
 * Prepares draws of χ²_ν, the squared length of ν independent standard normals, ν = 0 included: the empty sum.
 *
 * @param degreesOfFreedom ν, whole or not, 0 ≤ ν < ∞
 * @throws DomainError for any other ν
 */
export function chiSquaredSampler(degreesOfFreedom: number): (stream: RandomStream) => number {
  if (degreesOfFreedom === 0) return () => 0;
  requireDegreesOfFreedom("chiSquaredSampler", degreesOfFreedom, 0);
  const half = gammaSampler(degreesOfFreedom / 2);
  return (stream) => 2 * half(stream);
}

/**
 * Prepares draws of χ_ν, the length of ν independent standard normals: the diagonal of Bartlett's factor of a Wishart
 * matrix.
 *
 * @param degreesOfFreedom ν, whole or not, 0 ≤ ν < ∞
 * @throws DomainError for any other ν
 *
 * @example
 * chiSampler(0)(openStream(randomKey(0))); // => 0
 */
export function chiSampler(degreesOfFreedom: number): (stream: RandomStream) => number {
  const squared = chiSquaredSampler(degreesOfFreedom);
  return (stream) => Math.sqrt(squared(stream));
}

/**
 * Prepares draws of Student's t with ν degrees of freedom, z/√(χ²_ν/ν), whose variance is ν/(ν − 2) for ν > 2.
 *
 * @param degreesOfFreedom ν, whole or not, ⅛ ≤ ν < ∞
 * @throws DomainError for any other ν: with so few, draws pass the largest double
 */
export function studentSampler(degreesOfFreedom: number): (stream: RandomStream) => number {
  requireDegreesOfFreedom("studentSampler", degreesOfFreedom, FEWEST_STUDENT_DEGREES);
  const squared = chiSquaredSampler(degreesOfFreedom);
  return (stream) => stream.normal() / Math.sqrt(squared(stream) / degreesOfFreedom);
}

/** One draw of χ²_ν; for many of one ν prepare a `chiSquaredSampler`. */
export function drawChiSquared(stream: RandomStream, degreesOfFreedom: number): number {
  return chiSquaredSampler(degreesOfFreedom)(stream);
}

/** One draw of χ_ν; for many of one ν prepare a `chiSampler`. */
export function drawChi(stream: RandomStream, degreesOfFreedom: number): number {
  return chiSampler(degreesOfFreedom)(stream);
}

/** One draw of Student's t; for many of one ν prepare a `studentSampler`. */
export function drawStudent(stream: RandomStream, degreesOfFreedom: number): number {
  return studentSampler(degreesOfFreedom)(stream);
}

function requireDegreesOfFreedom(where: string, degreesOfFreedom: number, least: number): void {
  if (degreesOfFreedom >= least && degreesOfFreedom < Infinity) return;
  throw new DomainError({
    where,
    expected: `finite degrees of freedom of at least ${least}`,
    arrived: String(degreesOfFreedom),
    hint: "degrees of freedom count independent normals; for infinitely many use a normal",
  });
}
