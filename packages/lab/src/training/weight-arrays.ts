import { matrix, matrixFromRows } from "@onestep/core";
import { arraysOfLayer, arraysOfTransformer, type StoredArrays } from "@onestep/model";
import type { TrainedParameters } from "./training-report.ts";

/** Trained weights as the arrays of a weight file, for `writeNpz` and `writeSafetensors`: `key_query` and `value_projection`, or `P` and `Q`. */
export function arraysOfParameters(parameters: TrainedParameters): StoredArrays {
  if ("keyQuery" in parameters) {
    const { keyQuery, valueProjection } = parameters;
    return arraysOfLayer({
      keyQuery: matrixFromRows(keyQuery),
      valueProjection: matrix(valueProjection.length, 1, valueProjection),
    });
  }
  const { P, Q, dividesByLength } = parameters;
  const layers = P.map((heads, l) =>
    heads.map((rows, h) => ({ valueProjection: matrixFromRows(rows), keyQuery: matrixFromRows(Q[l][h]) })),
  );
  return arraysOfTransformer({ layers, dividesByLength });
}
