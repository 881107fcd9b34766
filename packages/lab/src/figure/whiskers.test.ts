import { expect, it } from "vitest";
import { whiskers } from "./whiskers.ts";

it("whiskers reach over 95 % of an estimate's law, in the units that an axis shows", () => {
  const estimate = { value: 1000, standardError: 100 };
  expect(whiskers(7, estimate)).toEqual({ x: 7, y: 1000, low: 804, high: 1196 });
  expect(whiskers(7, estimate, (y) => (y - 1000) / 4)).toEqual({ x: 7, y: 0, low: -49, high: 49 });
});
