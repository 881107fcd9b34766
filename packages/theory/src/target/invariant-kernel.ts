import { DomainError, matrixFromRows, symmetricEigen, symmetricPart } from "@onestep/core";
import { requireFiniteNumber, requireFunction } from "../require.ts";

/** k(x, x') = E f(x)f(x') of a rotation-invariant law, as a function of ‖x‖, ‖x'‖ and ⟨x, x'⟩. */
export type InvariantKernel = (norm: number, otherNorm: number, product: number) => number;

/** Nine digits: kernels that a user sums or integrates are not positive to the last bit. */
const ROUNDING = 2 ** -30;

/**
 * Refuses a function that is no kernel on some points: directions on the axes and diagonals of up to three coordinates,
 * at three distances around the √d of a normal vector. A function that passes may still fail elsewhere.
 */
export function requirePositiveSemidefinite(where: string, kernel: InvariantKernel, dimension: number): void {
  requireFunction(where, "the kernel", kernel);
  const directions = gridDirections(Math.min(dimension, 3));
  const points = [0.5, 1, 1.5].flatMap((share) =>
    directions.map((direction) => ({ norm: share * Math.sqrt(dimension), direction })),
  );
  const gram = matrixFromRows(
    points.map((x) =>
      points.map((other) => {
        const cosine = x.direction.reduce((sum, value, i) => sum + value * other.direction[i], 0);
        const product = x.norm * other.norm * Math.min(1, Math.max(-1, cosine));
        const value = kernel(x.norm, other.norm, product);
        requireFiniteNumber(where, "kernel", value);
        return value;
      }),
    ),
  );
  const refuse = (arrived: string): DomainError =>
    new DomainError({
      where,
      expected: "a kernel k(x, x') = E f(x)f(x'), symmetric and positive semidefinite",
      arrived,
      hint: "check the signs, and the order of the arguments: ‖x‖, ‖x'‖ and ⟨x, x'⟩",
    });
  const size = points.length;
  const scale = Math.max(...points.map((_, i) => Math.abs(gram.values[i * (size + 1)])));
  points.forEach((x, i) =>
    points.forEach((other, j) => {
      const [there, back] = [gram.values[i * size + j], gram.values[j * size + i]];
      if (Math.abs(there - back) <= ROUNDING * scale) return;
      throw refuse(`k = ${there} at norms ${x.norm} and ${other.norm}, but ${back} with the points exchanged`);
    }),
  );
  const smallest = symmetricEigen(symmetricPart(gram)).values[0];
  if (smallest < -ROUNDING * size * scale) throw refuse(`a Gram matrix with the eigenvalue ${smallest}`);
}

/** The unit vectors along (±1 or 0, …), in `count` coordinates. */
function gridDirections(count: number): number[][] {
  const steps = Array.from({ length: count }).reduce<number[][]>(
    (partial) => partial.flatMap((head) => [-1, 0, 1].map((step) => [...head, step])),
    [[]],
  );
  return steps
    .filter((step) => step.some((value) => value !== 0))
    .map((step) => step.map((value) => value / Math.hypot(...step)));
}
