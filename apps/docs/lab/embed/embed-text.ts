import { fixed, percent } from "../../figures/format-number.ts";
import { STEPS, TOLERANCE, type TrainingSetting } from "../../learn/theorem-1/training-setting.ts";
import { factsOf } from "../../training/gamma-facts.ts";
import type { Gamma } from "../../training/trained-gamma.ts";

/** What the element trains. */
export function captionOf({ contextLength, dimension, noiseVariance, seed }: TrainingSetting): string {
  return `A layer of linear attention learns in context: n = ${contextLength} pairs, d = ${dimension}, σ² = ${noiseVariance}, seed ${seed}.`;
}

/** What its button does. */
export function buttonText({ isPlaying, step }: { readonly isPlaying: boolean; readonly step: number }): string {
  if (isPlaying) return "Pause";
  if (step === 0) return "Train";
  return step === STEPS ? "Again" : "Go on";
}

/** How a training stands to theory; before its first step, what theory says. */
export function standing(
  stepSize: number,
  gamma: Gamma | undefined,
): { readonly text: string; readonly arrived: boolean } {
  if (gamma === undefined) {
    return {
      text: `Theory says: one step of gradient descent, of size η* = ${stepSize.toPrecision(4)}.`,
      arrived: false,
    };
  }
  const { distance } = factsOf(gamma, stepSize);
  const away = percent(distance);
  return distance <= TOLERANCE
    ? { text: `Γ is within ${away} of η*I: the layer has found the step of theory.`, arrived: true }
    : { text: `Γ is ${away} away from η*I.`, arrived: false };
}

/** A row of the table: the step, the mean of Γ's diagonal, and its distance to η*I. */
export function cellsOf(step: number, stepSize: number, gamma: Gamma): readonly string[] {
  const { meanDiagonal, distance } = factsOf(gamma, stepSize);
  return [String(step), fixed(meanDiagonal, 5), percent(distance)];
}
