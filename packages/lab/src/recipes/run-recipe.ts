import { childKey, DomainError, nearestName, randomKey } from "@onestep/core";
import { FALSE_ALARM, judged, verdictOfAll, type ClaimSource, type JudgedClaim, type Verdict } from "../claim.ts";
import type { Figure } from "../figure/figure.ts";
import type { Recipe, RecipeSettings, Scale } from "./recipe.ts";

/** How a recipe is run. */
export interface RecipeOptions {
  readonly seed: number;
  readonly scale: Scale;
  /** Replaces settings of the scale, by name. */
  readonly settings?: RecipeSettings;
  /** A mistake to make on purpose, one of `recipe.defects`. */
  readonly defect?: string;
  /** How far the run is, 0 ≤ part ≤ 1, and what it does now. */
  readonly onProgress?: (part: number, doing: string) => void;
  /** An `AbortSignal`: the run ends at the next progress it makes. */
  readonly signal?: { readonly aborted: boolean };
}

/** What a recipe showed: plain JSON, all that is needed to quote or repeat it. */
export interface RecipeReport {
  readonly id: string;
  readonly title: string;
  readonly question: string;
  readonly source: ClaimSource;
  readonly verdict: Verdict;
  /** How many claims are. */
  readonly supported: number;
  readonly contradicted: number;
  readonly undecided: number;
  readonly claims: readonly JudgedClaim[];
  readonly figure: Figure;
  readonly notes: readonly string[];
  readonly scale: Scale;
  readonly settings: RecipeSettings;
  readonly seed: number;
  /** The mistake made on purpose, if any. */
  readonly defect?: string;
  /** The chance to contradict a true claim. */
  readonly falseAlarm: number;
}

/** Ends a run from within: thrown by `progress`, caught by `runRecipe`, and seen by nobody else. */
class Ended extends Error {}

/**
 * Runs a recipe and judges its claims.
 *
 * @returns the report, or undefined when the signal ended the run
 * @throws DomainError for a setting or a defect that the recipe does not have, and what the recipe itself throws
 */
export async function runRecipe(recipe: Recipe, options: RecipeOptions): Promise<RecipeReport | undefined> {
  const { seed, scale, defect, onProgress, signal = { aborted: false } } = options;
  const settings = settingsOf(recipe, scale, options.settings ?? {});
  if (defect !== undefined) requireKnown(recipe, "defect", defect, Object.keys(recipe.defects));
  const progress = (part: number, doing: string): void => {
    if (signal.aborted) throw new Ended();
    onProgress?.(part, doing);
  };
  const key = childKey(randomKey(seed), recipe.id);
  try {
    const { claims, figure, notes } = await recipe.run(settings, { seed, key, defect, progress, signal });
    if (signal.aborted) return undefined;
    const outcomes = claims.map((claim) => judged(claim, { falseAlarm: FALSE_ALARM }));
    const count = (verdict: Verdict): number => outcomes.filter((claim) => claim.verdict === verdict).length;
    return {
      id: recipe.id,
      title: recipe.title,
      question: recipe.question,
      source: recipe.source,
      verdict: verdictOfAll(outcomes.map(({ verdict }) => verdict)),
      supported: count("supported"),
      contradicted: count("contradicted"),
      undecided: count("undecided"),
      claims: outcomes,
      figure,
      notes,
      scale,
      settings,
      seed,
      ...(defect === undefined ? {} : { defect }),
      falseAlarm: FALSE_ALARM,
    };
  } catch (error) {
    if (error instanceof Ended) return undefined;
    throw error;
  }
}

function settingsOf(recipe: Recipe, scale: Scale, replaced: RecipeSettings): RecipeSettings {
  const settings = recipe.settings[scale];
  for (const [name, value] of Object.entries(replaced)) {
    requireKnown(recipe, "setting", name, Object.keys(settings));
    if (kindOf(value) === kindOf(settings[name])) continue;
    throw new DomainError({
      where: `${recipe.id}.${name}`,
      expected: kindOf(settings[name]),
      arrived: JSON.stringify(value),
      hint: `at ${scale} scale it is ${JSON.stringify(settings[name])}`,
    });
  }
  return { ...settings, ...replaced };
}

function kindOf(value: unknown): string {
  return Array.isArray(value) ? `a list of ${typeof value[0]}s` : `a ${typeof value}`;
}

function requireKnown(recipe: Recipe, what: string, name: string, known: readonly string[]): void {
  if (known.includes(name)) return;
  const nearest = nearestName(name, known);
  throw new DomainError({
    where: recipe.id,
    expected: `a ${what} of this recipe (${known.join(", ")})`,
    arrived: name,
    hint: nearest === undefined ? `its ${what}s are listed above` : `did you mean ${nearest}?`,
  });
}
