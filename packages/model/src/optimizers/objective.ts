import { NumericalError } from "@onestep/core";

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

/** @throws NumericalError unless loss and gradient at a start are finite */
export function requireFiniteStart(where: string, { loss, gradient }: Slope): void {
  if (Number.isFinite(loss) && gradient.every(Number.isFinite)) return;
  throw new NumericalError({
    where,
    expected: "a start where loss and gradient are finite",
    arrived: `a loss of ${loss}`,
    hint: "start nearer to zero",
  });
}
