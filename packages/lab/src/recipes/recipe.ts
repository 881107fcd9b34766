import type { RandomKey } from "@onestep/core";
import type { Claim, ClaimSource } from "../claim.ts";
import type { Figure } from "../figure/figure.ts";

/** `"ci"` ends within a minute on two cores; `"paper"` takes the sizes of the publication. */
export type Scale = "ci" | "paper";

/** What a setting of a recipe may be: plain JSON, so that a report can record it. */
export type Setting = number | string | boolean | readonly number[] | readonly string[];

/** The settings of a recipe at one scale, by name. */
export type RecipeSettings = Readonly<Record<string, Setting>>;

/** What a recipe is handed beside its settings. */
export interface RecipeContext<D extends string = string> {
  readonly seed: number;
  /** `seed/id`: the address under which every draw of the recipe has its own. */
  readonly key: RandomKey;
  /** The mistake to make on purpose; undefined in earnest. */
  readonly defect: D | undefined;
  /** Tells how far the recipe is, 0 ≤ part ≤ 1, and what it does now; does not return once the run is to end. */
  readonly progress: (part: number, doing: string) => void;
  /** An `AbortSignal`, for what takes one. */
  readonly signal: { readonly aborted: boolean };
}

/** What a recipe found. */
export interface RecipeFindings {
  readonly claims: readonly Claim[];
  readonly figure: Figure;
  /** What is not graded and why: a number only remembered, a setting not published, a convention converted. */
  readonly notes: readonly string[];
}

/** A published result that can be made again: its question, its settings, its claims with their targets, its figure. */
export interface Recipe {
  /** Names the recipe, its file and its random numbers: `"thm1-isotropic"`. */
  readonly id: string;
  /** One line for lists and tables. */
  readonly title: string;
  /** What a reader wants to know, as a question that the claims answer. */
  readonly question: string;
  readonly source: ClaimSource;
  readonly settings: Readonly<Record<Scale, RecipeSettings>>;
  /** Mistakes that the recipe can make on purpose, by name: what is wrong. Each turns the verdict to contradicted. */
  readonly defects: Readonly<Record<string, string>>;
  run(settings: RecipeSettings, context: RecipeContext): Promise<RecipeFindings>;
}

/** A recipe as its file writes it: `run` knows its own settings and defects by type. */
export interface RecipeDefinition<S extends RecipeSettings, D extends string> extends Omit<
  Recipe,
  "settings" | "defects" | "run"
> {
  readonly settings: { readonly ci: S; readonly paper: NoInfer<S> };
  readonly defects: Readonly<Record<D, string>>;
  run(settings: S, context: RecipeContext<D>): Promise<RecipeFindings>;
}

/**
 * Declares a recipe: one file of `recipes/`, and one line of the catalogue. It reads no file and no clock, and draws only
 * at addresses under `context.key`, so that the same seed gives the same bytes anywhere.
 */
export function defineRecipe<S extends RecipeSettings, D extends string>(definition: RecipeDefinition<S, D>): Recipe {
  // `runRecipe` is the gate: it lets no settings and no defect pass but those declared here.
  return definition;
}
