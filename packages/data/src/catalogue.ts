import * as covariates from "./covariates/all.generated.ts";
import type { CovariateLaw } from "./define/define-covariates.ts";
import type { NoiseLaw } from "./define/define-noise.ts";
import type { TargetLaw } from "./define/define-target.ts";
import type { TaskLaw } from "./define/define-task.ts";
import { plainFirst, type Definition, type Factory } from "./define/definition.ts";
import type { Json, JsonObject } from "./define/json.ts";
import type { LawKind } from "./define/law-kind.ts";
import { linkShelf } from "./links/shelf.ts";
import * as noise from "./noise/all.generated.ts";
import * as targets from "./targets/all.generated.ts";
import * as tasks from "./tasks/all.generated.ts";

/** What a law of each kind is. */
export interface LawByKind {
  readonly covariates: CovariateLaw;
  readonly tasks: TaskLaw;
  readonly target: TargetLaw;
  readonly noise: NoiseLaw;
}

/** Every law that a law file can name, by kind. A new law is one file in the folder of its kind. */
export const lawShelf: { readonly [Kind in LawKind]: readonly Factory<never, LawByKind[Kind]>[] } = {
  covariates: plainFirst("gaussian", Object.values(covariates)),
  tasks: plainFirst("gaussian", Object.values(tasks)),
  target: plainFirst("linear", Object.values(targets)),
  noise: plainFirst("none", Object.values(noise)),
};

/** A law or link as the catalogue lists it, in plain JSON. */
export interface CatalogueEntry {
  readonly kind: Definition["kind"];
  readonly name: string;
  readonly summary: string;
  readonly parameters: readonly CatalogueParameter[];
  /** Parameters that show what it can be, as a law file writes them. */
  readonly examples: readonly JsonObject[];
}

/** A parameter as the catalogue lists it. */
export interface CatalogueParameter {
  readonly name: string;
  readonly type: string;
  /** What is read when it is left out; absent for a required parameter. */
  readonly default?: Json;
  readonly description: string;
}

/** Every law and link with its parameters: covariates, tasks, targets, noise, links. */
export const lawCatalogue: readonly CatalogueEntry[] = [
  ...lawShelf.covariates,
  ...lawShelf.tasks,
  ...lawShelf.target,
  ...lawShelf.noise,
  ...linkShelf,
].map((factory) => entryOf(factory.definition));

function entryOf({ kind, name, summary, parameters, examples = [] }: Definition): CatalogueEntry {
  return {
    kind,
    name,
    summary,
    parameters: Object.entries(parameters).map(([parameterName, { type, fallback, description }]) => ({
      name: parameterName,
      type,
      ...(fallback === undefined ? {} : { default: fallback }),
      description,
    })),
    examples,
  };
}
