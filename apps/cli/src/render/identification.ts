import type { Identification, IdentifiedAlgorithm, IdentifiedParameter, PromptExplanation } from "@onestep/lab";
import { formatEstimate, formatNumber } from "./number.ts";
import { plainTable } from "./plain-table.ts";
import type { Style } from "./style.ts";

/** Every algorithm with its best numbers and its residual, then the verdict. */
export function renderIdentification(found: Identification, style: Style, isQuiet: boolean): string {
  const verdict = [style.strong(verdictOf(found)), ...remarksOf(found).map((line) => style.faint(line))];
  if (isQuiet) return indented(verdict.slice(0, 1));
  const rows = found.algorithms.map((one) => [
    `${one.name}${one.isFarther ? "" : " *"}`,
    one.parameters.map(describeParameter).join(", "),
    residualOf(one),
  ]);
  const table = plainTable(["algorithm", "its numbers, ± 95 %", "residual"], rows, ["left", "left", "right"]);
  return indented([...table.split("\n"), "", ...verdict]);
}

/** How one prediction comes about: a line a labelled pair, then the sums. */
export function renderExplanation(
  { prediction, odd, even, contributions, interaction }: PromptExplanation,
  style: Style,
): string {
  const rows = contributions.map(({ response, similarity, contribution }, i) =>
    [i + 1, response, similarity, contribution].map((number) => formatNumber(number)),
  );
  const table = plainTable(["pair", "y", "⟨x, x_q⟩", "contribution"], rows, ["right", "right", "right", "right"]);
  // Where pairs act one by one, what is left is rounding.
  const together = Math.abs(interaction) <= 1e-12 * Math.abs(odd) ? 0 : interaction;
  const sums = [
    `${style.strong(`ŷ = ${formatNumber(prediction)}`)}: ${formatNumber(odd - together)} from pairs one by one, ${formatNumber(together)} from pairs`,
    `together, and ${formatNumber(even)} of the even part, which no step of gradient descent accounts for`,
  ];
  return indented([...table.split("\n"), "", ...sums]);
}

function verdictOf({ nearest, isWithinTolerance, tolerance, algorithms }: Identification): string {
  const { residual } = algorithms.find(({ name }) => name === nearest)!;
  const share = `residual ${formatEstimate(residual.value, residual.standardError, 3)}`;
  return isWithinTolerance
    ? `this is ${nearest}: ${share}`
    : `none of these within ${formatNumber(tolerance)}; the simplest of the nearest is ${nearest}: ${share}`;
}

function remarksOf({ leakage, tolerance, prompts, size }: Identification): string[] {
  return [
    "residual: √(E(ŷ − ŷ of the algorithm)²/E ŷ²); * within the tolerance of the nearest; the simplest of them has the",
    `fewest numbers to choose; tolerance ${formatNumber(tolerance)}, ${prompts.toLocaleString("en")} prompts`,
    leakage === null
      ? "the even part cannot be told from predictions alone"
      : `even part, which no step accounts for: √(E f_even²/E f_odd²) = ${formatEstimate(leakage.value, leakage.standardError, 3)}`,
    `size of the predictions: √(E ŷ²/E y_q²) = ${formatNumber(size, 3)}`,
  ];
}

function residualOf({ residual }: IdentifiedAlgorithm): string {
  return formatEstimate(residual.value, residual.standardError, 3);
}

/** `η = 0.038 ± 0.0002`, half the width of the interval. */
function describeParameter({ name, value, lower, upper }: IdentifiedParameter): string {
  const told = `${name} = ${formatNumber(value, 4)}`;
  if (lower === null || upper === null) return told;
  return lower === upper ? told : `${told} ± ${formatNumber((upper - lower) / 2, 2)}`;
}

function indented(lines: readonly string[]): string {
  return `${lines.map((line) => `  ${line}`.trimEnd()).join("\n")}\n`;
}
