import { buildCommand, type Command } from "@stricli/core";
import type { BenchFlags } from "../commands/bench.ts";
import type { CliContext } from "../context.ts";
import { optionalFlag, switchFlag } from "../options/flags.ts";
import { parseNumber } from "../options/numbers.ts";
import { dryRunFlag, jsonFlag } from "./shared-flags.ts";
import { briefs } from "./briefs.ts";

/** What `onestep bench --help` reads aloud. */
export const bench: Command<CliContext> = buildCommand<BenchFlags, [], CliContext>({
  loader: () => import("../commands/bench.ts"),
  parameters: {
    positional: { kind: "tuple", parameters: [] },
    flags: {
      peers: switchFlag("Also TensorFlow.js and PyTorch where they are installed, about 15 minutes"),
      all: switchFlag("Whole minibatches for the slowest peers too, where one step takes minutes"),
      torch: {
        ...optionalFlag(String, "python", "A Python that imports torch, or several; default python3 if it does"),
        variadic: true as const,
      },
      scaling: optionalFlag(String, "file", "An SVG to draw: how the cost grows with n, d, L and the batch"),
      layers: optionalFlag(parseNumber, "L", "L of a size of your own"),
      dimension: optionalFlag(parseNumber, "d", "d of a size of your own"),
      context: optionalFlag(parseNumber, "n", "n of a size of your own"),
      batch: optionalFlag(parseNumber, "B", "Prompts of a step at a size of your own"),
      dryRun: dryRunFlag,
      json: jsonFlag,
      quiet: switchFlag("No progress"),
    },
  },
  docs: {
    brief: briefs.bench,
    fullDescription: [
      "Takes training steps (fresh prompts, forward, backward, Adam) at ten sizes, every variant in turn, and prints",
      "prompts per second of processor time, on one thread. With peers it prints the ratios as well, and what the project",
      "set out to reach. Only ratios within one run are meant to be read.",
    ].join("\n"),
    customUsage: [
      { input: "", brief: "our kernels, half a minute" },
      { input: "--peers --json", brief: "against TensorFlow.js and PyTorch, for a program to read" },
      { input: "--torch python3 --torch peer/bin/python", brief: "against two PyTorch in one run" },
      { input: "--dimension 30 --context 100", brief: "our kernels at a size of your own" },
    ],
  },
});
