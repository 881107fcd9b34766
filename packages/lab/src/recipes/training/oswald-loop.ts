import {
  type ContextStatistics,
  type Estimate,
  integerPower,
  type LsaParameters,
  matrix,
  type Matrix,
  multiplyVector,
  type RandomKey,
  scale,
  symmetricEigen,
  transpose,
} from "@onestep/core";
import { integrateQueries, sampleContextStatistics, type IntegratedQueries, type PromptLaw } from "@onestep/data";
import { inducedWeights, lsaHeads } from "@onestep/model";
import { ratioOfMeans } from "../../measure/ratio-of-means.ts";
import { unpacked } from "../../measure/weighed-contexts.ts";
import { errorsOf } from "./oswald-layer.ts";

/** The layer with its output times a factor, and with 0 where M multiplies the query's response. */
export function scaledOutput(
  { keyQuery, valueProjection }: LsaParameters<Matrix>,
  factor: number,
): LsaParameters<Matrix> {
  const width = keyQuery.columns;
  const values = keyQuery.values.map((entry, at) => (at % width === width - 1 ? 0 : entry));
  return { keyQuery: matrix(width, width, values), valueProjection: scale(valueProjection, factor) };
}

/** The loss of a layer that is iterated over that of gradient descent, on contexts where descent is stable. */
export function observeLoop(plan: {
  readonly layer: LsaParameters<Matrix>;
  /** The largest λ_max(XᵀX) of a context on which the loop is judged. */
  readonly stable: number;
  /** The rate of gradient descent, in units of XᵀX. */
  readonly rate: number;
  readonly loops: readonly number[];
  readonly law: PromptLaw;
  readonly request: { readonly key: RandomKey; readonly count: number };
  readonly tick: (part: number) => void;
}): { readonly loop: number; readonly ratio: Estimate }[] {
  const { stable, rate, loops, law, request, tick } = plan;
  const d = law.dimension;
  const all = sampleContextStatistics(law, request);
  const spectra = Array.from({ length: request.count }, (_, i) => symmetricEigen(unpacked(all.covariateGram, i, d)));
  const kept = spectra.flatMap(({ values }, i) => (values[d - 1] <= stable ? [i] : []));
  const [statistics, queries] = [statisticsAt(all, kept), queriesAt(integrateQueries(law, request), kept)];
  const [head] = lsaHeads([plan.layer]).layers;
  // Covariates of covariance sI without noise: the error of ŵ is s‖w − ŵ‖², and E[y x] = s w.
  const variance = queries.secondMoment.values[0];
  const signals = kept.map((i, at) =>
    multiplyVector(transpose(spectra[i].vectors), queries.cross.subarray(at * d, (at + 1) * d)),
  );
  return loops.map((loop, at) => {
    tick(at / loops.length);
    const layers = Array.from({ length: loop }, () => head);
    const { weights } = inducedWeights({ layers, dividesByLength: false }, statistics);
    const descent = signals.map((signal, i) => {
      const eigenvalues = spectra[kept[i]].values;
      return signal.reduce(
        (sum, share, k) => sum + (share * integerPower(1 - rate * eigenvalues[k], loop)) ** 2 / variance,
        0,
      );
    });
    return { loop, ratio: ratioOfMeans(errorsOf(queries, weights), Float64Array.from(descent)) };
  });
}

function statisticsAt(all: ContextStatistics, kept: readonly number[]): ContextStatistics {
  return {
    ...all,
    count: kept.length,
    covariateGram: rowsAt(all.covariateGram, all.count, kept),
    crossProduct: rowsAt(all.crossProduct, all.count, kept),
    responseEnergy: rowsAt(all.responseEnergy, all.count, kept),
    queryCovariates: rowsAt(all.queryCovariates, all.count, kept),
    queryResponses: rowsAt(all.queryResponses, all.count, kept),
  };
}

function queriesAt(all: IntegratedQueries, kept: readonly number[]): IntegratedQueries {
  const { count, cross, energy } = all;
  return { ...all, count: kept.length, cross: rowsAt(cross, count, kept), energy: rowsAt(energy, count, kept) };
}

function rowsAt(values: Float64Array, count: number, kept: readonly number[]): Float64Array {
  const width = values.length / count;
  const chosen = new Float64Array(kept.length * width);
  kept.forEach((i, at) => chosen.set(values.subarray(i * width, (i + 1) * width), at * width));
  return chosen;
}
