import { checkLaw, checkPrompts, type LawCheck } from "@onestep/lab";
import type { CliContext } from "../context.ts";
import { UsageError } from "../errors.ts";
import { exitCodes } from "../exit-codes.ts";
import { lawFlagsAmong, type LawSource } from "../options/law-flags.ts";
import { readLaw } from "../options/read-law.ts";
import { readPromptsFile } from "../options/prompts-file.ts";
import { settle } from "../outcome.ts";
import { renderLawCheck } from "../render/law-check.ts";
import { progressLine, type ProgressLine } from "../render/progress-line.ts";
import { styleFor } from "../render/style.ts";

/** The flags of `onestep check-law`. */
export interface CheckLawFlags extends LawSource {
  readonly prompts?: string;
  readonly draws?: number;
  readonly seed: number;
  readonly json: boolean;
  readonly quiet: boolean;
}

/** `onestep check-law`: does the theorem apply to this law, exactly, approximately, or not? */
export default async function check(this: CliContext, flags: CheckLawFlags): Promise<void> {
  await settle(this, flags, () => {
    const { stdout, stderr } = this.terminal;
    const line = progressLine(stderr, !flags.quiet);
    let found: LawCheck;
    try {
      found = checkWhatIsGiven(flags, line);
    } finally {
      line.clear();
    }
    const style = styleFor(stdout, process.env);
    stdout.write(flags.json ? `${JSON.stringify(found)}\n` : renderLawCheck(found, style));
    return Promise.resolve(found.conclusion === "undecided" ? exitCodes.undecided : 0);
  });
}

function checkWhatIsGiven(flags: CheckLawFlags, line: ProgressLine): LawCheck {
  const onProgress = (doing: string, share: number): void => line.update(`${doing}: ${Math.round(100 * share)} %`);
  const { prompts, draws, seed } = flags;
  const namesLaw = flags.law !== undefined || lawFlagsAmong(flags).length > 0;
  if (draws !== undefined && !(Number.isSafeInteger(draws) && draws >= 1)) throw notACount(draws);
  if (namesLaw && prompts === undefined)
    return checkLaw(readLaw("check-law", flags), { seed, prompts: draws, onProgress });
  if (!namesLaw && prompts !== undefined && draws === undefined)
    return checkPrompts(readPromptsFile(prompts, "--prompts"), { seed, onProgress });
  throw new UsageError({
    where: "check-law",
    expected: "a law to draw from, or prompts that were drawn",
    arrived: namesLaw || draws !== undefined ? "both" : "neither",
    hint: "onestep check-law --law law.json, or onestep check-law --prompts prompts.csv",
  });
}

function notACount(draws: number): UsageError {
  return new UsageError({
    where: "--draws",
    expected: "a whole number of prompts from 1 on",
    arrived: String(draws),
    hint: "without --draws, 4000 are drawn, and more where they do not decide",
  });
}
