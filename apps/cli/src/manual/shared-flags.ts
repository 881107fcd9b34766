import { optionalFlag, switchFlag, type OptionalFlag, type SwitchFlag } from "../options/flags.ts";

// Flags that several commands have, in the same words.

export const jsonFlag: SwitchFlag = switchFlag("Print one JSON document on stdout");
export const quietTables: SwitchFlag = switchFlag("No progress bar and no tables, only the last line");
export const lawFlag: OptionalFlag<string> = optionalFlag(String, "file", "The law file; - reads standard input");
export const dryRunFlag: SwitchFlag = switchFlag("Check everything and say what would run, but run nothing");
export const modelFlags: Readonly<Record<"run" | "weights", OptionalFlag<string>>> = {
  run: optionalFlag(String, "folder", "The folder of a training, with its law"),
  weights: optionalFlag(String, "file", "Weights as npz or safetensors: key_query and value_projection, or P and Q"),
};
