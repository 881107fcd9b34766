import { recipes, runRecipe } from "@onestep/lab";
import { workerData } from "node:worker_threads";
import { answer } from "../threads/answer.ts";
import type { RecipeProgress, RecipeRequest, TimedReport } from "./recipe-request.ts";

// Runs one recipe in a thread of its own.
const { id, ...options } = workerData as RecipeRequest;

await answer<RecipeProgress, TimedReport>(async (onProgress) => {
  const began = performance.now();
  const recipe = recipes.find((one) => one.id === id);
  if (recipe === undefined) throw new Error(`no recipe ${id} in the catalogue`);
  const report = await runRecipe(recipe, { ...options, onProgress: (part, doing) => onProgress({ part, doing }) });
  return report === undefined ? undefined : { ...report, seconds: (performance.now() - began) / 1000 };
});
