import { buildApplication, buildCommand, buildRouteMap, type Application, type Command } from "@stricli/core";
import type { CliContext } from "./context.ts";
import { briefs, type CommandName } from "./manual/briefs.ts";

/** The command table. What a command says of itself is in manual/, what it does in commands/. */
const manuals: Readonly<Record<CommandName, () => Promise<Command<CliContext>>>> = {
  verify: async () => (await import("./manual/verify.ts")).verify,
  train: async () => (await import("./manual/train.ts")).train,
  export: async () => (await import("./manual/export.ts")).exportRun,
  identify: async () => (await import("./manual/identify.ts")).identify,
  landscape: async () => (await import("./manual/landscape.ts")).landscape,
  reproduce: async () => (await import("./manual/reproduce.ts")).reproduce,
  theory: async () => (await import("./manual/theory.ts")).theory,
  "check-law": async () => (await import("./manual/check-law.ts")).checkLaw,
  list: async () => (await import("./manual/list.ts")).list,
  bench: async () => (await import("./manual/bench.ts")).bench,
  sweep: async () => (await import("./manual/sweep.ts")).sweep,
  worker: async () => (await import("./manual/worker.ts")).worker,
  doctor: async () => (await import("./manual/doctor.ts")).doctor,
  completion: async () => (await import("./manual/completion.ts")).completion,
  complete: async () => (await import("./manual/complete.ts")).complete,
};

const names = Object.keys(manuals) as CommandName[];

/**
 * The application, as `run` of stricli takes it, with the manual of the one command that is asked for: reading them all
 * would load the whole laboratory before the first word of help.
 */
export async function applicationFor(command: string | undefined): Promise<Application<CliContext>> {
  const routes = names.map(async (name) => [name, name === command ? await manuals[name]() : titleOf(name)] as const);
  return buildApplication(
    buildRouteMap({
      routes: Object.fromEntries(await Promise.all(routes)),
      docs: {
        brief: "onestep: a laboratory for the theory of in-context learning",
        fullDescription: [
          "onestep samples prompts, trains linear attention on them, proves in closed form what the training must converge",
          "to, and compares the three.",
          "",
          "  onestep verify                             all theorems, about half a minute",
          "  onestep verify thm1 --dimension 8          one theorem at another size",
          "  onestep train --law law.json --out run     one model of your own, with all that comes of it",
          "  onestep identify --run run                 which algorithm has it found?",
          "  onestep reproduce ahn-depth --out results  a published result again, with its figure",
          "  onestep sweep --config sweep.yaml          a training at every point of a grid, on all cores",
          "  onestep theory optimum --law law.json      the best step on your own law",
          "  onestep check-law --law law.json           does the theorem apply to your own law?",
          "  onestep list laws                          what a law file may contain",
          "  onestep doctor                             what runs on this machine",
        ].join("\n"),
        hideRoute: { complete: true },
      },
    }),
    {
      name: "onestep",
      versionInfo: { getCurrentVersion: async () => (await import("./version.ts")).version() },
      scanner: { caseStyle: "allow-kebab-for-camel", allowArgumentEscapeSequence: true },
      documentation: { caseStyle: "convert-camel-to-kebab", useAliasInUsageLine: false, onlyRequiredInUsageLine: true },
    },
  );
}

/** A command that is only listed, never run. */
function titleOf(name: CommandName): Command<CliContext> {
  return buildCommand({ func: () => undefined, parameters: {}, docs: { brief: briefs[name] } });
}
