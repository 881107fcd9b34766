import { AssumptionError, identity } from "@onestep/core";
import { expect, it } from "vitest";
import { gaussianCovariates } from "../covariates/gaussian.ts";
import { requireFourthMoment } from "./fourth-moment.ts";

const gaussian = gaussianCovariates({ dimension: 1 });

it("passes on the fourth moment of a law that has one", () => {
  expect(requireFourthMoment(gaussian)(identity(1)).values[0]).toBe(3);
});

it("tells a moment that is not declared from one that does not exist", () => {
  const reticent = { ...gaussian, fourthMoment: undefined };
  expect(() => requireFourthMoment(reticent)).toThrow("they declare none. Try: declare fourthMoment");
  const heavy = { ...reticent, noFourthMoment: "E‖x‖⁴ is infinite" };
  expect(() => requireFourthMoment(heavy)).toThrow(AssumptionError);
  expect(() => requireFourthMoment(heavy)).toThrow("gaussian covariates: E‖x‖⁴ is infinite. Try: choose");
});
