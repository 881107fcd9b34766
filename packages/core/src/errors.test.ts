import { expect, test } from "vitest";
import { AssumptionError, BackendError, DomainError, NumericalError, OnestepError, ShapeError } from "./errors.ts";

const parts = { where: "covariance", expected: "a square matrix", arrived: "2×3", hint: "transpose" };

test("the message says where, expected, arrived and what to try", () => {
  const error = new ShapeError(parts);
  expect(error.message).toBe("covariance: expected a square matrix; got 2×3. Try: transpose");
  expect(error).toMatchObject({ name: "ShapeError", code: "shape", where: "covariance", hint: "transpose" });
});

test("every class has its code, and all have one parent", () => {
  const codes = [ShapeError, DomainError, NumericalError, BackendError].map((kind) => new kind(parts).code);
  expect(codes).toEqual(["shape", "domain", "numerical", "backend"]);
  expect(new DomainError(parts)).toBeInstanceOf(OnestepError);
});

test("a cause is kept, and its absence is no property", () => {
  const cause = new Error("below");
  expect(new BackendError({ ...parts, cause }).cause).toBe(cause);
  expect("cause" in new BackendError(parts)).toBe(false);
});

test("an assumption error carries the source and the unmet hypotheses", () => {
  const error = new AssumptionError({ ...parts, source: "mahankali-2023, Theorem 1", unmet: ["centred tasks"] });
  expect(error).toMatchObject({ code: "assumption", source: "mahankali-2023, Theorem 1", unmet: ["centred tasks"] });
});
