import { BackendError, type PointwiseFunction, type PromptBatch, type TensorBackend } from "@onestep/core";
import { attentionMask, type AttentionMask } from "./attention-mask.ts";
import type { AttentionTensors } from "./attention-tensors.ts";
import type { AttentionTransformer } from "./attention-transformer.ts";

/**
 * The predictions of attention with any kernel, computed token by token. The last layer moves the query alone, so that
 * one layer costs no n².
 *
 * @param layers the weights, on the backend; those of `transformer` are not looked at
 * @returns ŷ, `[B]`
 * @throws BackendError for a kernel or an activation that the backend does not have
 */
export function attentionPredictions<T>(
  backend: TensorBackend<T>,
  transformer: AttentionTransformer,
  layers: readonly AttentionTensors<T>[],
  prompts: PromptBatch,
): T {
  return backend.tidy(() => {
    const { contextLength: n, dimension: d } = prompts;
    let tokens = allTokens(backend, prompts);
    layers.forEach((layer, at) => {
      const last = at === layers.length - 1;
      const readers = last
        ? backend.contract("rn,bni->bri", backend.fromValues(unit(n + 1, n), [1, n + 1]), tokens)
        : tokens;
      const mask = attentionMask(transformer, prompts, last ? n : 0);
      const update = attend(backend, transformer, layer, readers, tokens, mask);
      tokens = backend.add(
        readers,
        transformer.dividesByLength === true ? perLength(backend, prompts, update) : update,
      );
      if (layer.mlp !== undefined) tokens = throughMlp(backend, layer.mlp, tokens);
    });
    const responses = backend.contract("bri,i->br", tokens, backend.fromValues(unit(d + 1, d), [d + 1]));
    return backend.contract("br,r->b", responses, backend.fromValues(Float64Array.of(-1), [1]));
  });
}

/** vᵢ = (xᵢ, yᵢ) and last v_q = (x_q, 0), `[B, n+1, d+1]`. */
function allTokens<T>(backend: TensorBackend<T>, prompts: PromptBatch): T {
  const { count, contextLength: n, dimension: d, covariates, responses, queryCovariates } = prompts;
  const width = d + 1;
  const tokens = new Float64Array(count * (n + 1) * width);
  for (let prompt = 0; prompt < count; prompt++) {
    const start = prompt * (n + 1) * width;
    for (let i = 0; i < n; i++) {
      const row = prompt * n + i;
      tokens.set(covariates.subarray(row * d, (row + 1) * d), start + i * width);
      tokens[start + i * width + d] = responses[row];
    }
    tokens.set(queryCovariates.subarray(prompt * d, (prompt + 1) * d), start + n * width);
  }
  return backend.fromValues(tokens, [count, n + 1, width]);
}

/** What the heads add to the readers, `[B, r, d+1]`. */
function attend<T>(
  backend: TensorBackend<T>,
  transformer: AttentionTransformer,
  { keyQuery, valueProjection }: AttentionTensors<T>,
  readers: T,
  tokens: T,
  mask: AttentionMask,
): T {
  const queries = backend.contract("hij,bnj->bhni", keyQuery, readers);
  const products = backend.contract("bhni,bmi->bhnm", queries, tokens);
  const scores = backend.scale(products, 1 / (transformer.temperature ?? 1));
  const weights =
    transformer.kernel === "softmax"
      ? softmax(backend, scores, mask)
      : pointwise(backend, transformer.kernel, scores, mask);
  const mixed = backend.contract("bhnm,bmi->bhni", weights, tokens);
  return backend.contract("hij,bhnj->bni", valueProjection, mixed);
}

function softmax<T>(backend: TensorBackend<T>, scores: T, { axes, shape, values }: AttentionMask): T {
  if (backend.softmax === undefined) throw missing(backend.name, "softmax");
  const [count, heads] = backend.shapeOf(scores);
  const hidden = backend.fromValues(
    values.map((seen) => (seen === 1 ? 0 : -Infinity)),
    shape,
  );
  const spread = axes === "nm" ? "nm,bh->bhnm" : "bnm,bh->bhnm";
  const ones = backend.fromValues(new Float64Array(count * heads).fill(1), [count, heads]);
  return backend.softmax(backend.add(scores, backend.contract(spread, hidden, ones)));
}

function pointwise<T>(
  backend: TensorBackend<T>,
  kernel: "linear" | PointwiseFunction,
  scores: T,
  { axes, shape, values }: AttentionMask,
): T {
  const attended = backend.fromValues(values, shape);
  const masked = (tensor: T): T => backend.contract(`${axes},bhnm->bhnm`, attended, tensor);
  // Before the kernel too: an exponential of a score that nobody asked for may be infinite, and 0·∞ is no number.
  return masked(kernel === "linear" ? scores : apply(backend, kernel, masked(scores)));
}

function throughMlp<T>(
  backend: TensorBackend<T>,
  { hidden, bias, output, activation }: NonNullable<AttentionTensors<T>["mlp"]>,
  tokens: T,
): T {
  const [count, readers] = backend.shapeOf(tokens);
  const ones = backend.fromValues(new Float64Array(count * readers).fill(1), [count, readers]);
  const inputs = backend.add(
    backend.contract("ki,bni->bnk", hidden, tokens),
    backend.contract("bn,k->bnk", ones, bias),
  );
  return backend.add(tokens, backend.contract("ik,bnk->bni", output, apply(backend, activation, inputs)));
}

/** Divides by n, or by the prompt's own length. */
function perLength<T>(backend: TensorBackend<T>, { count, contextLength, lengths }: PromptBatch, update: T): T {
  if (lengths === undefined) return backend.scale(update, 1 / contextLength);
  const reciprocals = Float64Array.from({ length: count }, (_, prompt) => 1 / lengths[prompt]);
  return backend.contract("b,bni->bni", backend.fromValues(reciprocals, [count]), update);
}

function apply<T>(backend: TensorBackend<T>, name: "linear" | PointwiseFunction, tensor: T): T {
  if (name === "linear") return tensor;
  if (backend.map === undefined) throw missing(backend.name, `map("${name}")`);
  return backend.map(name, tensor);
}

/** e_at of a length. */
function unit(length: number, at: number): Float64Array {
  return new Float64Array(length).fill(1, at, at + 1);
}

function missing(backend: string, what: string): BackendError {
  return new BackendError({
    where: "attention",
    expected: `a backend that has ${what}`,
    arrived: `${backend}, which has the operations of linear attention only`,
    hint: "use float64Backend() or tfjsBackend(tf)",
  });
}
