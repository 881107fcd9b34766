/** A symbol of a formula that says what it means. */
export interface FormulaSymbol {
  /** Names the symbol to the figure. */
  readonly name: string;
  /** As it is drawn; `sub` and `sup` stand beside it. */
  readonly text: string;
  readonly sub?: string;
  readonly sup?: string;
  readonly meaning: string;
}

/** A formula, part by part: symbols, and what stands between them. */
export type Formula = readonly (FormulaSymbol | string)[];
