import { buildCommand, type Command } from "@stricli/core";
import type { ExportFlags } from "../commands/export.ts";
import type { CliContext } from "../context.ts";
import { parseCount } from "../options/numbers.ts";
import { briefs } from "./briefs.ts";
import { jsonFlag } from "./shared-flags.ts";

/** What `onestep export --help` reads aloud. */
export const exportRun: Command<CliContext> = buildCommand<ExportFlags, [], CliContext>({
  loader: () => import("../commands/export.ts"),
  parameters: {
    positional: { kind: "tuple", parameters: [] },
    flags: {
      run: { kind: "parsed", parse: String, brief: "The folder of a training", placeholder: "folder" },
      to: {
        kind: "enum",
        values: ["npz", "safetensors", "json", "csv"],
        brief: "npz and safetensors: the weights; json: the config; csv: prompts of the law",
      },
      out: { kind: "parsed", parse: String, brief: "The file to write; - for stdout", placeholder: "file" },
      prompts: {
        kind: "parsed",
        parse: parseCount,
        brief: "How many prompts a csv has",
        placeholder: "N",
        default: "100",
      },
      json: jsonFlag,
    },
  },
  docs: {
    brief: briefs.export,
    fullDescription: [
      "Weights are in onestep's own convention: key_query and value_projection of one layer, ŷ = uᵀ G M v_q; P and Q of",
      "every other model. Prompts have the header prompt,role,x1,…,xd,y.",
    ].join("\n"),
    customUsage: [
      { input: "--run run --to safetensors --out layer.safetensors", brief: "for Python" },
      { input: "--run run --to json --out config.json", brief: "the config, to train again elsewhere" },
      { input: "--run run --to json --out -", brief: "the config, into a pipe" },
      { input: "--run run --to csv --prompts 1000 --out drawn.csv", brief: "prompts of its law, as a table" },
    ],
  },
});
