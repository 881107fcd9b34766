import { SHIFT_CHOICES, type Shift, type ShiftName, type TrainedSetting } from "./shift-setting.ts";
import { shiftedRisks, type ShiftedRisks } from "./shifted-risks.ts";

/** Errors at one amount of a shift. */
export interface ShiftPoint extends ShiftedRisks {
  readonly amount: number;
}

/** How finely a curve is drawn. */
const POINTS = 25;

/** Errors along one shift, the others where they are. */
export function shiftCurve(trained: TrainedSetting, shift: Shift, along: ShiftName): readonly ShiftPoint[] {
  return amountsOf(along, trained.contextLength).map((amount) => ({
    amount,
    ...shiftedRisks(trained, { ...shift, [along]: amount }),
  }));
}

/** From one end of the slider to the other: evenly for the noise, in ratios for factors, in whole lengths for lengths. */
function amountsOf(along: ShiftName, contextLength: number): readonly number[] {
  const choices = SHIFT_CHOICES[along];
  const [from, to] = [choices[0], choices[choices.length - 1]];
  const shares = Array.from({ length: POINTS }, (_, k) => k / (POINTS - 1));
  if (along === "noise") return shares.map((share) => from + share * (to - from));
  const factors = shares.map((share) => from * (to / from) ** share);
  if (along !== "length") return factors;
  return [...new Set(factors.map((factor) => Math.round(factor * contextLength)))].map((n) => n / contextLength);
}
