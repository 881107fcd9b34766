import { recipes, runRecipe } from "@onestep/lab";

import type { RunNews, RunOrder } from "./messages.ts";

/** Runs one recipe beside the page, and ends. */

/** News of less progress than this are not worth a message. */
const STEP = 0.004;

self.addEventListener("message", ({ data: order }: MessageEvent<RunOrder>) => {
  run(order).catch((error: unknown) => tell({ failure: String(error) }));
});

async function run({ recipe: id, seed, defect }: RunOrder): Promise<void> {
  const recipe = recipes.find((one) => one.id === id);
  if (recipe === undefined) throw new Error(`no recipe ${id} in the catalogue`);
  let told = -1;
  const onProgress = (part: number, doing: string): void => {
    if (part < told + STEP) return;
    told = part;
    tell({ part, doing });
  };
  const options = { seed, scale: "ci", onProgress, ...(defect === undefined ? {} : { defect }) } as const;
  const report = await runRecipe(recipe, options);
  if (report !== undefined) tell({ report });
}

function tell(news: RunNews): void {
  self.postMessage(news);
}
