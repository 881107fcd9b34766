import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { experiments, quantities, recipes } from "@onestep/lab";
import { sources, type Source } from "@onestep/theory";

import { citationsIn, familyOf, isOf, type Citing } from "./bibliography/citations.ts";
import { furtherPapers, type Paper } from "./bibliography/further-papers.ts";
import { answer } from "./theory/answer.ts";
import { examples } from "./theory/examples.ts";
import { questionAt } from "./theory/question.ts";

/** A place in onestep that leans on a paper. */
export interface Use {
  readonly text: string;
  /** A page of the site; experiments are named alone. */
  readonly link?: string;
  /** What of the paper it uses. */
  readonly locator: string;
}

/** A paper, and what onestep does with it. */
export interface Entry extends Paper {
  readonly key: string;
  readonly uses: Readonly<Record<"closed forms" | "experiments" | "recipes" | "functions", readonly Use[]>>;
}

export interface Bibliography {
  readonly papers: readonly Entry[];
  /** Methods and books, as the functions that use them cite them. */
  readonly methods: readonly Citing[];
  /** Functions whose documentation carries a derivation of our own. */
  readonly own: readonly Citing[];
}

/** Read when the site is built: what its quantities, experiments, recipes and docstrings cite at that moment. */
const loader: { load(): Bibliography } = {
  load() {
    const citing = apiPages().flatMap(({ page, text }) => citationsIn(page, text));
    const known: readonly (Paper & { readonly key: string })[] = [
      ...sources.filter(({ key }) => key !== "onestep").map(plain),
      ...furtherPapers.map((paper) => ({ ...paper, key: `arxiv-${paper.arXiv}` })),
    ];
    const papers = known.map((paper) => ({ ...paper, uses: usesOf(paper, citing) }));
    const used = papers.filter(({ uses }) => Object.values(uses).some((list) => list.length > 0));
    const others = citing.filter((one) => !known.some((paper) => isOf(paper, one.citation)));
    const isOwn = ({ citation }: Citing): boolean => /^(?:own|onestep)\b/i.test(citation);
    return {
      papers: used.toSorted((one, two) => familyOf(one).localeCompare(familyOf(two), "en") || one.year - two.year),
      methods: others
        .filter((one) => !isOwn(one))
        .toSorted((one, two) => one.citation.localeCompare(two.citation, "en")),
      own: others.filter(isOwn),
    };
  },
};

function plain({ key, authors, title, year, venue, arXiv }: Source): Paper & { readonly key: string } {
  return {
    key,
    authors,
    title,
    year,
    ...(venue === undefined ? {} : { venue }),
    ...(arXiv === undefined ? {} : { arXiv }),
  };
}

function usesOf(paper: Paper & { readonly key: string }, citing: readonly Citing[]): Entry["uses"] {
  const cites = ({ source }: { readonly source: { readonly key: string } }): boolean => source.key === paper.key;
  return {
    "closed forms": quantities.flatMap((quantity) => {
      const first = answer(questionAt(quantity, examples[quantity.name]));
      if ("refusal" in first || !cites(first.document)) return [];
      const { locator } = first.document.source;
      return [{ text: quantity.name, link: `/reference/theory/${quantity.name}`, locator }];
    }),
    experiments: experiments.filter(cites).map(({ id, source }) => ({ text: id, locator: source.locator })),
    recipes: recipes
      .filter(cites)
      .map(({ id, source }) => ({ text: id, link: `/recipes/${id}`, locator: source.locator })),
    functions: citing
      .filter(({ citation }) => isOf(paper, citation))
      .map(({ name, link, citation }) => ({ text: name, link, locator: citation })),
  };
}

/** The pages that were made of the docstrings before the site was read. */
function apiPages(): readonly { readonly page: string; readonly text: string }[] {
  const folder = join(process.cwd(), "reference", "api");
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".md"))
    .toSorted()
    .map((file) => ({
      page: `/reference/api/${file.replace(/(?:^|(?<=\/))index\.md$|\.md$/, "")}`,
      text: readFileSync(join(folder, file), "utf8"),
    }));
}

export declare const data: Bibliography;
export default loader;
