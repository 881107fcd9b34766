import type { RandomStream } from "@onestep/core";
import { laneChi, laneNormals, openPrompt } from "../lanes/twin.ts";
import {
  ANTITHETIC,
  type BlockSummer,
  type OneLayerMethod,
  type OneLayerParameters,
  type DrawnPrompts,
} from "./block-sums.ts";
import type { LinearGaussianLaw, TaskFactor } from "./law.ts";
import { contractFirst, contractMean, contractRow, contractSecond, normalize } from "./twin-columns.ts";

/** Rows of a context that the kernel draws at once. */
const CHUNK = 4;

/**
 * Sums loss and half gradient prompt by prompt in float64: the oracle of the kernels, and their fallback. It draws the
 * words that they draw, each prompt from its own stream.
 *
 * A token is T z with z ~ N(0, I) and T = [[I, 0], [wᵀ, σ]], so that G = T W Tᵀ with a Wishart matrix W; the steps below
 * are those of `methods.as.ts`.
 */
export function twinSummer(
  law: LinearGaussianLaw,
  task: TaskFactor,
  { method, antithetic }: { readonly method: OneLayerMethod; readonly antithetic: boolean },
): BlockSummer {
  const { dimension, contextLength, noiseDeviation } = law;
  const width = dimension + 1;
  const normals = new Float64Array(4 * width); // x_q, ω, ε_q, g₁, g₂
  const rows = new Float64Array(CHUNK * width);
  const omega = normals.subarray(dimension, 2 * dimension);
  const first = normals.subarray(2 * width - 1, 3 * width - 1);
  const second = normals.subarray(3 * width - 1, 4 * width - 1);
  const query = method === "rao-blackwell" ? new Float64Array(dimension) : normals.subarray(0, dimension);
  const w = new Float64Array(dimension);
  const direction = new Float64Array(width); // p = Tᵀu, or p/|p|
  const keys = new Float64Array(width); // Tᵀ M x
  const attended = new Float64Array(width); // W p, then G u
  const contracted = new Float64Array(width); // W Tᵀk, then G k
  let parameters: OneLayerParameters = { keyQuery: new Float64Array(0), valueProjection: new Float64Array(0) };

  /**
   * Draws the normals from `offset` on, and the signs of an antithetic prompt: of its four the second and the last have
   * −ω, the last two the opposite of all that stands behind ω.
   */
  const draw = (key: DrawnPrompts["key"], prompt: number, offset: number, count: number): RandomStream => {
    const copies = antithetic ? ANTITHETIC : 1;
    const stream = openPrompt(key, Math.floor(prompt / copies));
    laneNormals(stream, normals, offset, count, 1);
    const copy = prompt % copies;
    if (copy % 2 === 1) for (let i = dimension; i < 2 * dimension; i++) normals[i] = -normals[i];
    if (copy >= 2) for (let i = 2 * dimension; i < normals.length; i++) normals[i] = -normals[i];
    return stream;
  };

  /** w = C ω + μ. */
  const makeTask = (): void => {
    const { matrix, diagonal, mean } = task;
    for (let i = 0; i < dimension; i++) {
      let sum = 0;
      if (matrix === undefined) sum = diagonal[i] * omega[i];
      else for (let j = 0; j < dimension; j++) sum += matrix.values[i * dimension + j] * omega[j];
      w[i] = sum + mean[i];
    }
  };

  const pullValue = ({ valueProjection }: OneLayerParameters): void => {
    const ofResponse = valueProjection[dimension];
    for (let i = 0; i < dimension; i++) direction[i] = valueProjection[i] + w[i] * ofResponse;
    direction[dimension] = noiseDeviation * ofResponse;
  };

  const pullKeys = ({ keyQuery }: OneLayerParameters): void => {
    for (let i = 0; i < width; i++) {
      let sum = 0;
      for (let j = 0; j < dimension; j++) sum += keyQuery[i * width + j] * query[j];
      keys[i] = sum;
    }
    for (let i = 0; i < dimension; i++) keys[i] += w[i] * keys[dimension];
    keys[dimension] *= noiseDeviation;
  };

  const pushForward = (vector: Float64Array): void => {
    let sum = noiseDeviation * vector[dimension];
    for (let i = 0; i < dimension; i++) sum += w[i] * vector[i];
    vector[dimension] = sum;
  };

  /** Adds r (G u) xᵀ, r G k and a loss. */
  const add = (sums: Float64Array, residual: number, loss: number): void => {
    let at = 0;
    for (let i = 0; i < width; i++) {
      const factor = residual * attended[i];
      for (let j = 0; j < dimension; j++) sums[at++] += factor * query[j];
    }
    for (let i = 0; i < width; i++) sums[at++] += residual * contracted[i];
    sums[at] += loss;
  };

  const addPrompt = (key: DrawnPrompts["key"], prompt: number, sums: Float64Array): void => {
    const stream = draw(key, prompt, 0, method === "rows" ? 2 * width : 4 * width);
    const length = method === "rows" ? 0 : laneChi(stream, contextLength);
    const otherLength = method === "rows" ? 0 : laneChi(stream, contextLength - 1);
    makeTask();
    pullValue(parameters);
    pullKeys(parameters);
    if (method === "rows") {
      attended.fill(0);
      contracted.fill(0);
      for (let row = 0; row < contextLength; row++) {
        if (row % CHUNK === 0) laneNormals(stream, rows, 0, CHUNK * width, 1);
        contractRow(rows, (row % CHUNK) * width, direction, keys, attended, contracted);
      }
    } else {
      contractFirst(first, direction, length, normalize(direction), attended);
      contractSecond(second, first, direction, keys, otherLength, contracted);
    }
    let residual = -noiseDeviation * normals[2 * dimension];
    for (let i = 0; i < width; i++) residual += attended[i] * keys[i];
    for (let i = 0; i < dimension; i++) residual -= w[i] * query[i];
    pushForward(attended);
    pushForward(contracted);
    add(sums, residual, residual * residual);
  };

  const addMeanOverQuery = (key: DrawnPrompts["key"], prompt: number, sums: Float64Array): void => {
    const stream = draw(key, prompt, dimension, 2 * width);
    const length = laneChi(stream, contextLength);
    makeTask();
    pullValue(parameters);
    contractFirst(first, direction, length, normalize(direction), attended);
    pushForward(attended);
    // Mᵀ G u − w, whose squared length is the mean over the query, takes the place of x_q.
    let loss = noiseDeviation * noiseDeviation;
    for (let j = 0; j < dimension; j++) {
      let sum = -w[j];
      for (let i = 0; i < width; i++) sum += parameters.keyQuery[i * width + j] * attended[i];
      query[j] = sum;
      loss += sum * sum;
    }
    pullKeys(parameters);
    contractMean(first, direction, keys, contextLength - 1, contracted);
    pushForward(contracted);
    add(sums, 1, loss);
  };

  return {
    name: "twin",
    begin: (given) => {
      parameters = given;
    },
    sumBlock: ({ key, first: start, count }, sums) => {
      sums.fill(0);
      const addOne = method === "rao-blackwell" ? addMeanOverQuery : addPrompt;
      for (let prompt = start; prompt < start + count; prompt++) addOne(key, prompt, sums);
    },
  };
}
