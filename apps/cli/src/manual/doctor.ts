import { buildCommand, type Command } from "@stricli/core";
import type { DoctorFlags } from "../commands/doctor.ts";
import type { CliContext } from "../context.ts";
import { jsonFlag } from "./shared-flags.ts";
import { briefs } from "./briefs.ts";

/** What `onestep doctor --help` reads aloud. */
export const doctor: Command<CliContext> = buildCommand<DoctorFlags, [], CliContext>({
  loader: () => import("../commands/doctor.ts"),
  parameters: { positional: { kind: "tuple", parameters: [] }, flags: { json: jsonFlag } },
  docs: {
    brief: briefs.doctor,
    customUsage: [{ input: "--json", brief: "the same for a program, with the reason why a backend is missing" }],
  },
});
