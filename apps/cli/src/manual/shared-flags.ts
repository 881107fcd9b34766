import { optionalFlag, switchFlag, type OptionalFlag, type SwitchFlag } from "../options/flags.ts";

// Flags that several commands have, in the same words.

export const jsonFlag: SwitchFlag = switchFlag("Print one JSON document on stdout");
export const quietTables: SwitchFlag = switchFlag("No progress bar and no tables, only the last line");
export const lawFlag: OptionalFlag<string> = optionalFlag(String, "file", "The law file; - reads standard input");
export const dryRunFlag: SwitchFlag = switchFlag("Check everything and say what would run, but run nothing");
