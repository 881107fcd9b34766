import { fileURLToPath } from "node:url";

import { defineConfig } from "vite";

/** Builds the element as one file beside the pages, which the site's build has written before. */
const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  root: here("."),
  publicDir: false,
  logLevel: "warn",
  worker: { format: "es" },
  build: {
    lib: { entry: here("onestep-lab.ts"), formats: ["es"], fileName: () => "onestep-lab.js" },
    outDir: here("../../.vitepress/dist/embed"),
    emptyOutDir: true,
    minify: true,
    // The worker inside takes nearly all of the time, as it should.
    rolldownOptions: { checks: { bundlerTimings: false } },
  },
});
