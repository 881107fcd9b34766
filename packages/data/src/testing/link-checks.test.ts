import { log, log1p, exp, randomKey } from "@onestep/core";
import { expectRefuses } from "@onestep/testkit";
import { describe, expect, it } from "vitest";
import type { Link, LinkMoments } from "../define/define-link.ts";
import { geluLink } from "../links/gelu.ts";
import { hermiteLink } from "../links/hermite.ts";
import { reluLink } from "../links/relu.ts";
import { sinLink } from "../links/sin.ts";
import { softplusLink } from "../links/softplus.ts";
import { tanhLink } from "../links/tanh.ts";
import type { Check } from "./check.ts";
import { linkChecks } from "./link-checks.ts";

const [tanh, relu, gelu] = [tanhLink(), reluLink(), geluLink()];
const named = (link: Link, name: string): Check => linkChecks(link).find((check) => check.name === name)!;
const valued = (link: Link, value: Link["value"]): Link => ({ ...link, value });
const stating = (link: Link, change: (moments: LinkMoments, scale: number) => Partial<LinkMoments>): Link => ({
  ...link,
  moments(scale) {
    const stated = link.moments(scale);
    return { ...stated, ...change(stated, scale) };
  },
});
let asked = 0;

/** What is wrong · the link that says so · the check that must notice. */
const wrong: readonly (readonly [string, Link, string])[] = [
  ["a slope that is off in its ninth digit", stating(tanh, ({ slope }) => ({ slope: slope * (1 + 1e-9) })), "moments"],
  ["an energy that forgets a half", stating(relu, ({ energy }) => ({ energy: 2 * energy })), "moments"],
  ["a tilted energy that is not tilted", stating(gelu, ({ energy }) => ({ tiltedEnergy: energy })), "moments"],
  ["moments at one scale for all", { ...tanh, moments: () => tanh.moments(1) }, "moments"],
  ["moments that are right up to the scale of 1", stating(tanh, (_, t) => (t > 1 ? { energy: 1 } : {})), "moments"],
  ["a moment that is no number", stating(tanh, () => ({ slope: NaN })), "moments"],
  [
    "Hermite coefficients that are not normalised",
    {
      ...hermiteLink({ coefficients: [0, 1, 0, 1] }),
      moments: (t) => hermiteLink({ coefficients: [0, 1, 0, 0.5] }).moments(t),
    },
    "moments",
  ],
  ["a ReLU declared odd", { ...relu, parity: "odd" }, "parity"],
  ["a hyperbolic tangent declared even", { ...tanh, parity: "even" }, "parity"],
  ["an odd link that is odd but for rounding", valued(tanh, (x) => tanh.value(x + 1e-12)), "parity"],
  ["a jump away from 0", valued(tanh, (x) => (x > 1.3 ? 1 : tanh.value(x))), "smoothness"],
  ["a bend away from 0", valued(relu, (x) => Math.min(6, relu.value(x))), "smoothness"],
  ["a small bend on the left", valued(gelu, (x) => gelu.value(x) + 1e-3 * Math.max(0, -2.4 - x)), "smoothness"],
  ["digits lost to cancellation", valued(tanh, (x) => tanh.value(x) + 1e6 - 1e6 + (1e9 + x - 1e9 - x)), "smoothness"],
  ["a value far out that is none", valued(softplusLink(), (x) => log(1 + exp(x)) + exp(x) - exp(x)), "values"],
  [
    "a value that overflows before it must",
    valued(softplusLink(), (x) => (x + Math.abs(x)) / 2 + log1p(exp(-Math.abs(x)))),
    "values",
  ],
  ["an infinite value where x is 30", valued(tanh, (x) => (x > 30 ? Infinity : tanh.value(x))), "values"],
  ["a value that changes when it is asked for again", valued(tanh, (x) => tanh.value(x) + 1e-9 * asked++), "values"],
  ["a polynomial declared bounded", { ...hermiteLink({ coefficients: [0, 1, 0, 1] }), growth: 0 }, "growth"],
];

describe("linkChecks", () => {
  it.each(wrong)("refuse %s", (_, link, name) => {
    expectRefuses(named(link, name), randomKey(0));
  });

  it.each([2.5, 40])("resolve a wave of frequency %d", (scale) => {
    for (const check of linkChecks(sinLink({ scale }))) expect(check.run().detail).toBe("holds exactly");
  });

  it("leave out what is not declared", () => {
    const names = linkChecks({ ...relu, growth: Infinity }).map(({ name }) => name);
    expect(names).toEqual(["values", "smoothness", "moments"]);
  });
});

describe("links far out", () => {
  it("are numbers, or infinite where their highest power is", () => {
    const hermite = hermiteLink({ coefficients: [1, 0, -1, 0, 0.5, -2, 0] });
    expect([hermite.value(1e308), hermite.value(-1e308)]).toEqual([-Infinity, Infinity]);
    expect(softplusLink().value(1.7e308)).toBe(1.7e308);
    expect(Math.abs(sinLink({ scale: 10 }).value(1e308))).toBeLessThanOrEqual(1);
  });
});
