import { buildCommand, type Command } from "@stricli/core";
import { availableParallelism } from "node:os";
import type { SweepFlags } from "../commands/sweep.ts";
import type { CliContext } from "../context.ts";
import { optionalFlag, switchFlag } from "../options/flags.ts";
import { parseCount, parseSeconds } from "../options/numbers.ts";
import { briefs } from "./briefs.ts";
import { dryRunFlag } from "./shared-flags.ts";

/** What `onestep sweep --help` reads aloud. */
export const sweep: Command<CliContext> = buildCommand<SweepFlags, [], CliContext>({
  loader: () => import("../commands/sweep.ts"),
  parameters: {
    positional: { kind: "tuple", parameters: [] },
    flags: {
      config: { kind: "parsed", parse: String, brief: "The sweep: .yaml, .json or .ts", placeholder: "file" },
      set: {
        ...optionalFlag(String, "a.b=c", "A value of the sweep by its path: base.training.steps=500"),
        variadic: true as const,
      },
      out: optionalFlag(String, "folder", "A folder for the results; what it has already is not run again"),
      workers: {
        kind: "parsed",
        parse: parseCount,
        brief: "How many points at once; behind a queue, how many --budget counts on. It changes no number",
        placeholder: "N",
        default: String(availableParallelism()),
      },
      queue: optionalFlag(String, "redis://…", "Let workers behind this Redis train: see onestep worker"),
      budget: optionalFlag(parseSeconds, "60s", "Choose steps and batch of every point so that all take so long"),
      dryRun: dryRunFlag,
      force: switchFlag("Forget what the folder has"),
      jsonl: switchFlag("Print one line of JSON a point on stdout, in the order of the grid"),
      quiet: switchFlag("No progress and no table"),
    },
  },
  docs: {
    brief: briefs.sweep,
    fullDescription: [
      "Trains at every point of a grid. A sweep file has a training config, and the values to go through:",
      "",
      "  base: { law: { contextLength: 10, … }, training: { steps: 500 } }",
      '  grid: { "law.contextLength": [10, 20, 40], "law.noise.variance": [0, 0.25] }',
      "  replicates: 3          # seeds a point; or give seed: [0, 1, 2] in the grid",
      "  points: [{ seed: 9 }]  # points beside the grid",
      "",
      "Results are the same, byte by byte, for any number of workers, here or behind a queue, and after any number of kills.",
      "",
      "Exit code: 0 all points ran, 2 usage, 3 refused (domain, backend, …), 130 interrupted.",
    ].join("\n"),
    customUsage: [
      { input: "--config examples/sweep.yaml --out results", brief: "all cores of this machine" },
      {
        input: "--config examples/sweep.yaml --out queued --queue redis://localhost:6379",
        brief: "all workers of a queue",
      },
      {
        input: "--config examples/sweep.yaml --out exact --budget 5m",
        brief: "as exact as five minutes allow; says how exact",
      },
      { input: "--config examples/sweep.yaml --dry-run", brief: "what would run" },
      { input: "--config examples/sweep.yaml --jsonl", brief: "rows for a program to read, as they become known" },
    ],
  },
});
