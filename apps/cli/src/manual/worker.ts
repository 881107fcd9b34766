import { buildCommand, type Command } from "@stricli/core";
import { availableParallelism } from "node:os";
import type { WorkerFlags } from "../commands/worker.ts";
import type { CliContext } from "../context.ts";
import { switchFlag } from "../options/flags.ts";
import { parseCount } from "../options/numbers.ts";
import { briefs } from "./briefs.ts";

/** What `onestep worker --help` reads aloud. */
export const worker: Command<CliContext> = buildCommand<WorkerFlags, [], CliContext>({
  loader: () => import("../commands/worker.ts"),
  parameters: {
    positional: { kind: "tuple", parameters: [] },
    flags: {
      queue: { kind: "parsed", parse: String, brief: "The Redis of the sweep", placeholder: "redis://…" },
      concurrency: {
        kind: "parsed",
        parse: parseCount,
        brief: "How many points at once",
        placeholder: "N",
        default: String(availableParallelism()),
      },
      quiet: switchFlag("Say nothing of the jobs"),
    },
  },
  docs: {
    brief: briefs.worker,
    fullDescription: [
      "Trains the points of sweeps that share its queue, on this or any number of machines, until Ctrl-C. Needs Redis 6.2 or",
      "newer, and two packages: npm install bullmq ioredis",
      "",
      "A worker that is killed loses nothing: within 9 s its jobs are another's. All machines need the same version of onestep.",
      "",
      "Exit code: 3 where Redis is down, refuses the password, or has been gone for 20 s; 130 interrupted.",
    ].join("\n"),
    customUsage: [
      { input: "--queue redis://localhost:6379", brief: "as many points at once as there are cores" },
      { input: "--queue redis://:PASSWORD@HOST:6379/1 --concurrency 1", brief: "with a password, in database 1" },
    ],
  },
});
