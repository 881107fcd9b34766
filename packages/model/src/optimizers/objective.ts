import { NumericalError, ShapeError } from "@onestep/core";

/** A loss and its slopes at a position. */
export interface Slope {
  readonly loss: number;
  readonly gradient: Float64Array;
}

/**
 * A loss that is the same at every call, as an exact one or one on a fixed batch is: what `gradientFlow`, `lbfgs`
 * and `newton` work on. Of a trainable model it is `(position) => model.lossAndGradient(position, batch)`.
 */
export type Objective = (position: Float64Array) => Slope | Promise<Slope>;

/** @throws ShapeError unless there is one slope for each number; NumericalError unless loss and slopes are finite */
export function requireFiniteStart(where: string, position: Float64Array, { loss, gradient }: Slope): void {
  if (gradient.length !== position.length) {
    throw new ShapeError({
      where,
      expected: `a gradient of ${position.length} numbers, as many as the position has`,
      arrived: `${gradient.length} numbers`,
      hint: "return one slope for each number of the position, in their order",
    });
  }
  if (Number.isFinite(loss) && gradient.every(Number.isFinite)) return;
  throw new NumericalError({
    where,
    expected: "a start where loss and gradient are finite",
    arrived: `a loss of ${loss}`,
    hint: "start nearer to zero",
  });
}
