import { randomKey } from "@onestep/core";
import { laneChi, laneNormals, openPrompt } from "../src/lanes/twin.ts";
import { checkLaw } from "../src/one-layer/law.ts";
import type { OneLayerCase } from "./any-one-layer-case.ts";

/** Sizes that loss and gradient are made of, on average over the prompts. */
export interface Scale {
  loss: number;
  keyQuery: number;
  valueProjection: number;
}

const norm = (values: Float64Array): number => Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));

/**
 * The same products as in loss and gradient, but of norms: with τ ≥ ‖T‖, p = Tᵀu and k = TᵀM x,
 *
 * $$ |W p| \le |p|\,\chi_n(\chi_n + |g_1|),\quad
 *    |W k| \le |k|\,((\chi_n + |g_1|)^2 + \chi_{n-1}(\chi_{n-1} + |g_2|)),\quad \|W\| \le \textstyle\sum |z|^2 $$
 *
 * No sum on the way is larger in absolute value of its terms, so that a rounding anywhere is relative to this.
 */
export function scaleOf({ law, method, antithetic, parameters, seed, first, count }: OneLayerCase): Scale {
  const { dimension, contextLength, noiseDeviation } = law;
  const width = dimension + 1;
  const { diagonal, matrix, mean } = checkLaw("scaleOf", law);
  const factor = matrix === undefined ? norm(diagonal) : norm(matrix.values);
  const scale = { loss: 0, keyQuery: 0, valueProjection: 0 };
  const normals = new Float64Array(4 * width);
  const rows = new Float64Array(4 * width);
  for (let prompt = first; prompt < first + count; prompt++) {
    const stream = openPrompt(randomKey(seed), antithetic ? Math.floor(prompt / 4) : prompt);
    const [from, size] = method === "rao-blackwell" ? [dimension, 2 * width] : [0, method === "rows" ? 2 : 4];
    laneNormals(stream, normals, from, method === "rao-blackwell" ? size : size * width, 1);
    const x = normals.subarray(0, dimension);
    const task = factor * norm(normals.subarray(dimension, 2 * dimension)) + norm(mean);
    const tau = 1 + task + noiseDeviation;
    const p = tau * norm(parameters.valueProjection);
    let [attended, contracted] = [0, 0];
    if (method === "rows") {
      let wishart = 0;
      for (let row = 0; row < contextLength; row += 4) {
        laneNormals(stream, rows, 0, 4 * width, 1);
        wishart += norm(rows) ** 2;
      }
      [attended, contracted] = [p * wishart, wishart];
    } else {
      const length = laneChi(stream, contextLength);
      const other = method === "two-column" ? laneChi(stream, contextLength - 1) : Math.sqrt(contextLength);
      const column = length + norm(normals.subarray(2 * dimension + 1, 2 * dimension + 1 + width));
      attended = p * length * column;
      contracted = column ** 2 + other * (other + norm(normals.subarray(3 * width - 1, 4 * width - 1)));
    }
    const keyNorm = norm(parameters.keyQuery);
    if (method === "rao-blackwell") {
      const deviation = keyNorm * tau * attended + task;
      scale.loss += deviation ** 2 + noiseDeviation ** 2;
      scale.keyQuery += 2 * tau * attended * deviation;
      scale.valueProjection += 2 * tau ** 2 * contracted * keyNorm * deviation;
    } else {
      const k = tau * keyNorm * norm(x);
      const residual = attended * k + task * norm(x) + noiseDeviation * Math.abs(normals[2 * dimension]);
      scale.loss += residual ** 2;
      scale.keyQuery += 2 * residual * tau * attended * norm(x);
      scale.valueProjection += 2 * residual * tau * contracted * k;
    }
  }
  return {
    loss: scale.loss / count,
    keyQuery: scale.keyQuery / count,
    valueProjection: scale.valueProjection / count,
  };
}
