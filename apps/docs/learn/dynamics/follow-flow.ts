import { childKey, multiply, openStream, randomKey, scale, toRows, transpose, zeros, type Matrix } from "@onestep/core";
import {
  factoredStep,
  gradientFlow,
  inducedStepOfHeads,
  mergedHeads,
  trainableOnPopulation,
  type Parametrisation,
} from "@onestep/model";

import { lawOf, type FlowSetting } from "./flow-setting.ts";
import { mergedStart, predictedFlow } from "./predicted-flow.ts";

/** A training at one time. */
export interface FlowLook {
  /** 1, 2, … */
  readonly step: number;
  readonly time: number;
  /** The population loss */
  readonly loss: number;
  /** Γ, row by row */
  readonly preconditioner: readonly (readonly number[])[];
}

/** The random part of a start, relative to its size. */
const MISALIGNMENT = 0.05;

/**
 * Trains by gradient flow on the population loss. Of separate keys and queries each head starts along an axis of its own,
 * a merged matrix as a multiple of I, both but for a random part.
 */
export function followFlow(setting: FlowSetting): AsyncGenerator<FlowLook> {
  const dimension = lawOf(setting).covariates.dimension;
  const { startSize, seed } = setting;
  const stream = openStream(childKey(randomKey(seed), "start"));
  const stirred = (start: Matrix, size: number): Matrix => {
    const noise = new Float64Array(start.values.length);
    stream.fillNormals(noise, 0, noise.length);
    return { ...start, values: start.values.map((value, at) => value + MISALIGNMENT * size * noise[at]) };
  };
  if (setting.attention === "merged") {
    const keyQuery = zeros(dimension + 1, dimension + 1);
    const valueProjection = zeros(dimension + 1, 1);
    const block = stirred(mergedStart(startSize, dimension), startSize / dimension);
    for (let i = 0; i < dimension; i++) {
      keyQuery.values.set(block.values.subarray(i * dimension, (i + 1) * dimension), i * (dimension + 1));
    }
    valueProjection.values[dimension] = startSize;
    const stepOf = (heads: Parameters<typeof inducedStepOfHeads>[0]): Matrix =>
      inducedStepOfHeads(heads).preconditioner;
    return follow(setting, mergedHeads({ dimension }), [{ keyQuery, valueProjection }], stepOf);
  }
  const along = (axis: number): Matrix => {
    const row = zeros(1, dimension);
    row.values[axis] = startSize;
    return stirred(row, startSize);
  };
  const heads = Array.from({ length: dimension }, (_, h) => ({ readout: startSize, query: along(h), key: along(h) }));
  return follow(setting, factoredStep({ dimension, heads: dimension, rank: 1 }), heads, (trained) => {
    const step = zeros(dimension, dimension);
    for (const { readout, query, key } of trained) {
      scale(multiply(transpose(query), key), readout).values.forEach((value, at) => (step.values[at] += value));
    }
    return step;
  });
}

async function* follow<Weights>(
  setting: FlowSetting,
  family: Parametrisation<Weights>,
  start: Weights,
  stepOf: (weights: Weights) => Matrix,
): AsyncGenerator<FlowLook> {
  const model = trainableOnPopulation(family, lawOf(setting));
  const flow = gradientFlow((position) => model.lossAndGradient(position, undefined), {
    from: family.pack(start),
    times: predictedFlow(setting).times,
    tolerance: 1e-6,
  });
  let step = 0;
  for await (const { time, loss, position } of flow) {
    step += 1;
    yield { step, time, loss, preconditioner: toRows(stepOf(family.unpack(position))) };
  }
}
