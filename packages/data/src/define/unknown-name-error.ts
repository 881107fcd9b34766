import { OnestepError } from "@onestep/core";

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
      expected: parts.candidates.length === 0 ? `no ${parts.role}` : `a ${parts.role}: ${parts.candidates.join(", ")}`,
      arrived: JSON.stringify(parts.unknown),
      hint: nearest === undefined ? "leave it out" : `did you mean ${JSON.stringify(nearest)}?`,
    });
    this.unknown = parts.unknown;
    this.candidates = parts.candidates;
  }
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

/**
 * The candidate with the fewest insertions, deletions and substitutions away, letter case aside; the first one on a tie.
 *
 * @example
 * nearestName("gausian", ["rademacher", "gaussian"]); // => "gaussian"
 */
export function nearestName(name: string, candidates: readonly string[]): string | undefined {
  let nearest: string | undefined;
  let least = Infinity;
  for (const candidate of candidates) {
    const distance = editDistance(name.toLowerCase(), candidate.toLowerCase());
    if (distance < least) [nearest, least] = [candidate, distance];
  }
  return nearest;
}

function editDistance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (let i = 0; i < from.length; i++) {
    const next = [i + 1];
    for (let j = 0; j < to.length; j++) {
      const substitution = row[j] + (from[i] === to[j] ? 0 : 1);
      next.push(Math.min(substitution, row[j + 1] + 1, next[j] + 1));
    }
    row = next;
  }
  return row[to.length];
}
