import type { LawCheck } from "@onestep/lab";
import { formatNumber } from "./number.ts";
import type { Style } from "./style.ts";

/** What was found of a law: the verdict in words, then what it rests on. */
export function renderLawCheck(
  { conclusion, applies, sentences, tests, momentConditions, prompts }: LawCheck,
  style: Style,
): string {
  const evidence = [
    `from ${prompts.toLocaleString("en")} prompts; p-values of symmetries and of moment conditions, adjusted for their number`,
    ...[...tests, ...momentConditions].map(({ name, adjustedPValue }) => {
      return `${name.padEnd(22)}${formatNumber(adjustedPValue, 2)}`;
    }),
  ];
  const lines = [
    conclusion === "undecided"
      ? style.strong(conclusion)
      : `${style.strong(conclusion)}, ${applies === "no" ? "and no theorem applies" : applies}`,
    ...sentences,
    "",
    ...evidence.map((line) => style.faint(line)),
  ];
  return `${lines.map((line) => `  ${line}`.trimEnd()).join("\n")}\n`;
}
