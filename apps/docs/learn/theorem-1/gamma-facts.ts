/** How a preconditioner stands to η*I. */
export interface GammaFacts {
  /** ‖Γ − η*I‖_F / ‖η*I‖_F */
  readonly distance: number;
  /** tr Γ / d */
  readonly meanDiagonal: number;
  /** Root mean square of what is not on the diagonal; 0 where nothing is. */
  readonly offDiagonal: number;
}

/** The verdict asks for a distance of at most 1 %. */
export const TOLERANCE: number = 0.01;

/** Holds Γ, row by row, against η*I. */
export function factsOf(gamma: readonly (readonly number[])[], stepSize: number): GammaFacts {
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
    distance: Math.sqrt(missed / dimension) / stepSize,
    meanDiagonal: diagonal / dimension,
    offDiagonal: dimension === 1 ? 0 : Math.sqrt(beside / (dimension * (dimension - 1))),
  };
}
