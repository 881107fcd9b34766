import type { JudgedClaim, Verdict } from "@onestep/lab";

const SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹";

/**
 * A number in at most so many significant digits, as a person writes it.
 *
 * @example
 * numberText(0.000012345, 3); // => "1.23·10⁻⁵"
 */
export function numberText(value: number, digits = 5): string {
  const size = Math.abs(value);
  if (value !== 0 && (size < 1e-4 || size >= 1e6)) {
    const [mantissa = "", power = ""] = value.toExponential(Math.min(digits, 3) - 1).split("e");
    const raised = power
      .replace("+", "")
      .replace("-", "⁻")
      .replace(/\d/g, (digit) => SUPERSCRIPTS[Number(digit)]);
    return signed(`${Number(mantissa)}·10${raised}`);
  }
  return signed(String(Number(value.toPrecision(digits))));
}

/** What was observed, with its standard error where it has one. */
export function observedText({ observed, standardError }: JudgedClaim): string {
  return standardError === 0 ? numberText(observed) : `${numberText(observed)} ± ${numberText(standardError, 2)}`;
}

/** How near, or on which side, the observation must be. */
export function toleranceText({ relation, tolerance, standardError }: JudgedClaim): string {
  switch (relation) {
    case "within":
      return `within ${numberText(tolerance, 3)}`;
    case "estimates":
      return `within 4 errors, ${numberText(4 * standardError, 2)}`;
    case "above":
      return tolerance === 0 ? "above" : `above by ${numberText(tolerance, 3)}`;
    case "below":
      return tolerance === 0 ? "below" : `below by ${numberText(tolerance, 3)}`;
  }
}

/** A verdict is told by its sign too, not by its colour alone. */
export const verdictSigns: Readonly<Record<Verdict, string>> = { supported: "✓", contradicted: "✗", undecided: "?" };

/** The verdict, and what would decide a claim that noise leaves undecided. */
export function verdictText({ verdict, drawsToDecide }: JudgedClaim): string {
  const told = `${verdictSigns[verdict]} ${verdict}`;
  if (drawsToDecide === undefined) return told;
  return `${told}: about ${numberText(drawsToDecide, 2)} times the draws would decide`;
}

/** `"19 of 19 claims supported"`, and what became of the others. */
export function countsText({ supported, contradicted, undecided }: Readonly<Record<Verdict, number>>): string {
  const all = supported + contradicted + undecided;
  const others = [
    ...(contradicted === 0 ? [] : [`${contradicted} contradicted`]),
    ...(undecided === 0 ? [] : [`${undecided} undecided`]),
  ];
  return [`${supported} of ${all} claims supported`, ...others].join(", ");
}

function signed(text: string): string {
  return text.replace("-", "−");
}
