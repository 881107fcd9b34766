import { matrix, type LsaParameters, type Matrix } from "@onestep/core";
import { checkParameters } from "../lsa/parameters.ts";
import { matrixAt, requireArray, requireShape, storedMatrix } from "./array-access.ts";
import type { StoredArrays } from "./stored-array.ts";

/**
 * One layer of linear self-attention as the arrays of a weight file: M as `key_query` `[d+1, d+1]` and u as
 * `value_projection` `[d+1]`, in onestep's convention ŷ = uᵀ G M v_q with plain sums. `convention.ts` knows others.
 *
 * @throws ShapeError or DomainError for parameters that do not fit one another or are not finite
 *
 * @example
 * const layer = { keyQuery: diagonal([0.5, 0]), valueProjection: matrix(2, 1, [0, 1]) };
 * arraysOfLayer(layer).value_projection.shape; // => [2]
 */
export function arraysOfLayer(parameters: LsaParameters<Matrix>): StoredArrays {
  const width = checkParameters("arraysOfLayer", parameters) + 1;
  return {
    key_query: storedMatrix(parameters.keyQuery),
    value_projection: { shape: [width], values: parameters.valueProjection.values },
  };
}

/**
 * The layer that a weight file holds: the inverse of `arraysOfLayer`. Other arrays are left alone.
 *
 * @throws DomainError for a missing array or numbers that are not finite; ShapeError for shapes that do not fit
 *
 * @example
 * const layer = { keyQuery: diagonal([0.5, 0]), valueProjection: matrix(2, 1, [0, 1]) };
 * toRows(layerOfArrays(readNpz(writeNpz(arraysOfLayer(layer)))).keyQuery); // => [[0.5, 0], [0, 0]]
 */
export function layerOfArrays(arrays: StoredArrays): LsaParameters<Matrix> {
  const keyQuery = requireArray("layerOfArrays", arrays, "key_query");
  const valueProjection = requireArray("layerOfArrays", arrays, "value_projection");
  requireShape("layerOfArrays", "value_projection", valueProjection, ["d+1"]);
  const [width] = valueProjection.shape;
  requireShape("layerOfArrays", "key_query", keyQuery, [width, width]);
  const parameters = {
    keyQuery: matrixAt(keyQuery, 0),
    valueProjection: matrix(width, 1, valueProjection.values.slice()),
  };
  checkParameters("layerOfArrays", parameters);
  return parameters;
}
