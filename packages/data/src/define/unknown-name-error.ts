import { nearestName, OnestepError } from "@onestep/core";

/** A name that nothing goes by: of a law, a link or a parameter. The command line reports it as a usage error. */
export class UnknownNameError extends OnestepError {
  readonly code = "unknown-name";
  /** The name as it was written. */
  readonly unknown: string;
  /** Every name that would have been understood here. */
  readonly candidates: readonly string[];

  constructor(parts: {
    readonly where: string;
    /** What the name was taken for: `"law of covariates"`, `"parameter of relu"`. */
    readonly role: string;
    readonly unknown: string;
    readonly candidates: readonly string[];
  }) {
    const nearest = nearestName(parts.unknown, parts.candidates);
    super({
      where: parts.where,
      expected:
        parts.candidates.length === 0
          ? `no ${parts.role}`
          : `${withArticle(parts.role)}: ${parts.candidates.join(", ")}`,
      arrived: JSON.stringify(parts.unknown),
      hint: nearest === undefined ? "leave it out" : `did you mean ${JSON.stringify(nearest)}?`,
    });
    this.unknown = parts.unknown;
    this.candidates = parts.candidates;
  }
}

function withArticle(noun: string): string {
  return `${/^[aeiou]/.test(noun) ? "an" : "a"} ${noun}`;
}

/** Refuses the first name that is not among the candidates. */
export function requireKnownNames(
  names: readonly string[],
  context: { readonly where: string; readonly role: string; readonly candidates: readonly string[] },
): void {
  for (const unknown of names) {
    if (!context.candidates.includes(unknown)) throw new UnknownNameError({ ...context, unknown });
  }
}
