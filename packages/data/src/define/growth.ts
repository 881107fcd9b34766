/** The power of ‖x‖ with which a law grows: declared, or drawn from its parameters; ∞ where nothing is declared. */
export function growthOf<Values>(declared: number | ((values: Values) => number) | undefined, values: Values): number {
  return typeof declared === "function" ? declared(values) : (declared ?? Infinity);
}
