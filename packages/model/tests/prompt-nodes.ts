import { multiplyVector, type PromptBatch } from "@onestep/core";
import type { GaussianLinearPopulation } from "../src/population/task-moments.ts";
import { emptyPrompts, setRow } from "./gaussian-linear.ts";

/**
 * Weighted prompts over which any squared prediction of one layer has its exact mean: over w, X and the noise the
 * three-point Gauss–Hermite rule, exact up to degree 5 in each normal (the square has degree 4), and over x_q and its
 * noise fair signs, exact up to degree 3 (here 2).
 */
export function promptNodes({
  contextLength,
  covariates,
  tasks,
  taskMean,
  noiseVariance,
}: Required<GaussianLinearPopulation>): { readonly prompts: PromptBatch; readonly weights: Float64Array } {
  const d = covariates.dimension;
  const noise = Math.sqrt(noiseVariance);
  const normals = d + contextLength * (d + 1);
  const signs = d + 1;
  const count = 3 ** normals * 2 ** signs;
  const prompts = emptyPrompts(count, contextLength, d);
  const weights = new Float64Array(count);
  for (let node = 0; node < count; node++) {
    let address = node;
    let weight = 1;
    const next = (base: number): number => {
      const digit = address % base;
      address = (address - digit) / base;
      return digit;
    };
    const normal = (): number => {
      const digit = next(3);
      weight *= digit === 1 ? 2 / 3 : 1 / 6;
      return (digit - 1) * Math.sqrt(3);
    };
    const sign = (): number => {
      weight /= 2;
      return 2 * next(2) - 1;
    };
    const vector = (draw: () => number): Float64Array => Float64Array.from({ length: d }, draw);
    const task = multiplyVector(tasks.factor, vector(normal)).map((entry, i) => entry + taskMean[i]);
    for (let row = 0; row <= contextLength; row++) {
      const draw = row === contextLength ? sign : normal;
      const x = multiplyVector(covariates.factor, vector(draw));
      const y = x.reduce((sum, entry, i) => sum + entry * task[i], 0) + noise * draw();
      setRow(prompts, node, row, x, y);
    }
    weights[node] = weight;
  }
  return { prompts, weights };
}

/** The law with the absolute values of its numbers: no term of a formula cancels on it, so that it bounds rounding. */
export function absoluteLaw(law: Required<GaussianLinearPopulation>): Required<GaussianLinearPopulation> {
  const absolute = <M extends { readonly values: Float64Array }>(m: M): M => ({ ...m, values: m.values.map(Math.abs) });
  return {
    ...law,
    covariates: { ...law.covariates, matrix: absolute(law.covariates.matrix) },
    tasks: { ...law.tasks, matrix: absolute(law.tasks.matrix) },
    taskMean: law.taskMean.map(Math.abs),
  };
}
