import {
  jackknifeError,
  leaveOneOut,
  meanAccumulator,
  type Estimate,
  type LsaParameters,
  type Matrix,
  type PromptBatch,
  type RandomKey,
} from "@onestep/core";
import { samplePrompts, type PromptLaw } from "@onestep/data";
import { float64Engine, inducedStep } from "@onestep/model";

/** Monte Carlo estimates of what a layer does on fresh prompts. */
export interface LayerEstimates {
  /** E (ŷ − y_q)² */
  readonly loss: Estimate;
  /** E f_even² */
  readonly evenEnergy: Estimate;
  /** E[(ŷ − y_q)² − f_even²], whose error is smaller than the difference of the two: they share their prompts. */
  readonly lossBeyondEven: Estimate;
  /** √(min_η E(ŷ − η x_qᵀXᵀy)² / E ŷ²): how far the layer is, as a predictor, from every plain gradient step */
  readonly departure: Estimate;
}

/** How many prompts are drawn at a time. */
const BLOCK = 10_000;

/** The part of the accepted standard error that the number of draws aims at. */
const AIM = 0.7;

/** Prompts of the pilot that decides how many are drawn in all. */
const PILOT = 2 * BLOCK;

/**
 * Estimates a layer's loss and even energy on prompts that training never saw, drawing as many as a pilot says are
 * needed to bring the standard error of the loss below `relativeError` of L*, or of its own loss where that is twice L*
 * or more. The pilot's prompts are not used again.
 *
 * @param request.key the address of the fresh prompts
 * @param request.limit never draw more than this
 */
export async function estimateLayer(
  law: PromptLaw,
  parameters: LsaParameters<Matrix>,
  request: {
    readonly key: RandomKey;
    readonly optimalLoss: number;
    readonly relativeError: number;
    readonly limit: number;
  },
): Promise<LayerEstimates> {
  const { key, limit } = request;
  const draw = (from: number, count: number): Promise<LayerEstimates> =>
    drawEstimates(law, parameters, key, from, count);
  const pilot = await draw(0, PILOT);
  // A layer far from the optimum needs no such precision: its own loss is then the scale.
  const isNear = pilot.loss.value < 2 * request.optimalLoss;
  const acceptedError = request.relativeError * (isNear ? request.optimalLoss : pilot.loss.value);
  const countFor = ({ loss }: LayerEstimates): number => {
    const needed = loss.count * (loss.standardError / (AIM * acceptedError)) ** 2;
    return Math.min(limit, Math.max(PILOT, Math.ceil(needed / BLOCK) * BLOCK));
  };
  let estimates = await draw(PILOT, countFor(pilot));
  // Heavy tails hide from a pilot: where the error is still too large, the larger sample says how many are needed.
  while (estimates.loss.standardError > acceptedError && estimates.loss.count < limit) {
    estimates = await draw(PILOT, Math.max(countFor(estimates), Math.min(limit, 2 * estimates.loss.count)));
  }
  return estimates;
}

async function drawEstimates(
  law: PromptLaw,
  parameters: LsaParameters<Matrix>,
  key: RandomKey,
  from: number,
  count: number,
): Promise<LayerEstimates> {
  // Queries that share a context are dependent, and a standard error counts independent draws.
  const oneQuery = { ...law, queries: 1 };
  const engine = float64Engine();
  const { preconditioner } = inducedStep(parameters);
  const loss = meanAccumulator();
  const evenEnergy = meanAccumulator();
  const lossBeyondEven = meanAccumulator();
  const products: ScalarStepProducts[] = [];
  const step = new Float64Array(law.dimension); // Xᵀy of a prompt
  for (let drawn = 0; drawn < count; drawn += BLOCK) {
    const prompts = samplePrompts(oneQuery, { key, count: Math.min(BLOCK, count - drawn), from: from + drawn });
    const predictions = await engine.predict(parameters, prompts);
    const sums = { layer: 0, both: 0, scalar: 0 };
    for (let prompt = 0; prompt < prompts.count; prompt++) {
      const prediction = predictions[prompt];
      writeContextStep(prompts, prompt, step);
      const { preconditioned, scalar } = stepsAtQuery(preconditioner, prompts, prompt, step);
      const squaredError = (prediction - prompts.queryResponses[prompt]) ** 2;
      const even = (prediction - preconditioned) ** 2;
      loss.push(squaredError);
      evenEnergy.push(even);
      lossBeyondEven.push(squaredError - even);
      sums.layer += prediction * prediction;
      sums.both += prediction * scalar;
      sums.scalar += scalar * scalar;
    }
    products.push(sums);
  }
  return {
    loss: loss.estimate(),
    evenEnergy: evenEnergy.estimate(),
    lossBeyondEven: lossBeyondEven.estimate(),
    departure: estimateDeparture(products, count),
  };
}

/** Sums over a block of prompts of ŷ², ŷ·x_qᵀXᵀy and (x_qᵀXᵀy)². */
interface ScalarStepProducts {
  readonly layer: number;
  readonly both: number;
  readonly scalar: number;
}

/** The sine of the angle between the layer and the plain step; its error by the jackknife over blocks. */
function estimateDeparture(blocks: readonly ScalarStepProducts[], count: number): Estimate {
  const statistic = (kept: readonly ScalarStepProducts[]): number => {
    const total = (name: keyof ScalarStepProducts): number => kept.reduce((sum, block) => sum + block[name], 0);
    const cosineSquare = total("both") ** 2 / (total("layer") * total("scalar"));
    return Math.sqrt(Math.max(0, 1 - cosineSquare));
  };
  return { value: statistic(blocks), standardError: jackknifeError(leaveOneOut(blocks).map(statistic)), count };
}

/** Writes Xᵀy of one prompt. */
function writeContextStep(
  { contextLength, dimension, covariates, responses }: PromptBatch,
  prompt: number,
  step: Float64Array,
): void {
  step.fill(0);
  for (let token = prompt * contextLength; token < (prompt + 1) * contextLength; token++) {
    for (let j = 0; j < dimension; j++) step[j] += responses[token] * covariates[token * dimension + j];
  }
}

/** x_qᵀ Γ Xᵀy and x_qᵀ Xᵀy of one prompt. */
function stepsAtQuery(
  { values }: Matrix,
  { dimension, queryCovariates }: PromptBatch,
  prompt: number,
  step: Float64Array,
): { preconditioned: number; scalar: number } {
  let [preconditioned, scalar] = [0, 0];
  for (let i = 0; i < dimension; i++) {
    const query = queryCovariates[prompt * dimension + i];
    let sum = 0;
    for (let j = 0; j < dimension; j++) sum += values[i * dimension + j] * step[j];
    preconditioned += query * sum;
    scalar += query * step[i];
  }
  return { preconditioned, scalar };
}
