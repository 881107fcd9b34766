import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["*.test.mjs", "mutate/*.test.mjs"],
    reporters: ["default", "json"],
    outputFile: { json: "dist/test-summary.json" },
    testTimeout: 60_000,
  },
});
