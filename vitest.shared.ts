import { fileURLToPath } from "node:url";
import { defineConfig, type ViteUserConfig } from "vitest/config";

/** One configuration for every package: quiet on success, and a machine-readable summary that `tools/test.mjs` adds up. */
const shared: ViteUserConfig = defineConfig({
  test: {
    include: ["src/**/*.test.ts", "tests/**/*.test.ts"],
    // Seeds fast-check, so that npm test draws the same examples every time.
    setupFiles: [fileURLToPath(new URL("./packages/testkit/src/setup.ts", import.meta.url))],
    reporters: ["default", "json"],
    outputFile: { json: "dist/test-summary.json" },
    testTimeout: 120_000,
  },
});

export default shared;
