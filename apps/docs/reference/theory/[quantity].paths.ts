import { lawCatalogue } from "@onestep/data";
import { quantities } from "@onestep/lab";

import { lawFlag } from "../law-flag.ts";
import { answer } from "./answer.ts";
import { examples } from "./examples.ts";
import { pageOf, sentence } from "./page.ts";
import { questionAt } from "./question.ts";

/** Laws as examples write them, for each part of a prompt law. */
const laws = Object.fromEntries(
  (["covariates", "target", "tasks", "noise"] as const).map((part) => [
    part,
    lawCatalogue
      .filter(({ kind }) => kind === part)
      .map(({ name, examples: shown }) => lawFlag(name, shown[0] ?? {}).replaceAll("'", "")),
  ]),
);

/** A page for every quantity of the catalogue. */
const pages: { paths(): unknown[] } = {
  paths: () =>
    quantities.map(({ name, summary, needsLaw, options }) => {
      const example = examples[name];
      if (example === undefined) throw new Error(`reference/theory/examples.ts: give ${name} an example`);
      const question = questionAt({ name, needsLaw, options }, example);
      const first = answer(question);
      if ("refusal" in first) throw new Error(`reference/theory/examples.ts: ${name}: ${first.refusal}`);
      const about = { title: name, description: `${sentence(summary)} A closed form with a live calculator.` };
      const params = { ...about, quantity: name, name, needsLaw, options, example, answer: first, laws };
      return { params, content: pageOf({ name, summary, needsLaw, options }, question) };
    }),
};

export default pages;
