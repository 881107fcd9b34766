import { quantities } from "@onestep/lab";

import { answer, citationText } from "./answer.ts";
import { examples } from "./examples.ts";
import { questionAt } from "./question.ts";

/** A row of the list of closed forms. */
export interface QuantityRow {
  readonly name: string;
  readonly summary: string;
  /** Where the formula of its example comes from. */
  readonly source: { readonly key: string; readonly text: string };
}

/** Read when the site is built: the catalogue of that moment. */
const loader: { load(): readonly QuantityRow[] } = {
  load: () =>
    quantities.map((quantity) => {
      const first = answer(questionAt(quantity, examples[quantity.name]));
      if ("refusal" in first) throw new Error(first.refusal);
      const { source } = first.document;
      return {
        name: quantity.name,
        summary: quantity.summary,
        source: { key: source.key, text: citationText(source) },
      };
    }),
};

export declare const data: readonly QuantityRow[];
export default loader;
