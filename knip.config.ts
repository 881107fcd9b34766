import type { KnipConfig } from "knip";

/** Pages import their figures in `<script setup>`. */
const scriptsOf = (page: string): string =>
  [...page.matchAll(/<script[^>]*>([\s\S]*?)<\/script>/g)].map(([, script]) => script).join("\n");

export default {
  compilers: { md: scriptsOf },
  ignoreExportsUsedInFile: { interface: true, type: true },
  // Of the machine, where it has them.
  ignoreBinaries: ["redis-server", "redis-cli"],
  workspaces: {
    ".": {
      entry: ["tools/*.mjs"],
      project: ["tools/*.mjs"],
      // Run by `pnpm exec`, from our own scripts.
      ignoreDependencies: ["@arethetypeswrong/cli", "oxfmt", "oxlint", "oxlint-tsgolint", "publint", "sherif", "turbo"],
    },
    "packages/*": {
      // AssemblyScript has imports of its own, and benchmarks and fixtures are programs.
      entry: ["bench/*.{ts,mjs}", "tools/*.mjs", "scripts/*.mjs", "tests/programs/*.mjs", "src/**/*.as.ts"],
      project: ["**/*.{ts,mjs,mts}"],
    },
    "apps/docs": {
      entry: ["**/*.md", "**/*.data.ts", "**/*.paths.ts", "**/*.worker.ts", "lab/embed/onestep-lab.ts", "tests/*.mjs"],
    },
  },
} satisfies KnipConfig;
