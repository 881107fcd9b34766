import {
  BackendError,
  planContraction,
  type ContractionPlan,
  type PointwiseFunction,
  type TensorBackend,
} from "@onestep/core";

/** What onestep asks of a tensor of TensorFlow.js: a structural type, so that our types compile without tfjs. */
export interface TfjsTensor {
  readonly shape: number[];
  data(): Promise<ArrayLike<number>>;
  dispose(): void;
}

/**
 * What onestep asks of the TensorFlow.js module that is handed in: `import * as tf from "@tensorflow/tfjs"`. Its own type
 * of tensors is read off `tensor` alone: the other functions take more than tensors, and would suggest a wider one.
 */
export interface TfjsLibrary<T extends TfjsTensor> extends Readonly<
  Record<PointwiseFunction, (tensor: NoInfer<T>) => NoInfer<T>>
> {
  getBackend(): string;
  backend(): { floatPrecision(): 16 | 32 };
  tensor(values: Float32Array, shape: number[], dtype: "float32"): T;
  matMul(left: NoInfer<T>, right: NoInfer<T>): NoInfer<T>;
  transpose(tensor: NoInfer<T>, permutation: number[]): NoInfer<T>;
  reshape(tensor: NoInfer<T>, shape: number[]): NoInfer<T>;
  sum(tensor: NoInfer<T>, axis: number[]): NoInfer<T>;
  add(left: NoInfer<T>, right: NoInfer<T>): NoInfer<T>;
  mul(tensor: NoInfer<T>, factor: number): NoInfer<T>;
  softmax(tensor: NoInfer<T>): NoInfer<T>;
  tidy(body: () => never): unknown;
}

/** A TensorFlow.js module that differentiates: `@tensorflow/tfjs` does, `@tensorflow/tfjs-core` where gradients are registered. */
export interface TfjsAutodiff<T extends TfjsTensor> extends TfjsLibrary<T> {
  valueAndGrads(
    f: (...tensors: NoInfer<T>[]) => NoInfer<T>,
  ): (tensors: NoInfer<T>[]) => { readonly value: NoInfer<T>; readonly grads: NoInfer<T>[] };
}

/** The letters of an equation by the part they play in a batched matrix product. */
interface ProductRoles {
  readonly batch: readonly string[];
  readonly leftFree: readonly string[];
  readonly rightFree: readonly string[];
  readonly summed: readonly string[];
}

/**
 * Runs the model code on TensorFlow.js, on whichever of its backends is active. The library is injected, so that
 * there is one engine in the program and the platform package is the user's choice. Arithmetic is float32, on some graphics
 * processors float16.
 *
 * @param tf the module: `@tensorflow/tfjs`, or `@tensorflow/tfjs-core` with a backend registered
 * @throws BackendError when no backend of the library is ready
 *
 * tfjs has no gradient of einsum and its wasm backend no einsum at all, so each contraction becomes one batched matrix
 * product between transposes and reshapes.
 */
export function tfjsBackend<T extends TfjsTensor>(tf: TfjsLibrary<T>): TensorBackend<T> {
  const active = tf.getBackend();
  if (!active) {
    throw new BackendError({
      where: "tfjsBackend",
      expected: "a TensorFlow.js module with an active backend",
      arrived: "one whose backend is not ready",
      hint: 'call `await tf.setBackend("cpu")` and `await tf.ready()` first',
    });
  }
  return {
    name: active === "tensorflow" ? "tfjs-node" : `tfjs:${active}`,
    unitRoundoff: tf.backend().floatPrecision() === 16 ? 2 ** -11 : 2 ** -24,
    fromValues: (values, shape) => tf.tensor(Float32Array.from(values), [...shape], "float32"),
    toValues: async (tensor) => Float64Array.from(await tensor.data()),
    shapeOf: (tensor) => tensor.shape,
    contract: (equation, left, right) =>
      tidy(tf, () => {
        const plan = planContraction(equation, left.shape, right.shape);
        const size = new Map(plan.axes.map((axis, i) => [axis.letter, plan.sizes[i]]));
        const roles = rolesOf(plan);
        const extent = (letters: readonly string[]): number =>
          letters.reduce((all, letter) => all * size.get(letter)!, 1);
        const { batch, leftFree, rightFree, summed } = roles;
        const arrangedLeft = arrange(tf, left, plan.left, [batch, leftFree, summed].flat());
        const arrangedRight = arrange(tf, right, plan.right, [batch, summed, rightFree].flat());
        const factor = tf.reshape(arrangedRight, [extent(batch), extent(summed), extent(rightFree)]);
        const product = tf.matMul(
          tf.reshape(arrangedLeft, [extent(batch), extent(leftFree), extent(summed)]),
          // The wasm backend keeps the right factor of a single product packed, under its data and whatever its shape:
          // a vector that was a column once would be a column again. A copy has data of its own.
          active === "wasm" && extent(batch) === 1 ? tf.mul(factor, 1) : factor,
        );
        const letters = [batch, leftFree, rightFree].flat();
        const shaped = tf.reshape(
          product,
          letters.map((letter) => size.get(letter)!),
        );
        return permute(tf, shaped, letters, [...plan.output]);
      }),
    add: (left, right) => tf.add(left, right),
    scale: (tensor, factor) => tf.mul(tensor, factor),
    map: (name, tensor) => tf[name](tensor),
    softmax: (tensor) => tf.softmax(tensor),
    tidy: (body) => tidy(tf, body),
    dispose: (...tensors) => {
      for (const tensor of tensors) tensor.dispose();
    },
  };
}

/** `tf.tidy` with the caller's type: tfjs walks any container of tensors, but types only its own. */
function tidy<T extends TfjsTensor, R>(tf: TfjsLibrary<T>, body: () => R): R {
  return tf.tidy(body as () => never) as R;
}

function rolesOf({ axes }: ContractionPlan): ProductRoles {
  const letters = (accept: (left: boolean, right: boolean, kept: boolean) => boolean): string[] =>
    axes.filter((axis) => accept(axis.left >= 0, axis.right >= 0, axis.output >= 0)).map((axis) => axis.letter);
  return {
    batch: letters((left, right, kept) => left && right && kept),
    leftFree: letters((left, right, kept) => left && !right && kept),
    rightFree: letters((left, right, kept) => !left && right && kept),
    summed: letters((left, right, kept) => left && right && !kept),
  };
}

/** Sums out the letters that no other term mentions, then brings the rest into the wanted order. */
function arrange<T extends TfjsTensor>(tf: TfjsLibrary<T>, tensor: T, term: string, order: readonly string[]): T {
  const letters = [...term];
  const unmatched = letters.flatMap((letter, axis) => (order.includes(letter) ? [] : [axis]));
  const remaining = unmatched.length === 0 ? tensor : tf.sum(tensor, unmatched);
  return permute(
    tf,
    remaining,
    letters.filter((letter) => order.includes(letter)),
    order,
  );
}

function permute<T extends TfjsTensor>(
  tf: TfjsLibrary<T>,
  tensor: T,
  from: readonly string[],
  to: readonly string[],
): T {
  const permutation = to.map((letter) => from.indexOf(letter));
  return permutation.every((axis, i) => axis === i) ? tensor : tf.transpose(tensor, permutation);
}
