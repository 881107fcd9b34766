import type { TrainingConfig } from "@onestep/lab";
import { watch } from "vue";

import type { TrainingSession } from "../training/session.ts";
import type { Survey } from "./survey.ts";

/** The draws by which an algorithm is told: roughly while training plays, in earnest where it rests. */
const DRAWS = { playing: 400, resting: 2000 };
/** From one question to the next while it plays, in milliseconds. */
const PAUSE = 1000;

/** Asks a survey which algorithm the weights are, as training goes on. */
export function followAlgorithm(
  survey: Survey,
  { trace, status }: Pick<TrainingSession, "trace" | "status">,
  config: () => TrainingConfig,
): void {
  let hasAsked = false;
  const latest = () => trace.value.findLast(({ parameters }) => parameters !== undefined);
  watch([latest, status], ([at, now]) => {
    if (at?.parameters === undefined) return;
    const isPlaying = now === "playing";
    const { step, parameters } = at;
    if (isPlaying && hasAsked) return;
    if (!isPlaying && survey.identified.value?.step === step && survey.identified.value.prompts === DRAWS.resting)
      return;
    hasAsked = true;
    setTimeout(() => (hasAsked = false), PAUSE);
    survey.identify({ config: config(), parameters, step, draws: isPlaying ? DRAWS.playing : DRAWS.resting });
  });
}
