import { expect, it } from "vitest";
import { DomainError } from "./errors.ts";
import { requireName } from "./known-name.ts";

it("refuses a name that is none, and tells the nearest", () => {
  expect(() => requireName("kernel", "softmx", ["linear", "softmax"])).toThrow(DomainError);
  expect(() => requireName("kernel", "softmx", ["linear", "softmax"])).toThrow(
    'kernel: expected one of linear, softmax; got "softmx". Try: did you mean "softmax"?',
  );
  expect(() => requireName("kernel", undefined, ["linear"])).toThrow('did you mean "linear"?');
  expect(() => requireName("kernel", "linear", ["linear"])).not.toThrow();
});
