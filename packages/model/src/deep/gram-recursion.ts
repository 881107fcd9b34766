import type { TensorBackend } from "@onestep/core";
import type { ContextGrams } from "./context-gram.ts";
import type { LayerTensors, TransformerTensors } from "./transformer-tensors.ts";

/** The tokens between two layers, as far as anything after them can tell. */
export interface GramState<T> {
  /** H = Σ zᵢzᵢᵀ over the context, `[B, d+1, d+1]` */
  readonly gram: T;
  /** q, the query token, `[B, d+1]` */
  readonly query: T;
}

/** How a layer acts on every token of a prompt, context and query alike. */
export interface Transition<T> {
  /** T = I + κ Σ_h P_h H Q_h, `[B, d+1, d+1]` */
  readonly matrix: T;
  /** P_h H, `[B, H, d+1, d+1]` */
  readonly attended: T;
}

/** What the last layer makes of a state; its update of the context is never looked at. */
export interface ReadOut<T> {
  /** p_h = P_hᵀ e, the response rows of P, `[H, d+1]` */
  readonly rows: T;
  /** H p_h, `[B, H, d+1]` */
  readonly values: T;
  /** Q_h q, `[B, H, d+1]` */
  readonly keys: T;
  /** ŷ, `[B]` */
  readonly predictions: T;
}

/** The tokens as the first layer meets them: H₀ = E G Eᵀ + RᵀR with a prefix of rows R, q₀ = E_q v_q. */
export function embed<T>(
  backend: TensorBackend<T>,
  { context, query, prefix }: TransformerTensors<T>["embedding"],
  grams: ContextGrams<T>,
): GramState<T> {
  const mapped =
    context === undefined
      ? grams.gram
      : sandwich(backend, backend.contract("ij,b->bij", context, grams.ones), grams.gram);
  const own = prefix && backend.contract("ij,b->bij", backend.contract("ki,kj->ij", prefix, prefix), grams.ones);
  return {
    gram: own === undefined ? mapped : backend.add(mapped, own),
    query: query === undefined ? grams.query : backend.contract("ij,bj->bi", query, grams.query),
  };
}

/** The layer's transition at a state. */
export function transitionAt<T>(
  backend: TensorBackend<T>,
  layer: LayerTensors<T>,
  { gram }: GramState<T>,
  { prefactor, identity }: ContextGrams<T>,
): Transition<T> {
  const attended = backend.contract("hij,bjk->bhik", layer.valueProjection, gram);
  const sum = backend.contract("bhik,hkj->bij", attended, layer.keyQuery);
  return { attended, matrix: backend.add(identity, backend.contract("b,bij->bij", prefactor, sum)) };
}

/** The state after a transition: H' = T H Tᵀ, q' = T q. */
export function advance<T>(
  backend: TensorBackend<T>,
  { matrix }: Transition<T>,
  { gram, query }: GramState<T>,
): GramState<T> {
  return { gram: sandwich(backend, matrix, gram), query: backend.contract("bij,bj->bi", matrix, query) };
}

/** ŷ = −eᵀ(q + κ Σ_h P_h H Q_h q), by vectors alone. */
export function readOut<T>(
  backend: TensorBackend<T>,
  layer: LayerTensors<T>,
  { gram, query }: GramState<T>,
  { prefactor, responseAxis }: ContextGrams<T>,
): ReadOut<T> {
  const rows = backend.contract("hij,i->hj", layer.valueProjection, responseAxis);
  const values = backend.contract("bij,hj->bhi", gram, rows);
  const keys = backend.contract("hij,bj->bhi", layer.keyQuery, query);
  const update = backend.contract("b,b->b", prefactor, backend.contract("bhi,bhi->b", values, keys));
  const before = backend.contract("bi,i->b", query, responseAxis);
  return { rows, values, keys, predictions: backend.scale(backend.add(before, update), -1) };
}

/**
 * The predictions of a linear transformer from Gram matrices, at a cost that does not depend on n.
 *
 * A layer acts by one matrix on data and query alike, so that the Gram matrix and the query are a closed system:
 *
 * $$ T_l = I + \tfrac1n \sum_h P_{lh} H_l Q_{lh}, \qquad H_{l+1} = T_l H_l T_l^\top, \qquad q_{l+1} = T_l q_l, $$
 *
 * with H₀ = G and ŷ = −[q_L]_{d+1}: O(L H d³) a prompt, O(H d²) for a single layer.
 *
 * @returns ŷ, `[B]`
 *
 * Source: own derivation, from the mask: no context token reads the query.
 */
export function predictFromGram<T>(
  backend: TensorBackend<T>,
  { embedding, layers }: TransformerTensors<T>,
  grams: ContextGrams<T>,
): T {
  return backend.tidy(() => {
    let state = embed(backend, embedding, grams);
    for (const layer of layers.slice(0, -1)) {
      state = advance(backend, transitionAt(backend, layer, state, grams), state);
    }
    return readOut(backend, layers[layers.length - 1], state, grams).predictions;
  });
}

/** T H Tᵀ of each prompt. */
function sandwich<T>(backend: TensorBackend<T>, outer: T, inner: T): T {
  return backend.contract("bik,bjk->bij", backend.contract("bij,bjk->bik", outer, inner), outer);
}
