import { childKey, DomainError, randomKey, toRows } from "@onestep/core";
import { describePromptLaw, promptMoments } from "@onestep/data";
import { inducedStep, type LsaEngine, type PretrainingState } from "@onestep/model";
import { FALSE_ALARM, judged, verdictOfAll, type Claim, type JudgedClaim } from "./claim.ts";
import type { Trial } from "./experiment.ts";
import { gaussianLinearPopulation } from "./gaussian-linear-law.ts";
import { optimumOfLaw } from "./optimum-of-law.ts";
import { estimateLayer } from "./measure/layer-energies.ts";
import type { TrialReport } from "./report.ts";
import { planTraining } from "./training-budget.ts";
import { courseOfLayer } from "./training/pretraining-plan.ts";
import { trainingSource } from "./training-source.ts";
import { claimsOfDeparture, claimsOfOptimum, tolerances, type TrialEvidence } from "./trial-claims.ts";

/** Where a running trial is. */
export interface TrialProgress {
  readonly step: number;
  readonly steps: number;
  readonly loss: number;
}

/** How a trial is run. */
export interface TrialOptions {
  readonly seed: number;
  readonly engine: LsaEngine;
  /** Overrides the planned number of training steps. */
  readonly steps?: number | undefined;
  readonly onProgress?: (progress: TrialProgress) => void;
  /** An `AbortSignal`: the run ends after the current step. */
  readonly signal?: { readonly aborted: boolean };
}

const LEARNING_RATE = 0.02;
const STARTS = 9;

/** No more fresh prompts than these are drawn to estimate a loss. */
const FRESH_PROMPTS_LIMIT = 4_000_000;

/**
 * Trains a layer on a trial's law and holds it against the theory.
 *
 * The three witnesses meet here and nowhere else: `data` samples prompts at the addresses `seed/trial/train:step` (or
 * `kernels` do, see `trainingSource`) and `seed/trial/fresh`, `model` trains on them from small random parameters, `theory` predicts from the law's moments.
 *
 * @returns the report, or undefined when the signal ended the run: a layer half trained is judged by nobody
 * @throws AssumptionError where the law declares too little for a prediction; BackendError from the engine
 */
export async function runTrial(trial: Trial, options: TrialOptions): Promise<TrialReport | undefined> {
  const { law } = trial;
  const { engine, seed } = options;
  const moments = promptMoments(law);
  const optimum = optimumOfLaw(law, moments);
  const optimalLoss = optimum.loss;
  requireSomethingToLearn(optimalLoss);
  const prediction = trial.prediction ?? optimum.preconditioner;

  const planned = planTraining(moments, { preconditioner: prediction.value, loss: optimalLoss }, tolerances);
  const budget = { ...planned, steps: options.steps ?? planned.steps };
  const key = childKey(randomKey(seed), trial.id);
  const trained = await train(trial, options, budget, key);
  if (trained.last.status === "interrupted") return undefined;

  const estimates = await estimateLayer(law, trained.last.parameters, {
    key: childKey(key, "fresh"),
    optimalLoss,
    relativeError: tolerances.lossError,
    limit: FRESH_PROMPTS_LIMIT,
  });
  const evidence: TrialEvidence = {
    trial,
    moments,
    prediction,
    optimalLoss,
    population: gaussianLinearPopulation(law),
    parameters: trained.last.parameters,
    blocks: trained.last.blocks,
    estimates,
  };
  const findings = moments.evenPartDecouples === "proved" ? claimsOfOptimum(evidence) : claimsOfDeparture(evidence);
  const drawn = budget.steps * budget.promptsPerStep;
  const isShort = drawn < budget.neededPrompts;
  const claims = judgeTrained(findings.claims, isShort);
  const status = trained.last.status === "diverged" ? "diverged" : "finished";
  return {
    id: trial.id,
    title: trial.title,
    verdict: verdictOfAll(claims.map(({ verdict }) => verdict)),
    status,
    claims,
    notes: isShort ? [...findings.notes, shortRunNote(drawn, budget.neededPrompts)] : findings.notes,
    trainingLoss: trained.trainingLoss,
    training: { ...budget, optimizer: "adam", learningRate: LEARNING_RATE, starts: STARTS },
    preconditioner: toRows(inducedStep(trained.last.parameters).preconditioner),
    optimum: toRows(prediction.value),
    optimalLoss,
    seed,
    backend: engine.name,
    ...(trained.last.path === undefined ? {} : { path: trained.last.path }),
    law: describePromptLaw(law),
  };
}

async function train(
  { law }: Trial,
  { engine, onProgress, signal }: TrialOptions,
  { steps, promptsPerStep }: { readonly steps: number; readonly promptsPerStep: number },
  key: ReturnType<typeof randomKey>,
): Promise<{ last: PretrainingState; trainingLoss: { step: number; loss: number }[] }> {
  const run = trainingSource(law, engine, { key, count: promptsPerStep }).pretrain({
    key: childKey(key, "initial"),
    ...courseOfLayer({ optimizer: "adam", learningRate: LEARNING_RATE, starts: STARTS, steps }),
    ...(signal === undefined ? {} : { signal }),
  });
  const trainingLoss: { step: number; loss: number }[] = [];
  let last: PretrainingState | undefined;
  for await (const state of run) {
    last = state;
    if (isRecorded(state.step, steps) || state.status !== "running") {
      trainingLoss.push({ step: state.step, loss: state.loss });
      onProgress?.({ step: state.step, steps, loss: state.loss });
    }
  }
  return { last: last!, trainingLoss };
}

/** Every step at first, when the loss falls fast, then about a hundred more along the run. */
function isRecorded(step: number, steps: number): boolean {
  return step <= 20 || step % Math.max(1, Math.floor(steps / 100)) === 0;
}

/**
 * Judges the claims of a trained layer. One that was not trained to the end contradicts no theorem; but its loss on
 * fresh prompts is held against the exact loss of these very parameters, and no length of training excuses that.
 */
export function judgeTrained(claims: readonly Claim[], isShort: boolean): JudgedClaim[] {
  return claims.map((claim) => {
    const outcome = judged(claim, { falseAlarm: FALSE_ALARM });
    const isExcused = isShort && outcome.verdict !== "supported" && claim.relation !== "estimates";
    return isExcused ? { ...claim, verdict: "undecided" } : outcome;
  });
}

function shortRunNote(drawn: number, needed: number): string {
  const [few, many] = [drawn, needed].map((count) => count.toLocaleString("en"));
  return `This law needs about ${many} training prompts and the run drew ${few}: what it does not support stays undecided.`;
}

function requireSomethingToLearn(optimalLoss: number): void {
  if (optimalLoss > 0) return;
  throw new DomainError({
    where: "runTrial",
    expected: "a law whose best loss L* is positive",
    arrived: `L* = ${optimalLoss}`,
    hint: "give the tasks or the noise a positive variance",
  });
}
