// Lays given statistics out on lanes.

import { TILE, VECTOR } from "../products/multiply.as";
import { SUMS_TILE } from "../products/outer-products.as";
import { entryOf, gramBytes } from "./gram.as";

/**
 * Writes G in triangles of tiles, (x_q, 0) and y_q of the first `count` prompts of a strip, and zeros for the others.
 *
 * @param covariateGrams S of each prompt, its lower triangle, f64 each as everything that is read
 * @param crossProducts b; `responseEnergies` c, and so on, as in `ContextStatistics`
 * @param scales what G of each prompt is multiplied by
 */
export function loadPrompts<T>(
  count: i32,
  dimension: i32,
  rows: i32,
  covariateGrams: usize,
  crossProducts: usize,
  responseEnergies: usize,
  queries: usize,
  queryResponses: usize,
  scales: usize,
  gram: usize,
  query: usize,
  responses: usize,
  vectors: i32,
): void {
  const stride = <usize>vectors * VECTOR;
  const lanes = <i32>(VECTOR / sizeof<T>());
  const size = gramBytes(rows);
  memory.fill(gram, 0, <usize>vectors * size);
  memory.fill(query, 0, <usize>rows * stride);
  memory.fill(responses, 0, stride);
  for (let prompt: i32 = 0; prompt < count; prompt++) {
    const lane = <usize>(prompt % lanes) * sizeof<T>();
    const at = gram + <usize>(prompt / lanes) * size + lane;
    const scale = load<f64>(scales);
    for (let i: i32 = 0; i < dimension; i++) {
      loadRow<T>(covariateGrams, i, i + 1, at, scale);
      covariateGrams += (<usize>(i + 1)) << 3;
    }
    loadRow<T>(crossProducts, dimension, dimension, at, scale);
    store<T>(entryOf(at, <usize>dimension, <usize>dimension), <T>(scale * load<f64>(responseEnergies)));
    for (let i: i32 = 0; i < dimension; i++) {
      store<T>(query + <usize>i * stride + <usize>prompt * sizeof<T>(), <T>load<f64>(queries));
      queries += 8;
    }
    store<T>(responses + <usize>prompt * sizeof<T>(), <T>load<f64>(queryResponses));
    crossProducts += (<usize>dimension) << 3;
    responseEnergies += 8;
    queryResponses += 8;
    scales += 8;
  }
}

/** The first `columns` entries of row i of G, and what mirrors them in a tile of the diagonal. */
function loadRow<T>(from: usize, i: i32, columns: i32, gram: usize, scale: f64): void {
  const diagonal = i - (i % <i32>TILE);
  let to = entryOf(gram, <usize>i, 0);
  for (let j: i32 = 0; j < columns; to += SUMS_TILE) {
    for (const end = min(j + <i32>TILE, columns), first = j; j < end; j++) {
      const entry = <T>(scale * load<f64>(from));
      store<T>(to + <usize>(j - first) * VECTOR, entry);
      if (j >= diagonal) store<T>(entryOf(gram, <usize>j, <usize>i), entry);
      from += 8;
    }
  }
}
