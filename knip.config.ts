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
      entry: ["tools/*.mjs", "tools/*/*.mjs"],
      project: ["tools/**/*.mjs"],
      ignoreDependencies: [
        // Run by `pnpm exec`, from our own scripts.
        "@arethetypeswrong/cli",
        "oxfmt",
        "oxlint",
        "oxlint-tsgolint",
        "publint",
        "sherif",
        "turbo",
        // Named by `--coverage`.
        "@vitest/coverage-v8",
        // Its setup looks for it where model has it.
        "@tensorflow/tfjs-node",
      ],
    },
    "packages/*": {
      // AssemblyScript has imports of its own, and benchmarks and fixtures are programs.
      entry: [
        "bench/*.{ts,mjs}",
        "tools/*.mjs",
        "scripts/*.mjs",
        "tests/programs/*.mjs",
        "src/**/*.as.ts",
        // What TypeScript knows of a program beside it that browsers run too.
        "tests/*.d.mts",
      ],
      project: ["**/*.{ts,mjs,mts}"],
      // Imported by a name that is not a literal, so that bundlers leave it alone.
      ignoreDependencies: ["@tensorflow/tfjs-node"],
    },
    "apps/cli": {
      project: ["**/*.{ts,mjs,mts}"],
      // Imported by a name that is not a literal: it may be missing.
      ignoreDependencies: ["@tensorflow/tfjs-backend-wasm"],
    },
    "apps/docs": {
      entry: ["**/*.md", "**/*.data.ts", "**/*.paths.ts", "**/*.worker.ts", "lab/embed/onestep-lab.ts", "tests/*.mjs"],
      // Named in the options of TypeDoc.
      ignoreDependencies: ["typedoc-plugin-markdown"],
    },
  },
} satisfies KnipConfig;
