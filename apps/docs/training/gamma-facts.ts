import type { Gamma } from "./trained-gamma.ts";

/** How a preconditioner stands to η*I. */
export interface GammaFacts {
  /** ‖Γ − η*I‖_F / ‖ηI‖_F, where η is the unit: η* itself, unless that is 0 */
  readonly distance: number;
  /** tr Γ / d */
  readonly meanDiagonal: number;
  /** Root mean square of what is not on the diagonal; 0 where nothing is. */
  readonly offDiagonal: number;
}

/** Holds Γ against η*I. */
export function factsOf(gamma: Gamma, stepSize: number, unit: number = stepSize): GammaFacts {
  const dimension = gamma.length;
  let [missed, diagonal, beside] = [0, 0, 0];
  gamma.forEach((row, i) =>
    row.forEach((entry, j) => {
      missed += (entry - (i === j ? stepSize : 0)) ** 2;
      if (i === j) diagonal += entry;
      else beside += entry ** 2;
    }),
  );
  return {
    distance: Math.sqrt(missed / dimension) / unit,
    meanDiagonal: diagonal / dimension,
    offDiagonal: dimension === 1 ? 0 : Math.sqrt(beside / (dimension * (dimension - 1))),
  };
}
