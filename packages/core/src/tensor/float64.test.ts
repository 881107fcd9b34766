import { describe, expect, test } from "vitest";
import type { TensorBackend } from "./backend.ts";
import { tensorBackendChecks } from "./backend-checks.ts";
import type { Float64Tensor } from "./float64-tensor.ts";
import { float64Backend } from "./float64.ts";

describe("the float64 backend keeps every promise", () => {
  for (const check of tensorBackendChecks) test(`promise: ${check.name}`, () => check.run(float64Backend()));
});

test("a contraction, by hand", async () => {
  const backend = float64Backend();
  const a = backend.fromValues(Float64Array.of(1, 2, 3, 4, 5, 6), [2, 3]);
  const x = backend.fromValues(Float64Array.of(1, 10, 100), [3]);
  expect([...(await backend.toValues(backend.contract("ij,j->i", a, x)))]).toEqual([321, 654]);
  expect([...(await backend.toValues(backend.contract("ij,j->ji", a, x)))]).toEqual([1, 4, 20, 50, 300, 600]);
});

test("softmax does not overflow, and a scalar has one entry to weigh", () => {
  const backend = float64Backend();
  const scores = backend.fromValues(Float64Array.of(1000, 1000, -1e6, -Infinity), [2, 2]);
  expect([...backend.softmax!(scores).values]).toEqual([0.5, 0.5, 1, 0]);
  expect([...backend.softmax!(backend.fromValues(Float64Array.of(-3), [])).values]).toEqual([1]);
});

test("an axis of one operand alone can be summed", async () => {
  const backend = float64Backend();
  const a = backend.fromValues(Float64Array.of(1, 2, 3, 4, 5, 6), [2, 3]);
  const two = backend.fromValues(Float64Array.of(2), []);
  expect([...(await backend.toValues(backend.contract("ij,->i", a, two)))]).toEqual([12, 30]);
  expect([...(await backend.toValues(backend.contract(",ij->", two, a)))]).toEqual([42]);
});

describe("a backend that breaks a promise is caught", () => {
  const honest = float64Backend();
  const nudge = (tensor: Float64Tensor, by: number): Float64Tensor => ({
    ...tensor,
    values: tensor.values.map((value) => value * (1 + by)),
  });
  const broken: readonly [what: string, backend: Partial<TensorBackend<Float64Tensor>>][] = [
    ["keeps the caller's array", { fromValues: (values, shape) => ({ ...honest.fromValues(values, shape), values }) }],
    ["hands out its own array", { toValues: (tensor) => Promise.resolve(tensor.values) }],
    ["forgets the shape", { shapeOf: (tensor) => [tensor.values.length] }],
    [
      "is a single-precision backend that claims double",
      { contract: (equation, left, right) => nudge(honest.contract(equation, left, right), 2 ** -24) },
    ],
    ["swaps the operands", { contract: (equation, left, right) => honest.contract(equation, right, left) }],
    ["scales the sum wrongly", { scale: (tensor, factor) => honest.scale(tensor, Math.abs(factor)) }],
    [
      "adds without looking at shapes",
      {
        add: (left, right) => ({
          shape: left.shape,
          values: left.values.map((value, at) => value + (right.values[at] ?? 0)),
        }),
      },
    ],
    ["frees what tidy returns", freeingAll(honest)],
    ["maps another function", { map: (name, tensor) => honest.map!(name === "relu" ? "abs" : name, tensor) }],
    ["takes the softmax of the whole tensor", { softmax: softmaxOfAll(honest) }],
    ["spreads weight over hidden entries", { softmax: (tensor) => honest.softmax!(finite(tensor)) }],
  ];
  for (const [what, override] of broken) {
    test(`one that ${what}`, async () => {
      const backend: TensorBackend<Float64Tensor> = { ...honest, ...override };
      const outcomes = await Promise.allSettled(tensorBackendChecks.map(async (check) => check.run(backend)));
      expect(outcomes.some(({ status }) => status === "rejected")).toBe(true);
    });
  }
});

function softmaxOfAll(honest: TensorBackend<Float64Tensor>): (tensor: Float64Tensor) => Float64Tensor {
  return ({ shape, values }) => ({ shape, values: honest.softmax!({ shape: [values.length], values }).values });
}

function finite({ shape, values }: Float64Tensor): Float64Tensor {
  return { shape, values: values.map((value) => Math.max(value, -10)) };
}

/** Overwrites every multiple made inside tidy, the returned ones too. */
function freeingAll(honest: TensorBackend<Float64Tensor>): Partial<TensorBackend<Float64Tensor>> {
  const made: Float64Tensor[] = [];
  return {
    scale(tensor, factor) {
      const result = honest.scale(tensor, factor);
      made.push(result);
      return result;
    },
    tidy(body) {
      made.length = 0;
      const kept = body();
      for (const tensor of made) tensor.values.fill(NaN);
      return kept;
    },
  };
}
