import { buildCommand, type Command } from "@stricli/core";
import type { LandscapeFlags } from "../commands/landscape.ts";
import type { CliContext } from "../context.ts";
import { partFlags, sizeFlags } from "../options/law-flags.ts";
import { parseNumber } from "../options/numbers.ts";
import { briefs } from "./briefs.ts";
import { jsonFlag, lawFlag, modelFlags, quietTables } from "./shared-flags.ts";

/** What `onestep landscape --help` reads aloud. */
export const landscape: Command<CliContext> = buildCommand<LandscapeFlags, [], CliContext>({
  loader: () => import("../commands/landscape.ts"),
  parameters: {
    positional: { kind: "tuple", parameters: [] },
    flags: {
      ...modelFlags,
      law: lawFlag,
      ...partFlags,
      ...sizeFlags,
      tolerance: {
        kind: "parsed",
        parse: parseNumber,
        brief: "How far a stationary point may be, as a share of the parameters' size",
        placeholder: "share",
        default: "0.02",
      },
      json: jsonFlag,
      quiet: quietTables,
    },
  },
  docs: {
    brief: briefs.landscape,
    fullDescription: [
      "Finds the stationary point of the pre-training loss next to a trained model, by Newton's method on the exact loss of",
      "the law, and counts the directions in which the loss curves down, not at all, and up. The verdict is a global minimum,",
      "a spurious stationary point, a saddle with its index, or not stationary. Flat directions are held against those that",
      "reparametrisations explain: (c·u, M/c), mixtures of heads, and the dead last column of M.",
      "",
      "Known losses: one layer on a Gaussian linear law; one layer without an even part on any law with moments; layers",
      "a_l Σ⁻¹ on laws that are isotropic in white coordinates. Others are refused; onestep identify looks at any model.",
      "",
      "With --json: { verdict: global-minimum | spurious-minimum | saddle | not-stationary, index, among, loss, optimalLoss,",
      "attains, excessLoss, distance, slope, moved, inertia: { negative, zero, positive }, gaugeDirections, stationaryLoss,",
      "tolerance }.",
      "",
      "Exit code: 0 whatever the verdict, 2 usage, 3 refused (domain, shape, assumption, …).",
    ].join("\n"),
    customUsage: [
      { input: "--run run", brief: "has onestep train found a global minimum?" },
      { input: "--weights run/weights.npz --law law.json --json", brief: "weights of your own, for a program to read" },
    ],
  },
});
