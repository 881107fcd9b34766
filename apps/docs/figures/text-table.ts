/** A table of texts. */
export interface TextTable {
  readonly caption?: string;
  /** What is above each column; omitted, the rows speak for themselves. */
  readonly columns?: readonly string[];
  /** The first text of a row is its name. */
  readonly rows: readonly (readonly string[])[];
}
