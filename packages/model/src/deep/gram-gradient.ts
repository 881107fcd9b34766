import type { TensorBackend } from "@onestep/core";
import type { ContextGrams } from "./context-gram.ts";
import { advance, embed, readOut, transitionAt, type GramState, type Transition } from "./gram-recursion.ts";
import type { LayerTensors, TransformerTensors } from "./transformer-tensors.ts";

/** A loss with its derivatives, in the shapes of the weights. */
export interface TransformerLoss<T> {
  /** `[]` */
  readonly loss: T;
  readonly gradient: TransformerTensors<T>;
}

/** What a state contributes to the loss: H̄, symmetric, and q̄. */
type StateGradient<T> = GramState<T>;

/**
 * The batch loss L = (1/B) Σ (ŷ − y_q)² of a linear transformer and its gradient, on the backend alone.
 *
 * Source: `gramGradient`, with the slopes 2(ŷ − y_q)/B.
 */
export function gramLossAndGradient<T>(
  backend: TensorBackend<T>,
  transformer: TransformerTensors<T>,
  grams: ContextGrams<T>,
): TransformerLoss<T> {
  return backend.tidy(() => {
    const [count] = backend.shapeOf(grams.queryResponses);
    const residualsOf = (predictions: T): T => backend.add(predictions, backend.scale(grams.queryResponses, -1));
    const { predictions, gradient } = gramGradient(backend, transformer, grams, (values) =>
      backend.scale(residualsOf(values), 2 / count),
    );
    const residuals = residualsOf(predictions);
    return { loss: backend.scale(backend.contract("b,b->", residuals, residuals), 1 / count), gradient };
  });
}

/**
 * The gradient of any function L of a linear transformer's predictions, by reverse mode through the Gram recursion,
 * written by hand: a transformer of any depth is a polynomial.
 *
 * With bars for derivatives and κ = 1/n, layer by layer from the last,
 *
 * $$ \bar T = 2\bar H' T H + \bar q' q^\top, \quad \bar P_h = \kappa \bar T Q_h^\top H, \quad
 *    \bar Q_h = \kappa (P_h H)^\top \bar T, \quad
 *    \bar H = T^\top \bar H' T + \kappa\, \mathrm{sym} \sum_h P_h^\top \bar T Q_h^\top, \quad \bar q = T^\top \bar q'. $$
 *
 * The last layer is read at the query's response slot alone, where T̄ has rank one, and its context is never used.
 *
 * @param slopesOf ∂L/∂ŷ at the predictions, `[B]` both
 *
 * Source: own derivation: the differential of T = I + κ Σ P H Q, H' = T H Tᵀ, q' = T q.
 */
export function gramGradient<T>(
  backend: TensorBackend<T>,
  { embedding, layers }: TransformerTensors<T>,
  grams: ContextGrams<T>,
  slopesOf: (predictions: T) => T,
): { readonly predictions: T; readonly gradient: TransformerTensors<T> } {
  return backend.tidy(() => {
    const states = [embed(backend, embedding, grams)];
    const transitions: Transition<T>[] = [];
    const hidden = layers.slice(0, -1);
    for (const [l, layer] of hidden.entries()) {
      transitions.push(transitionAt(backend, layer, states[l], grams));
      states.push(advance(backend, transitions[l], states[l]));
    }
    const last = readOutGradient(backend, layers[hidden.length], states[hidden.length], grams, slopesOf);
    const gradients = [last.layer];
    let { state } = last;
    for (let l = hidden.length - 1; l >= 0; l--) {
      const pulled = layerGradient(backend, hidden[l], states[l], transitions[l], state, grams);
      gradients.unshift(pulled.layer);
      state = pulled.state;
    }
    const gradient = { embedding: embeddingGradient(backend, embedding, state, grams), layers: gradients };
    return { predictions: last.predictions, gradient };
  });
}

/** The predictions, and L's derivatives by the last layer and by the state that this layer reads. */
function readOutGradient<T>(
  backend: TensorBackend<T>,
  layer: LayerTensors<T>,
  state: GramState<T>,
  grams: ContextGrams<T>,
  slopesOf: (predictions: T) => T,
): { predictions: T; layer: LayerTensors<T>; state: StateGradient<T> } {
  const { prefactor, responseAxis } = grams;
  const { rows, values, keys, predictions } = readOut(backend, layer, state, grams);
  const slopes = backend.scale(slopesOf(predictions), -1); // ∂L/∂[q_L]_{d+1}: ŷ carries a minus sign
  const weights = backend.contract("b,b->b", slopes, prefactor);
  const weightedValues = backend.contract("b,bhi->bhi", weights, values);
  const weightedKeys = backend.contract("b,bhi->bhi", weights, keys);
  return {
    predictions,
    layer: {
      valueProjection: backend.contract(
        "i,hj->hij",
        responseAxis,
        backend.contract("bij,bhj->hi", state.gram, weightedKeys),
      ),
      keyQuery: backend.contract("bhi,bj->hij", weightedValues, state.query),
    },
    state: {
      gram: symmetricPart(backend, backend.contract("hi,bhj->bij", rows, weightedKeys)),
      query: backend.add(
        backend.contract("b,i->bi", slopes, responseAxis),
        backend.contract("bhi,hij->bj", weightedValues, layer.keyQuery),
      ),
    },
  };
}

/** Pulls the derivatives by the state after a layer back to the layer and to the state before it. */
function layerGradient<T>(
  backend: TensorBackend<T>,
  layer: LayerTensors<T>,
  { gram, query }: GramState<T>,
  { matrix, attended }: Transition<T>,
  after: StateGradient<T>,
  { prefactor }: ContextGrams<T>,
): { layer: LayerTensors<T>; state: StateGradient<T> } {
  const pulled = backend.contract("bij,bjk->bik", after.gram, matrix); // H̄' T
  const transition = backend.add(
    backend.scale(backend.contract("bij,bjk->bik", pulled, gram), 2),
    backend.contract("bi,bj->bij", after.query, query),
  ); // T̄
  const weighted = backend.contract("b,bij->bij", prefactor, transition); // κ T̄
  const weightedKeys = backend.contract("bij,hkj->bhik", weighted, layer.keyQuery); // κ T̄ Q_hᵀ
  return {
    layer: {
      valueProjection: backend.contract("bhij,bjk->hik", weightedKeys, gram),
      keyQuery: backend.contract("bhki,bkj->hij", attended, weighted),
    },
    state: {
      gram: backend.add(
        backend.contract("bki,bkj->bij", matrix, pulled),
        symmetricPart(backend, backend.contract("hki,bhkj->bij", layer.valueProjection, weightedKeys)),
      ),
      query: backend.contract("bij,bi->bj", matrix, after.query),
    },
  };
}

/** Ē = 2 Σ_b H̄ E G, Ē_q = Σ_b q̄ v_qᵀ, R̄ = 2 R Σ_b H̄, each where the embedding has that part. */
function embeddingGradient<T>(
  backend: TensorBackend<T>,
  { context, query, prefix }: TransformerTensors<T>["embedding"],
  start: StateGradient<T>,
  grams: ContextGrams<T>,
): TransformerTensors<T>["embedding"] {
  const mapped = context && backend.contract("ij,bjk->bik", context, grams.gram);
  const total = prefix && backend.contract("bij,b->ij", start.gram, grams.ones);
  return {
    ...(mapped && { context: backend.scale(backend.contract("bij,bjk->ik", start.gram, mapped), 2) }),
    ...(query && { query: backend.contract("bi,bj->ij", start.query, grams.query) }),
    ...(prefix && total && { prefix: backend.scale(backend.contract("ki,ij->kj", prefix, total), 2) }),
  };
}

/** (A + Aᵀ)/2 of each prompt. */
function symmetricPart<T>(backend: TensorBackend<T>, tensor: T): T {
  const half = backend.fromValues(Float64Array.of(0.5), []);
  return backend.add(backend.contract("bij,->bij", tensor, half), backend.contract("bij,->bji", tensor, half));
}
