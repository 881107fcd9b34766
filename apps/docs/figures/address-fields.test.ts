import { expect, it } from "vitest";

import { fieldsOf } from "./address-fields.ts";

it("a field says what is offered, to the letter, or nothing", () => {
  const { among, text } = fieldsOf("?n=20&d=1e1&tasks=whitened");
  expect(among("n", [4, 20], 4)).toBe(20);
  expect(among("d", [5, 10], 5)).toBe(5);
  expect(among("tasks", ["isotropic", "whitened"], "isotropic")).toBe("whitened");
  expect(among("absent", ["", "other"], "other")).toBe("other");
  expect([text("tasks"), text("absent")]).toEqual(["whitened", ""]);
});

it("a whole number has digits alone, and stops at the largest", () => {
  const { whole } = fieldsOf("seed=07&step=700&half=2.5&below=-1&large=1e3&empty=&long=1234567890");
  expect(whole("seed", 9999)).toBe(7);
  expect(whole("step", 600)).toBe(600);
  for (const name of ["half", "below", "large", "empty", "long", "absent"]) {
    expect([whole(name, 9999), whole(name, 9999, 30)], name).toEqual([0, 30]);
  }
});
