/** A loss and its slopes at a position. */
export interface Slope {
  readonly loss: number;
  readonly gradient: Float64Array;
}

/**
 * A loss that is the same at every call, as an exact one or one on a fixed batch is: what `gradientFlow` and `lbfgs`
 * work on. Of a trainable model it is `(position) => model.lossAndGradient(position, batch)`.
 */
export type Objective = (position: Float64Array) => Slope | Promise<Slope>;
