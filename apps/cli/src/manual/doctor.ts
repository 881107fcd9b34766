import { buildCommand, type Command } from "@stricli/core";
import type { DoctorFlags } from "../commands/doctor.ts";
import type { CliContext } from "../context.ts";
import { jsonFlag } from "./shared-flags.ts";

/** What `onestep doctor --help` reads aloud. */
export const doctor: Command<CliContext> = buildCommand<DoctorFlags, [], CliContext>({
  loader: () => import("../commands/doctor.ts"),
  parameters: { positional: { kind: "tuple", parameters: [] }, flags: { json: jsonFlag } },
  docs: {
    brief: "Say what runs on this machine: Node, backends, kernels",
    customUsage: [{ input: "--json", brief: "the same for a program, with the reason why a backend is missing" }],
  },
});
