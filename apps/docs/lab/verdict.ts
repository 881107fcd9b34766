import { FALSE_ALARM, judge, type TrainingReport } from "@onestep/lab";

import type { LabTheory } from "./lab-theory.ts";
import { short } from "./short-number.ts";

/** What is known of a training, for its verdict. */
export interface Standing {
  readonly step: number;
  /** ‖Γ − Γ*‖ / ‖Γ*‖ at the last recorded step. */
  readonly distance?: number | undefined;
  /** Whether every step is done. */
  readonly hasEnded?: boolean;
  readonly report?: TrainingReport | undefined;
}

export interface LabVerdict {
  readonly outcome: "not begun" | "not yet" | "supported" | "contradicted" | "undecided" | "no theory";
  readonly text: string;
}

/** Γ has arrived within this, or within what sampling leaves it. */
const TOLERANCE = 0.01;
/** The distance that a plan promises is a root mean square: few runs are this far beyond it. */
const ROOM = 1.5;

/** How near Γ must come to Γ*. */
export function toleranceOf({ plannedDistance = 0 }: Pick<LabTheory, "plannedDistance">): number {
  return Math.max(TOLERANCE, ROOM * plannedDistance);
}

/** What theory and training say of one another, in a sentence. */
export function verdictOf(
  theory: LabTheory | undefined,
  { step, distance, hasEnded = false, report }: Standing,
): LabVerdict {
  if (theory === undefined) return { outcome: "not begun", text: "Theory is being computed for this law." };
  const { optimum } = theory;
  if (optimum === undefined) return withoutTheory(theory, step);
  if (step === 0) {
    const loss = short(optimum.loss, 4);
    const what = optimum.attains === "minimum" ? `L* = ${loss}` : `the best loss that theory knows, ${loss},`;
    return { outcome: "not begun", text: `Nothing is trained yet. Theory is drawn first: ${what} is the dashed line.` };
  }
  if (optimum.preconditioner !== undefined && distance !== undefined) return byDistance(theory, distance);
  return report === undefined || report.loss === null
    ? {
        outcome: "not yet",
        text: hasEnded
          ? "The run has ended: its loss is being judged."
          : "Not yet: its loss is judged when the run ends.",
      }
    : byLoss(optimum, report, report.loss);
}

function byDistance(theory: LabTheory, distance: number): LabVerdict {
  const name = starOf(theory);
  const percent = `${short(100 * distance, 2)} %`;
  const tolerance = toleranceOf(theory);
  if (distance <= tolerance) {
    const sampling =
      tolerance > TOLERANCE && theory.plannedDistance !== undefined
        ? `, as near as so many prompts can tell: they leave about ${short(100 * theory.plannedDistance, 2)} %`
        : "";
    return { outcome: "supported", text: `Supported: Γ is within ${percent} of ${name}${sampling}.` };
  }
  return { outcome: "not yet", text: `Not yet: Γ is ${percent} away from ${name}.` };
}

function byLoss(optimum: NonNullable<LabTheory["optimum"]>, report: TrainingReport, loss: number): LabVerdict {
  const { attains } = optimum;
  const source = optimum.source;
  const { verdict } = judge(
    {
      name: "excess loss",
      relation: "within",
      predicted: 0,
      observed: attains === "minimum" ? loss - optimum.loss : Math.max(0, loss - optimum.loss),
      standardError: report.standardError ?? 0,
      tolerance: 0.02 * Math.abs(optimum.loss),
      source,
    },
    { falseAlarm: FALSE_ALARM },
  );
  const best = attains === "minimum" ? "the least there is" : "the best that theory knows";
  const told = `the loss is ${short(loss, 4)}, and ${best} is ${short(optimum.loss, 4)}`;
  if (verdict === "supported") return { outcome: "supported", text: `Supported: ${told}.` };
  // A training may stop short of a minimum: that is no contradiction of theory.
  if (loss > optimum.loss)
    return { outcome: "not yet", text: `Not there: ${told}. Train longer, or from more starts.` };
  return { outcome: verdict, text: `${verdict === "contradicted" ? "Contradicted" : "Undecided"}: ${told}.` };
}

function withoutTheory({ certificate }: LabTheory, step: number): LabVerdict {
  const begun = step === 0 ? "" : " What is trained is measured all the same.";
  const reason = certificate?.[0] ?? "The prompts of the law are being tested for its symmetries.";
  return {
    outcome: "no theory",
    text: `No formula here gives the optimum of this model on this law. ${reason}${begun}`,
  };
}

/** How Γ* is written: η*I, η*Σ⁻¹, or Γ* where it has no shorter name. */
export function starOf({ form }: LabTheory): string {
  if (form?.conclusion === "one-step") return "η*I";
  return form?.conclusion === "preconditioned-step" ? "Γ* = η*Σ⁻¹" : "Γ*";
}
