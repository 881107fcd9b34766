import {
  childKey,
  covariance,
  matrix,
  matrixFromRows,
  multiplyVector,
  openStream,
  type LsaParameters,
  type Matrix,
  type PromptBatch,
  type RandomKey,
} from "@onestep/core";
import type { GoldenPromptLaw } from "@onestep/testkit";
import type { GaussianLinearPopulation } from "../src/population/task-moments.ts";

/** A Gaussian linear law of the golden fixture. */
export function populationOfGolden({ n, noise_var, covariates, task }: GoldenPromptLaw): GaussianLinearPopulation {
  if (covariates.kind !== "gaussian" || task.kind !== "linear" || "weights" in task) {
    throw new Error("populationOfGolden: expected a Gaussian linear law");
  }
  return {
    contextLength: n,
    covariates: covariance(matrixFromRows(covariates.Sigma)),
    tasks: covariance(matrixFromRows(task.Omega)),
    noiseVariance: noise_var,
    ...(task.mu === undefined ? {} : { taskMean: Float64Array.from(task.mu) }),
  };
}

/** The layer that takes the step Γ and nothing else: u = (0, 1), M_xx = Γᵀ. */
export function layerOfStep(preconditioner: Matrix): LsaParameters<Matrix> {
  const d = preconditioner.rows;
  const keyQuery = matrix(d + 1, d + 1);
  for (let i = 0; i < d; i++) {
    for (let j = 0; j < d; j++) keyQuery.values[j * (d + 1) + i] = preconditioner.values[i * d + j];
  }
  return { keyQuery, valueProjection: matrix(d + 1, 1, new Float64Array(d + 1).fill(1, d)) };
}

/** Draws prompts of a Gaussian linear law: a source of its own, so that `data` is not asked about itself. */
export function drawPrompts(law: GaussianLinearPopulation, key: RandomKey, count: number): PromptBatch {
  const { contextLength, covariates, tasks, noiseVariance, taskMean } = law;
  const dimension = covariates.dimension;
  const batch = emptyPrompts(count, contextLength, dimension);
  for (let prompt = 0; prompt < count; prompt++) {
    const stream = openStream(childKey(key, "prompt", prompt));
    const normals = (size: number): Float64Array => Float64Array.from({ length: size }, () => stream.normal());
    const task = multiplyVector(tasks.factor, normals(dimension)).map((entry, i) => entry + (taskMean?.[i] ?? 0));
    for (let row = 0; row <= contextLength; row++) {
      const x = multiplyVector(covariates.factor, normals(dimension));
      const y = x.reduce((sum, entry, i) => sum + entry * task[i], 0) + Math.sqrt(noiseVariance) * stream.normal();
      setRow(batch, prompt, row, x, y);
    }
  }
  return batch;
}

/** Room for prompts, all zero. */
export function emptyPrompts(count: number, contextLength: number, dimension: number): PromptBatch {
  return {
    count,
    contextLength,
    dimension,
    covariates: new Float64Array(count * contextLength * dimension),
    responses: new Float64Array(count * contextLength),
    queryCovariates: new Float64Array(count * dimension),
    queryResponses: new Float64Array(count),
  };
}

/** Writes a labelled pair of a prompt; the row after the context is the query. */
export function setRow(batch: PromptBatch, prompt: number, row: number, x: Float64Array, y: number): void {
  const { contextLength, dimension } = batch;
  if (row === contextLength) {
    batch.queryCovariates.set(x, prompt * dimension);
    batch.queryResponses[prompt] = y;
  } else {
    batch.covariates.set(x, (prompt * contextLength + row) * dimension);
    batch.responses[prompt * contextLength + row] = y;
  }
}
