import { significant } from "../../figures/format-number.ts";
import { agreementOf } from "./agreement.ts";
import type { ShiftEstimate } from "./draw-shift.ts";
import type { ShiftedRisks } from "./shifted-risks.ts";

const share = (value: number): string => `${significant(100 * value, 3)} %`;

/** What theory says of a shift, before anything is measured. */
export function predictedVerdict({ trained: error, retrained }: ShiftedRisks): string {
  const cost = error / retrained - 1;
  if (error > 10) return `Broken: an error ${significant(error, 3)} times as large as that of always saying 0.`;
  if (error > 1) return `Broken: an error of ${share(error)} of E y². Always to say 0 errs by 100 %.`;
  if (cost < 1e-9) return `It costs nothing: no step does better here. The error is ${share(error)} of E y².`;
  return `An error of ${share(error)} of E y², ${share(cost)} above that of a layer trained here.`;
}

/** What has been measured, and how it stands to theory once all of it is. */
export function measuredVerdict(risks: ShiftedRisks, estimate: ShiftEstimate, isFinished: boolean): string {
  const { trained: error, energy } = risks;
  const { prompts, loss, standardError } = estimate;
  const measured = `${significant(loss / energy, 4)} ± ${significant(standardError / energy, 2)}`;
  const on = `on ${prompts.toLocaleString("en")} prompts`;
  if (!isFinished) return `Measured so far ${measured} ${on}.`;
  const { z, error: off, isReached } = agreementOf(estimate, error * energy);
  const apart = `${significant(Math.abs(z), 2)} standard errors apart`;
  return isReached
    ? `Measured ${measured} ${on}, theory ${significant(error, 4)}: they agree, ${share(off)} and ${apart}.`
    : `Measured ${measured} ${on}, theory ${significant(error, 4)}: ${apart}. Try another seed: heavy tails need more prompts.`;
}
