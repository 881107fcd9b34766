import { lawFileOfFlags, parsePromptLaw, withTables, type LawFlags, type PromptLaw } from "@onestep/data";
import { UsageError } from "../errors.ts";
import { lawFlagsAmong, type LawSource } from "./law-flags.ts";
import { readLawFile, readTableFile } from "./law-file.ts";

/**
 * The law that the flags name: a file's, or one that is composed of its parts.
 *
 * @throws UsageError for a file beside parts, for parts without a context length, and whatever the law itself refuses
 */
export function readLaw(command: string, { law, ...flags }: LawSource): PromptLaw {
  const [given] = lawFlagsAmong(flags);
  if (law === undefined) return composeLaw(command, flags);
  if (given === undefined) return readLawFile(law);
  throw new UsageError({
    where: command,
    expected: "--law alone: the law file says it all",
    arrived: `${given} beside it`,
    hint: "leave one of them out",
  });
}

function composeLaw(command: string, flags: LawFlags): PromptLaw {
  if (flags.context !== undefined) {
    return parsePromptLaw(withTables(lawFileOfFlags(flags), (table) => readTableFile(table, ".")));
  }
  throw new UsageError({
    where: command,
    expected: "--context n, the labelled pairs in a prompt",
    arrived: `${lawFlagsAmong(flags).join(", ")} without it`,
    hint: "add --context 20",
  });
}
