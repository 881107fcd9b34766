import { matrix, meanAccumulator, solvePositiveDefinite, type Estimate } from "@onestep/core";

/** A quantity drawn along with others, whose mean is known. */
export interface ControlVariate {
  readonly values: Float64Array;
  readonly mean: number;
}

/**
 * The mean of values, freed of what control variates explain of them: with the coefficients β of least squares,
 *
 * $$ \hat m = \overline{v - \textstyle\sum_j \beta_j (c_j - \mathbb{E} c_j)}, $$
 *
 * and the standard error of what is left. Fitting β biases the mean by less than a standard error over √count.
 *
 * Source: Lavenberg and Welch, "A perspective on the use of control variables", Management Science 27, 1981.
 *
 * @throws NumericalError where a control variate is a linear combination of the others
 *
 * @example
 * const drawn = Float64Array.of(0, 1, 5);
 * const estimate = controlledMean(Float64Array.of(1, 3, 11), [{ values: drawn, mean: 1 }]);
 * estimate.value; // ≈ 3
 */
export function controlledMean(values: Float64Array, controls: readonly ControlVariate[]): Estimate {
  const mean = (numbers: Float64Array): number => numbers.reduce((sum, one) => sum + one, 0) / numbers.length;
  const centred = (numbers: Float64Array): Float64Array => {
    const own = mean(numbers);
    return numbers.map((one) => one - own);
  };
  const product = (one: Float64Array, other: Float64Array): number => one.reduce((sum, v, i) => sum + v * other[i], 0);
  const [outcome, columns] = [centred(values), controls.map((control) => centred(control.values))];
  const size = controls.length;
  const normal = matrix(
    size,
    size,
    columns.flatMap((one) => columns.map((other) => product(one, other))),
  );
  const rewards = matrix(
    size,
    1,
    columns.map((one) => product(one, outcome)),
  );
  const { values: coefficients } = solvePositiveDefinite(normal, rewards);
  const left = meanAccumulator();
  values.forEach((value, i) =>
    left.push(
      controls.reduce((rest, control, j) => rest - coefficients[j] * (control.values[i] - control.mean), value),
    ),
  );
  return left.estimate();
}
