import { sources } from "@onestep/theory";

/** A paper as a reader knows it. */
export interface Paper {
  /** "Mahankali, Hashimoto and Ma, 2023" */
  readonly short: string;
  readonly authors: string;
  readonly title: string;
  readonly year: number;
  readonly arXiv?: string;
  /** Whether the result is onestep's own, derived in its docstrings. */
  readonly isOwn: boolean;
}

/**
 * The paper behind a key of the bibliography.
 *
 * @example
 * paperOf("mahankali-2023").short; // => "Mahankali, Hashimoto and Ma, 2023"
 */
export function paperOf(key: string): Paper {
  const source = sources.find((one) => one.key === key);
  if (source === undefined) throw new Error(`no source ${key} in the bibliography`);
  const { authors, title, year, arXiv } = source;
  const isOwn = key === "onestep";
  return {
    short: isOwn ? "onestep" : `${familyNames(authors)}, ${year}`,
    authors,
    title,
    year,
    isOwn,
    ...(arXiv === undefined ? {} : { arXiv }),
  };
}

/** Three names at most; more are "and others". */
function familyNames(authors: string): string {
  const names = authors.split(", ").map((name) => name.replace(/^(?:\S+\s)*?((?:von |van |de )?\S+)$/, "$1"));
  if (names.length > 3) return `${names[0]} and others`;
  return names.length === 1 ? names[0] : `${names.slice(0, -1).join(", ")} and ${names[names.length - 1]}`;
}
