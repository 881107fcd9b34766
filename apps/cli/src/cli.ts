import { buildApplication, buildRouteMap, type Application } from "@stricli/core";
import type { CliContext } from "./context.ts";
import { bench } from "./manual/bench.ts";
import { checkLaw } from "./manual/check-law.ts";
import { doctor } from "./manual/doctor.ts";
import { list } from "./manual/list.ts";
import { reproduce } from "./manual/reproduce.ts";
import { theory } from "./manual/theory.ts";
import { verify } from "./manual/verify.ts";

// The command table. What a command says of itself is in manual/; what it does loads only when it runs.

/** The application, as `run` of stricli takes it. */
export const application: Application<CliContext> = buildApplication(
  buildRouteMap({
    routes: {
      verify,
      reproduce,
      theory,
      "check-law": checkLaw,
      list,
      bench,
      doctor,
    },
    docs: {
      brief: "onestep: a laboratory for the theory of in-context learning",
      fullDescription: [
        "onestep samples prompts, trains linear attention on them, proves in closed form what the training must converge",
        "to, and compares the three.",
        "",
        "  onestep verify                             all theorems, about half a minute",
        "  onestep verify thm1 --dimension 8          one theorem at another size",
        "  onestep reproduce ahn-depth --out results  a published result again, with its figure",
        "  onestep theory optimum --law law.json      the best step on your own law",
        "  onestep check-law --law law.json           does the theorem apply to your own law?",
        "  onestep list laws                          what a law file may contain",
        "  onestep doctor                             what runs on this machine",
      ].join("\n"),
    },
  }),
  {
    name: "onestep",
    versionInfo: { getCurrentVersion: async () => (await import("./version.ts")).version() },
    scanner: { caseStyle: "allow-kebab-for-camel", allowArgumentEscapeSequence: true },
    documentation: { caseStyle: "convert-camel-to-kebab", useAliasInUsageLine: false, onlyRequiredInUsageLine: true },
  },
);
