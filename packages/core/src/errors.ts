/** What every onestep error says: where it happened, what was expected, what arrived, what to try. */
export interface ErrorParts {
  /** The public name that refused, as the caller wrote it: `"covariance"`, `"law.covariates.covariance"`. */
  readonly where: string;
  readonly expected: string;
  readonly arrived: string;
  readonly hint: string;
  readonly cause?: unknown;
}

/** The parent of every error that onestep throws. Branch on `code`, show `message`, offer `hint`. */
export abstract class OnestepError extends Error {
  abstract readonly code: string;
  readonly where: string;
  readonly expected: string;
  readonly arrived: string;
  readonly hint: string;

  constructor(parts: ErrorParts) {
    super(
      `${parts.where}: expected ${parts.expected}; got ${parts.arrived}. Try: ${parts.hint}`,
      parts.cause === undefined ? {} : { cause: parts.cause },
    );
    this.name = new.target.name;
    this.where = parts.where;
    this.expected = parts.expected;
    this.arrived = parts.arrived;
    this.hint = parts.hint;
  }
}

/** Two shapes that must agree do not. */
export class ShapeError extends OnestepError {
  readonly code = "shape";
}

/** A value lies outside the set on which the mathematics is defined. */
export class DomainError extends OnestepError {
  readonly code = "domain";
}

/** The mathematics is defined, but this matrix or number defeats floating point or a required property. */
export class NumericalError extends OnestepError {
  readonly code = "numerical";
}

/** A backend is missing or cannot do what was asked. */
export class BackendError extends OnestepError {
  readonly code = "backend";
}

/** A theorem was asked about a law outside its hypotheses. */
export class AssumptionError extends OnestepError {
  readonly code = "assumption";
  /** The theorem's source, e.g. `"mahankali-2023, Theorem 1"`. */
  readonly source: string;
  /** The hypotheses that this law does not meet. */
  readonly unmet: readonly string[];

  constructor(parts: ErrorParts & { readonly source: string; readonly unmet: readonly string[] }) {
    super(parts);
    this.source = parts.source;
    this.unmet = parts.unmet;
  }
}
