import { BackendError, childKey, DomainError, randomKey } from "@onestep/core";
import { parsePromptLaw, promptMoments } from "@onestep/data";
import { logSpaced, type PretrainingState } from "@onestep/model";
import { attempt } from "../attempt.ts";
import { besideOptimum, exactLossOf, lossOf, parametersOf, stepFacts, stepRows, unlessOverflow } from "./assess.ts";
import { checkTrainingConfig } from "./check-config.ts";
import type { TrainingConfig } from "./config.ts";
import { knownOptimum } from "./known-optimum.ts";
import type { TrainedParameters, TrainingPoint, TrainingReport, TrainingSnapshot } from "./training-report.ts";
import { builtInEngines, startRun, type TrainingEngines } from "./training-run.ts";

/** Where a training is. */
export interface TrainingState {
  readonly step: number;
  readonly steps: number;
  readonly loss: number;
  /** On the steps that are recorded. */
  readonly point?: TrainingPoint;
  /** Γ of one layer, row by row; read off the weights when it is asked for. */
  readonly preconditioner?: TrainingReport["preconditioner"];
  /** The weights; copied when they are asked for. */
  readonly parameters: TrainedParameters;
  /** On the steps that `checkpoints` asks for, and on the last one unless it finished. */
  readonly snapshot?: TrainingSnapshot;
}

/** How a training is run. */
export interface TrainingOptions {
  /** An `AbortSignal`: the run ends after the current step, with a report of what it has. */
  readonly signal?: { readonly aborted: boolean };
  /** Where to go on; of the same config. */
  readonly snapshot?: TrainingSnapshot | undefined;
  /** After every step; awaited, so that a host can write, or look around, before the next. */
  readonly onState?: (state: TrainingState) => void | Promise<void>;
  /** Which states carry a snapshot, by steps done; none by default. */
  readonly checkpoints?: (step: number) => boolean;
  /** The backend of the config, opened: needed for those of TensorFlow.js alone. */
  readonly engines?: TrainingEngines;
}

/** How many points of a decade of steps are recorded. */
const POINTS_A_DECADE = 24;

/**
 * Trains a model as a config says, and holds it against what theory knows of the law.
 *
 * Its random numbers are at `seed/training`: the same config gives the same report, byte by byte, whoever runs it and
 * however often it was interrupted.
 *
 * @throws as `checkTrainingConfig`, and DomainError for a snapshot of another config; BackendError for a backend that is
 * not given
 */
export async function runTraining(value: unknown, options: TrainingOptions = {}): Promise<TrainingReport> {
  const config = checkTrainingConfig(value, "config");
  const law = parsePromptLaw(config.law);
  const moments = attempt(() => promptMoments(law));
  const optimum = knownOptimum(law, config.model, moments);
  const key = childKey(randomKey(config.seed), "training");
  const { snapshot, onState, engines, ...interplay } = options;
  if (snapshot !== undefined) requireSameConfig(config, snapshot);
  const run = startRun(config, law, {
    ...interplay,
    key,
    engines: engines ?? builtInEngines(config) ?? notOpened(config),
    snapshot: snapshot?.pretraining,
  });
  const { steps } = config.training;
  const isRecorded = logSpaced({ perDecade: POINTS_A_DECADE });
  const trainingLoss = [...(snapshot?.trainingLoss ?? [])];
  const pointOf = (state: PretrainingState<unknown>): TrainingPoint => {
    const { step, loss } = state;
    const transformer = run.transformerOf(state);
    const exactLoss = unlessOverflow(() => exactLossOf(law, transformer));
    return {
      step,
      loss,
      ...(exactLoss === undefined ? {} : { exactLoss }),
      ...stepFacts(law, transformer, optimum),
    };
  };
  let last: PretrainingState<unknown> | undefined;
  for await (const state of run.states) {
    last = state;
    const { step, loss, status, isCheckpoint } = state;
    // A run that diverges ends with a state that it had before.
    const point = status !== "diverged" && (isRecorded(step) || step === steps) ? pointOf(state) : undefined;
    if (point !== undefined) trainingLoss.push(point);
    await onState?.({
      step,
      steps,
      loss,
      get preconditioner() {
        return stepRows(law, run.transformerOf(state)).preconditioner;
      },
      get parameters() {
        return parametersOf(config, law, run.transformerOf(state));
      },
      ...(point === undefined ? {} : { point }),
      ...(isCheckpoint && step < steps
        ? { snapshot: { config, pretraining: state.snapshot, trainingLoss: [...trainingLoss] } }
        : {}),
    });
  }
  const { status, step, path } = last!;
  const transformer = run.transformerOf(last!);
  const fresh = { key: childKey(key, "fresh"), moments, optimum };
  return {
    config,
    status: status === "diverged" || status === "interrupted" ? status : "finished",
    steps: step,
    ...(path === undefined ? {} : { path }),
    trainingLoss,
    ...besideOptimum(
      // A run that is to end waits for no estimate.
      status === "interrupted" ? undefined : unlessOverflow(() => lossOf(config, law, transformer, fresh)),
      optimum,
    ),
    ...stepFacts(law, transformer, optimum),
    ...stepRows(law, transformer),
    parameters: parametersOf(config, law, transformer),
  };
}

function requireSameConfig(config: TrainingConfig, snapshot: TrainingSnapshot): void {
  if (JSON.stringify(config) === JSON.stringify(snapshot.config)) return;
  throw new DomainError({
    where: "runTraining.snapshot",
    expected: "a snapshot of this very config",
    arrived: "one of another config",
    hint: "only with the same config is it the same run: begin anew",
  });
}

function notOpened({ backend }: TrainingConfig): never {
  throw new BackendError({
    where: "runTraining.engines",
    expected: `the backend ${backend}, opened`,
    arrived: "none",
    hint: "load TensorFlow.js and give its engines, or use the backend wasm, which needs nothing loaded",
  });
}
