/** A chapter of a package's index: the exports under one of its headings. */
export interface Section {
  /** As a heading: `The optimum of one layer`. */
  readonly title: string;
  /** As an address: `the-optimum-of-one-layer`. */
  readonly slug: string;
  /** The exports, as they stand in the index. */
  readonly source: string;
}

/**
 * The chapters of an index, which are its comments that stand alone at the start of a line. What stands before the first
 * of them is called by `otherwise`.
 */
export function sectionsOf(index: string, otherwise: string): readonly Section[] {
  const [first, ...rest] = index.split(/^\/\/ (.+)$/m);
  const headed = rest.flatMap((title, i) => (i % 2 === 0 ? [{ title, source: rest[i + 1] ?? "" }] : []));
  return [{ title: otherwise, source: first }, ...headed]
    .filter(({ source }) => /^export\b/m.test(source))
    .map(({ title, source }) => ({ title: capital(title), slug: slugOf(title), source: source.trim() }));
}

/** Up to the first colon or comma, which begin an explanation. */
function slugOf(title: string): string {
  const [name] = title.toLowerCase().split(/[:,]/);
  return name.replace(/[^a-z0-9]+/g, "-").replace(/^-|-$/g, "");
}

function capital(text: string): string {
  return text.replace(/^[a-z]/, (letter) => letter.toUpperCase());
}
