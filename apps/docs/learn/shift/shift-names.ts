import { plain } from "../../figures/format-number.ts";
import type { ShiftName, TrainedSetting } from "./shift-setting.ts";

/** What a shift is called, beside its slider and along an axis. */
export interface NamedShift {
  readonly name: ShiftName;
  readonly label: string;
  readonly symbol: string;
  readonly across: string;
}

export const SHIFTS: readonly NamedShift[] = [
  { name: "length", label: "Context length", symbol: "m", across: "context length m at test" },
  { name: "covariates", label: "Variance of covariates", symbol: "κ", across: "variance κ of all covariates at test" },
  {
    name: "query",
    label: "… of the query alone",
    symbol: "ρ",
    across: "variance ρ of the query, relative to the context",
  },
  { name: "tasks", label: "Variance of tasks", symbol: "ω²", across: "variance ω² of tasks at test" },
  { name: "noise", label: "Noise variance", symbol: "σ²", across: "noise variance σ² at test" },
];

/** What the axis along a shift is called. */
export function acrossOf(name: ShiftName): string {
  return SHIFTS.find((shift) => shift.name === name)!.across;
}

/** What a shift amounts to at test, in numbers of the law. */
export function amountAtTest(
  { contextLength, noiseVariance }: TrainedSetting,
  name: ShiftName,
  amount: number,
): number {
  if (name === "length") return contextLength * amount;
  return name === "noise" ? noiseVariance + amount : amount;
}

/** An amount in three digits. */
export function shown(amount: number): string {
  return plain(Number(amount.toPrecision(3)));
}
