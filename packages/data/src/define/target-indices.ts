import type { Target, TargetIndices } from "./define-target.ts";

/** A target that sees a covariate only through a few directions. */
export function targetOfIndices(indices: TargetIndices): Target {
  const { count, directions, readout } = indices;
  const dimension = directions.length / count;
  const projections = new Float64Array(count);
  return {
    indices,
    at(covariates, offset) {
      for (let j = 0; j < count; j++) {
        let sum = 0;
        for (let i = 0; i < dimension; i++) sum += directions[j * dimension + i] * covariates[offset + i];
        projections[j] = sum;
      }
      return readout(projections, 0);
    },
  };
}

/** A target f(x) = g(⟨w, x⟩) of one direction w. */
export function targetOfIndex(direction: Float64Array, link: (projection: number) => number, linear = false): Target {
  return targetOfIndices({
    count: 1,
    directions: direction,
    linear,
    readout: (projections, offset) => link(projections[offset]),
  });
}
