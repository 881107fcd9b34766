import type { TrainedParameters } from "@onestep/lab";

/** A layer of a trained model, as a step of gradient descent. */
export interface TrainedLayer {
  /** a_l = tr A_l / d */
  readonly stepSize: number;
  /** b_l = tr B_l / d, by which a layer of GD++ reshapes the covariates; 0 for others. */
  readonly reshaping: number;
  /** ‖A_l − a_l I‖_F / ‖A_l‖_F: 0 for a step that is alike in all directions. */
  readonly unevenness: number;
}

/**
 * Reads A_l off the weights of layers that add (1/n) Σ P z zᵀ Q z: P adds to the responses with factor P_{yy}, and
 * Q = −diag(A, 0).
 */
export function trainedLayers(parameters: TrainedParameters | undefined): readonly TrainedLayer[] {
  if (parameters === undefined || !("P" in parameters)) return [];
  return parameters.Q.map(([keyQuery], l) => {
    const dimension = keyQuery.length - 1;
    const gain = parameters.P[l][0][dimension][dimension];
    const step = keyQuery.slice(0, dimension).map((row) => row.slice(0, dimension).map((entry) => -gain * entry));
    const stepSize = step.reduce((sum, row, i) => sum + row[i], 0) / dimension;
    let [beside, whole] = [0, 0];
    step.forEach((row, i) =>
      row.forEach((entry, j) => {
        beside += (entry - (i === j ? stepSize : 0)) ** 2;
        whole += entry ** 2;
      }),
    );
    const trace = parameters.P[l][0].slice(0, dimension).reduce((sum, row, i) => sum + row[i], 0);
    const reshaping = trace / (dimension * gain);
    return { stepSize, reshaping, unevenness: whole === 0 ? 0 : Math.sqrt(beside / whole) };
  });
}

/** The mean batch loss over the last eighth of the steps done: a batch alone is noisy. */
export function smoothedLosses(
  trace: readonly { readonly step: number; readonly batchLoss: number; readonly point?: unknown }[],
): (readonly [step: number, loss: number])[] {
  const sums = [0];
  for (const { batchLoss } of trace) sums.push(sums[sums.length - 1] + batchLoss);
  return trace.flatMap(({ step, point }, at) => {
    if (point === undefined && at < trace.length - 1) return [];
    const from = at + 1 - Math.max(1, Math.floor((at + 1) / 8));
    return [[step, (sums[at + 1] - sums[from]) / (at + 1 - from)] as const];
  });
}
