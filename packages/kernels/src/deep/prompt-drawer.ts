import type { RandomStream } from "@onestep/core";
import { laneChi, laneNormals } from "../lanes/twin.ts";
import { checkLaw, type LinearGaussianLaw } from "../one-layer/law.ts";

/** Draws a prompt: writes G/n and (x, 0), and returns y. */
export type PromptDrawer = (stream: RandomStream, gram: Float64Array, query: Float64Array) => number;

/** Prepares the draws of `draw-prompts.as.ts`, one prompt at a time and in float64. */
export function promptDrawer(law: LinearGaussianLaw): PromptDrawer {
  const { dimension: d, contextLength, noiseDeviation } = law;
  const { diagonal, matrix, mean } = checkLaw("openDeep", law);
  const width = d + 1;
  const rank = Math.min(contextLength, width);
  const rows = 3 * Math.ceil(width / 3);
  const head = new Float64Array(2 * d + 2);
  const corners = new Float64Array(rows + 1);
  const below = new Float64Array(3 * width + 1);
  const factor = new Float64Array(rows * rank);
  const task = new Float64Array(d);

  return (stream, gram, query) => {
    laneNormals(stream, head, 0, 2 * d + 2, 1);
    let response = noiseDeviation * head[2 * d];
    for (let i = 0; i < d; i++) {
      task[i] = mean[i];
      if (matrix === undefined) task[i] += diagonal[i] * head[i];
      else for (let j = 0; j < d; j++) task[i] += matrix.values[i * d + j] * head[j];
    }
    for (let i = 0; i < d; i++) {
      query[i] = head[d + i];
      response += task[i] * query[i];
    }
    query[d] = 0;

    laneNormals(stream, corners, 0, rows + (rows % 2), 1);
    for (let top = 0; top < rows; top += 3) {
      const columns = Math.min(top, rank);
      laneNormals(stream, below, 0, 3 * columns + (columns % 2), 1);
      for (let i = 0; i < 3; i++) {
        for (let j = 0; j < columns; j++) factor[(top + i) * rank + j] = below[3 * j + i];
        for (let j = top; j < Math.min(top + i, rank); j++) {
          factor[(top + i) * rank + j] = corners[top + (i * (i - 1)) / 2 + j - top];
        }
      }
    }
    for (let j = 0; j < rank; j++) factor[j * rank + j] = laneChi(stream, contextLength - j);

    const last = d * rank;
    for (let j = 0; j < rank; j++) {
      let sum = noiseDeviation * factor[last + j];
      for (let i = j; i < d; i++) sum += task[i] * factor[i * rank + j];
      factor[last + j] = sum;
    }
    for (let i = 0; i < width; i++) {
      for (let j = 0; j <= i; j++) {
        let sum = 0;
        for (let k = 0; k < Math.min(j + 1, rank); k++) sum += factor[i * rank + k] * factor[j * rank + k];
        gram[i * width + j] = sum / contextLength;
        gram[j * width + i] = sum / contextLength;
      }
    }
    return response;
  };
}
