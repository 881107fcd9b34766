import { childKey, randomKey } from "../random/key.ts";
import { openStream } from "../random/stream.ts";
import type { Shape, TensorBackend } from "./backend.ts";
import { elementCount } from "./checks.ts";
import { pointwiseFunctions, type PointwiseFunction } from "./pointwise.ts";

/** One promise of `TensorBackend`; `run` rejects with expected and got when it is broken. */
export interface TensorBackendCheck {
  readonly name: string;
  run<T>(backend: TensorBackend<T>): Promise<void>;
}

/** The contractions of linear self-attention, its depth and its gradient, with sizes that tell every axis apart. */
const equations: readonly string[] = [
  "bni,i->bn",
  "bni,bn->bi",
  "bni,bnj->bij",
  "ij,bj->bi",
  "bi,bi->b",
  "b,bi->bi",
  "bi,bj->ij",
  "bij,bj->bi",
  "ij,jk->ik",
  "ij,kj->ki",
  "i,j->ij",
  "b,b->",
];
const sizes: Readonly<Record<string, number>> = { b: 4, n: 7, i: 3, j: 2, k: 5 };

/** How many units of roundoff an elementary function of a good library may be off. */
const ELEMENTARY = 8;

/**
 * What any backend must do, as a list to be run in its tests. What is asked of `map` and `softmax` is asked only of
 * backends that have them.
 *
 * @example
 * for (const check of tensorBackendChecks) await check.run(float64Backend());
 */
export const tensorBackendChecks: readonly TensorBackendCheck[] = [
  {
    name: "values survive the round trip, and the tensor is a copy",
    async run(backend) {
      const values = Float64Array.of(1, -2, 0.5, 0, 1024, -0.125);
      const tensor = backend.fromValues(values, [2, 3]);
      const expected = values.slice();
      values.fill(9);
      await expectTensor(backend, tensor, [2, 3], expected, new Float64Array(6));
      (await backend.toValues(tensor)).fill(9);
      await expectTensor(backend, tensor, [2, 3], expected, new Float64Array(6));
    },
  },
  {
    name: "a scalar has the shape [] and one value",
    run: (backend) =>
      expectTensor(backend, backend.fromValues(Float64Array.of(3), []), [], Float64Array.of(3), new Float64Array(1)),
  },
  ...equations.map((equation) => contractionCheck(equation, sizes)),
  contractionCheck("nb,nb->b", { n: 3, b: 9 }),
  contractionCheck("bni,bnj->bij", { b: 1, n: 1, i: 1, j: 1 }),
  contractionCheck("bni,bnj->bij", { b: 2, n: 300, i: 5, j: 1 }),
  {
    name: "add and scale are elementwise",
    async run(backend) {
      const [x, y] = [draws(backend, "x", [2, 3]), draws(backend, "y", [2, 3])];
      const sum = backend.scale(backend.add(x.tensor, y.tensor), -1.5);
      const expected = x.values.map((value, at) => -1.5 * (value + y.values[at]));
      await expectTensor(
        backend,
        sum,
        [2, 3],
        expected,
        expected.map((value) => 4 * backend.unitRoundoff * Math.abs(value)),
      );
    },
  },
  ...(Object.keys(pointwiseFunctions) as PointwiseFunction[]).map(mapCheck),
  {
    name: "softmax is along the last axis, and gives no weight to −∞",
    async run(backend) {
      if (backend.softmax === undefined) return;
      const [rows, size] = [3, 5];
      const { values } = draws(backend, "scores", [rows, size]);
      for (const at of [0, 7, 8]) values[at] = -Infinity;
      const tensor = backend.fromValues(values, [rows, size]);
      const expected = values.map((value, at) => {
        const first = at - (at % size);
        const total = values.subarray(first, first + size).reduce((sum, other) => sum + Math.exp(other), 0);
        return Math.exp(value) / total;
      });
      // Two exponentials, here and in the backend, the sum and the quotient.
      const roundings = (4 * ELEMENTARY + 2 * size + 2) * backend.unitRoundoff;
      const tolerance = expected.map((value) => roundings * value);
      await expectTensor(backend, backend.softmax(tensor), [rows, size], expected, tolerance);
    },
  },
  {
    name: "tidy keeps what it returns and leaves older tensors alone",
    async run(backend) {
      const x = draws(backend, "x", [3]);
      const kept = backend.tidy(() => {
        backend.scale(x.tensor, 3);
        return { inner: backend.tidy(() => backend.scale(x.tensor, 2)), list: [backend.scale(x.tensor, 4)] };
      });
      await expectTensor(
        backend,
        kept.inner,
        [3],
        x.values.map((value) => 2 * value),
        new Float64Array(3),
      );
      await expectTensor(
        backend,
        kept.list[0],
        [3],
        x.values.map((value) => 4 * value),
        new Float64Array(3),
      );
      backend.dispose(kept.inner, ...kept.list);
      await expectTensor(backend, x.tensor, [3], x.values, new Float64Array(3));
      backend.dispose(x.tensor);
    },
  },
  {
    name: "shapes and equations that do not fit are refused",
    run(backend) {
      const [row, square] = [draws(backend, "row", [3]).tensor, draws(backend, "square", [2, 2]).tensor];
      expectRefusal("fromValues of 3 values as [2, 2]", () => backend.fromValues(new Float64Array(3), [2, 2]));
      expectRefusal('contract("ij,j->i") of [2, 2] and [3]', () => backend.contract("ij,j->i", square, row));
      expectRefusal('contract("i,j->ij") of [2, 2] and [3]', () => backend.contract("i,j->ij", square, row));
      expectRefusal('contract("ij,j") of [2, 2] and [3]', () => backend.contract("ij,j", square, row));
      expectRefusal("add of [2, 2] and [3]", () => backend.add(square, row));
      return Promise.resolve();
    },
  },
];

function mapCheck(name: PointwiseFunction): TensorBackendCheck {
  return {
    name: `map("${name}") is elementwise`,
    async run(backend) {
      if (backend.map === undefined) return;
      const { tensor, values } = draws(backend, name, [2, 5]);
      const expected = values.map(pointwiseFunctions[name]);
      const tolerance = expected.map((value) => 2 * ELEMENTARY * backend.unitRoundoff * Math.abs(value));
      await expectTensor(backend, backend.map(name, tensor), [2, 5], expected, tolerance);
    },
  };
}

function contractionCheck(equation: string, sizeOf: Readonly<Record<string, number>>): TensorBackendCheck {
  const [operands, output] = equation.split("->") as [string, string];
  const [left, right] = operands.split(",") as [string, string];
  const shapeOf = (letters: string): Shape => [...letters].map((letter) => sizeOf[letter]);
  return {
    name: `contract("${equation}") at ${[...new Set(left + right)].map((letter) => `${letter}=${sizeOf[letter]}`).join(" ")}`,
    async run(backend) {
      const [x, y] = [draws(backend, "left", shapeOf(left)), draws(backend, "right", shapeOf(right))];
      const shape = shapeOf(output);
      const expected = new Float64Array(elementCount(shape));
      const magnitude = new Float64Array(expected.length);
      let terms = 0;
      // every assignment of indices to letters: the definition, slow and independent of any plan
      forEachIndex([...new Set(left + right)], sizeOf, (index) => {
        const at = offset(output, sizeOf, index);
        const product = x.values[offset(left, sizeOf, index)] * y.values[offset(right, sizeOf, index)];
        expected[at] += product;
        magnitude[at] += Math.abs(product);
        terms += 1;
      });
      // each product and each partial sum is rounded once, here and in the backend
      const roundings = 2 * (terms / expected.length + 1) * backend.unitRoundoff;
      await expectTensor(
        backend,
        backend.contract(equation, x.tensor, y.tensor),
        shape,
        expected,
        magnitude.map((m) => roundings * m),
      );
    },
  };
}

function forEachIndex(
  letters: readonly string[],
  sizeOf: Readonly<Record<string, number>>,
  visit: (index: ReadonlyMap<string, number>) => void,
  index: Map<string, number> = new Map(),
): void {
  const [first, ...rest] = letters;
  if (first === undefined) {
    visit(index);
    return;
  }
  for (let at = 0; at < sizeOf[first]; at++) forEachIndex(rest, sizeOf, visit, index.set(first, at));
}

function offset(letters: string, sizeOf: Readonly<Record<string, number>>, index: ReadonlyMap<string, number>): number {
  return [...letters].reduce((at, letter) => at * sizeOf[letter] + index.get(letter)!, 0);
}

/** Numbers k/256 with |k| ≤ 512: exact in single precision. */
function draws<T>(backend: TensorBackend<T>, label: string, shape: Shape): { tensor: T; values: Float64Array } {
  const stream = openStream(childKey(randomKey(0), label));
  const values = Float64Array.from(
    { length: elementCount(shape) },
    () => (Math.floor(1025 * stream.uniform()) - 512) / 256,
  );
  return { tensor: backend.fromValues(values, shape), values };
}

async function expectTensor<T>(
  backend: TensorBackend<T>,
  tensor: T,
  shape: Shape,
  expected: Float64Array,
  tolerance: Float64Array,
): Promise<void> {
  const gotShape = backend.shapeOf(tensor);
  const got = await backend.toValues(tensor);
  if (JSON.stringify(gotShape) !== JSON.stringify(shape) || got.length !== expected.length) {
    throw new Error(
      `${backend.name}: expected the shape ${JSON.stringify(shape)}, got ${JSON.stringify(gotShape)} with ${got.length} values`,
    );
  }
  expected.forEach((value, at) => {
    if (Math.abs(got[at] - value) <= tolerance[at]) return;
    throw new Error(`${backend.name}: expected ${value} ± ${tolerance[at]} at ${at}, got ${got[at]}`);
  });
}

function expectRefusal(what: string, body: () => unknown): void {
  try {
    body();
  } catch {
    return;
  }
  throw new Error(`expected an error for ${what}, got a result`);
}
