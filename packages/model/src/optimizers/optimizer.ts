/** Numbers an optimizer remembers between steps: plain data, so that a run can be stored and resumed. */
export interface OptimizerState {
  readonly step: number;
  /** One array per remembered quantity, each as long as the position. */
  readonly memory: readonly Float64Array[];
}

/** A rule that moves a position against a gradient. Both functions are pure. */
export interface Optimizer {
  readonly name: string;
  /** As a report records it. */
  readonly settings: Readonly<Record<string, number>>;
  start(size: number): OptimizerState;
  /** @param rate multiplies the learning rate of this step: what a schedule says */
  move(
    position: Float64Array,
    gradient: Float64Array,
    state: OptimizerState,
    rate: number,
  ): { readonly position: Float64Array; readonly state: OptimizerState };
}
