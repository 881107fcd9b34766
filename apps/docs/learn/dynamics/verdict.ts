import { percent, significant } from "../../figures/format-number.ts";
import type { FlowFacts, PlateauFact } from "./plateau-facts.ts";

/** What theory has said before anything is trained. */
export function predictedVerdict({ falls }: FlowFacts): string {
  const times = falls.every(({ predicted }) => predicted !== undefined) ? ", and when it will fall" : "";
  return `Nothing is trained yet. Theory has already drawn where the loss will pause${times}.`;
}

/** How far a training has come. */
export function passingVerdict({ plateaus, falls }: FlowFacts): string {
  const due = falls.find(({ seen }) => seen === undefined)?.predicted;
  const next = due === undefined ? "" : ` The next fall is due at t = ${significant(due, 3)}.`;
  return `${visited(plateaus)} of ${plateaus.length} plateaus visited so far.${next}`;
}

/** What a training has come to. */
export function finalVerdict({ plateaus, falls, isConfirmed }: FlowFacts): string {
  if (isConfirmed) {
    const worst = Math.max(...plateaus.map(({ error }) => error ?? 0));
    const late = Math.max(...falls.map(({ error }) => error ?? 0));
    const timely = late === 0 ? "" : `, and each fall came within ${percent(late)} of its time`;
    return `As predicted: each of the ${plateaus.length} plateaus was visited within ${percent(Math.max(worst, 1e-4))} of its height${timely}.`;
  }
  return visited(plateaus) < plateaus.length
    ? `${visited(plateaus)} of ${plateaus.length} plateaus were visited. From so large a start the others are passed in full flight: start smaller, and they come back.`
    : "All plateaus were visited, but not at the predicted times: the start was too large to wait on them.";
}

function visited(plateaus: readonly PlateauFact[]): number {
  return plateaus.filter(({ isVisited }) => isVisited).length;
}
