import type { CheckedOptimum, LawCheck } from "@onestep/lab";
import { formatEstimate, formatNumber } from "./number.ts";
import type { Style } from "./style.ts";

/** Larger matrices are for `--json`. */
const MOST_COLUMNS = 8;

/** What was found of a law: the verdict in words, the best step, then what it rests on. */
export function renderLawCheck(
  { conclusion, applies, sentences, tests, momentConditions, optimum, prompts }: LawCheck,
  style: Style,
): string {
  const evidence = [
    `from ${prompts.toLocaleString("en")} prompts; p-values of symmetries and of moment conditions, adjusted for their number`,
    ...[...tests, ...momentConditions].map(({ name, adjustedPValue }) => {
      return `${name.padEnd(22)}${formatNumber(adjustedPValue, 2)}`;
    }),
  ];
  const lines = [
    `${style.strong(conclusion)}${howFar[applies]}`,
    ...sentences,
    "",
    ...optimumLines(optimum),
    "",
    ...evidence.map((line) => style.faint(line)),
  ];
  return `${lines.map((line) => `  ${line}`.trimEnd()).join("\n")}\n`;
}

const howFar: Readonly<Record<LawCheck["applies"], string>> = {
  exactly: ", exactly",
  approximately: ", approximately",
  no: ", and no theorem applies",
  undecided: "",
};

/** The best step of the concluded form, or Γ row by row, and its loss; estimates with their standard errors. */
function optimumLines(optimum: CheckedOptimum): string[] {
  const { stepSize, whitenedStepSize, preconditioner } = optimum;
  const errors = "standardError" in optimum ? optimum : undefined;
  const loss = typeof optimum.loss === "number" ? { estimate: optimum.loss, standardError: 0 } : optimum.loss;
  const rows =
    preconditioner.length > MOST_COLUMNS
      ? ["  --json prints it"]
      : preconditioner.map((row, i) =>
          row.map((entry, j) => formatEstimate(entry, errors?.standardError[i][j] ?? 0, 4).padStart(12)).join("  "),
        );
  return [
    ...(stepSize !== null ? [`η = ${formatEstimate(stepSize, errors?.stepSizeStandardError ?? 0)}`] : []),
    ...(stepSize === null && whitenedStepSize !== undefined
      ? [`η of ηΣ⁻¹ = ${formatEstimate(whitenedStepSize, errors?.whitenedStepSizeStandardError ?? 0)}`]
      : []),
    ...(stepSize === null && whitenedStepSize === undefined ? ["the best step Γ", ...rows] : []),
    `loss of the best step = ${formatEstimate(loss.estimate, loss.standardError)}`,
  ];
}
