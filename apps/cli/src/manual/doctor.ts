import { buildCommand, type Command } from "@stricli/core";
import type { DoctorFlags } from "../commands/doctor.ts";
import type { CliContext } from "../context.ts";
import { optionalFlag } from "../options/flags.ts";
import { jsonFlag } from "./shared-flags.ts";
import { briefs } from "./briefs.ts";

/** What `onestep doctor --help` reads aloud. */
export const doctor: Command<CliContext> = buildCommand<DoctorFlags, [], CliContext>({
  loader: () => import("../commands/doctor.ts"),
  parameters: {
    positional: { kind: "tuple", parameters: [] },
    flags: {
      redis: optionalFlag(String, "redis://…", "A Redis to try; ONESTEP_REDIS or REDIS_URL when left out"),
      json: jsonFlag,
    },
  },
  docs: {
    brief: briefs.doctor,
    customUsage: [
      { input: "--redis redis://localhost:6379", brief: "and whether sweeps can share this Redis" },
      { input: "--json", brief: "the same for a program, with the reason why a backend is missing" },
    ],
  },
});
