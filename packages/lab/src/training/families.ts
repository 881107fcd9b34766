import {
  fullTransformer,
  gdPlusPlusTransformer,
  sparseTransformer,
  tiedTransformer,
  type Parametrisation,
} from "@onestep/model";
import type { TrainingConfig } from "./config.ts";

/** A family whose weights are nobody's business but its own. */
export type Family = Parametrisation<unknown>;

/** The family of transformers that a config trains. */
export function familyOf({ family, layers, heads }: TrainingConfig["model"], dimension: number): Family {
  const shape = { dimension, layers };
  switch (family) {
    case "full":
      return opaque(fullTransformer({ ...shape, heads }));
    case "sparse":
      return opaque(sparseTransformer(shape));
    case "tied":
      return opaque(tiedTransformer({ repetitions: layers, loop: sparseTransformer({ dimension, layers: 1 }) }));
    case "gd-plus-plus":
      return opaque(gdPlusPlusTransformer(shape));
  }
}

function opaque<W>(family: Parametrisation<W>): Family {
  return family as Parametrisation<unknown>;
}
