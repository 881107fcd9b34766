import { recipes, runRecipe } from "@onestep/lab";
import { answer } from "../threads/answer.ts";
import type { ThreadAnswer } from "../threads/thread-pool.ts";
import type { RecipeProgress, RecipeRequest, TimedReport } from "./recipe-request.ts";

/** Runs one recipe in a thread. */
export const work: ThreadAnswer<RecipeRequest, TimedReport> = answer(
  async ({ id, ...options }, onProgress: (progress: RecipeProgress) => void) => {
    const began = performance.now();
    const recipe = recipes.find((one) => one.id === id);
    if (recipe === undefined) throw new Error(`no recipe ${id} in the catalogue`);
    const onPart = (part: number, doing: string): void => onProgress({ part, doing });
    const report = (await runRecipe(recipe, { ...options, onProgress: onPart }))!; // there is no signal to end it early
    return { ...report, seconds: (performance.now() - began) / 1000 };
  },
);
