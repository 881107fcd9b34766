/** How a trained Γ stands to η*I. */
export interface TrainedFacts {
  /** ‖Γ − η*I‖_F / ‖ηI‖_F, where η is the unit of the page: η*, unless that is 0 */
  readonly distance: number;
  /** tr Γ / d */
  readonly meanDiagonal: number;
  /** Root mean square of what is not on the diagonal. */
  readonly offDiagonal: number;
}

/** Holds Γ, row by row, against η*I. */
export function factsOf(gamma: readonly (readonly number[])[], stepSize: number, unit: number): TrainedFacts {
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
    offDiagonal: Math.sqrt(beside / (dimension * (dimension - 1))),
  };
}

/**
 * The distance that the verdict asks for: 2 %, or twice what sampling leaves as root mean square where that is more. Where
 * η* = 0 no theory says what it leaves, and the verdict asks for 5 % of a linear target's step.
 */
export function toleranceOf(stepSize: number, plannedDistance: number | undefined): number {
  return stepSize === 0 ? 0.05 : Math.max(0.02, 2 * (plannedDistance ?? 0));
}
