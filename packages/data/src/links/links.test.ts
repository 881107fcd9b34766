import { normalCdf } from "@onestep/core";
import { describe, expect, it } from "vitest";
import type { Link } from "../define/define-link.ts";
import { cosLink } from "./cos.ts";
import { cubeLink } from "./cube.ts";
import { erfLink } from "./erf.ts";
import { geluLink } from "./gelu.ts";
import { hermiteLink } from "./hermite.ts";
import { leakyReluLink } from "./leaky-relu.ts";
import { linkShelf } from "./shelf.ts";
import { sigmoidLink } from "./sigmoid.ts";
import { signLink } from "./sign.ts";
import { sinLink } from "./sin.ts";
import { softplusLink } from "./softplus.ts";

const linkNamed = (name: string): Link => {
  const { definition } = linkShelf.find((factory) => factory.definition.name === name)!;
  return definition.build(name === "hermite" ? { coefficients: [0.5, 1, -1] } : {}, { where: name });
};

/** The engine's own functions are another witness, good to a few roundoffs. */
const relative = 1e-14;
const expectValues = (link: Link, expected: (x: number) => number): void => {
  for (let x = -40.25; x <= 40.25; x += 0.5) {
    const value = link.value(x);
    expect(Math.abs(value - expected(x)), `${link.name} at ${x}`).toBeLessThanOrEqual(relative * (1 + Math.abs(value)));
  }
};

describe("values of links", () => {
  it("agree with the textbook", () => {
    expectValues(linkNamed("identity"), (x) => x);
    expectValues(linkNamed("relu"), (x) => Math.max(x, 0));
    expectValues(leakyReluLink({ slope: 0.2 }), (x) => (x > 0 ? x : 0.2 * x));
    expectValues(linkNamed("abs"), (x) => Math.abs(x));
    expectValues(signLink(), (x) => Math.sign(x));
    expectValues(sinLink({ scale: 2 }), (x) => Math.sin(2 * x));
    expectValues(cosLink({ scale: 0.5 }), (x) => Math.cos(x / 2));
    expectValues(erfLink({ scale: Math.SQRT1_2 }), (x) => 2 * normalCdf(x) - 1);
    expectValues(cubeLink(), (x) => x ** 3);
    expectValues(linkNamed("tanh"), (x) => Math.tanh(x));
    expectValues(geluLink(), (x) => x * normalCdf(x));
    expectValues(softplusLink(), (x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))));
    expectValues(sigmoidLink(), (x) => 1 / (1 + Math.exp(-x)));
    expectValues(hermiteLink({ coefficients: [1, 2, 0, 3] }), (x) => 1 + 2 * x + (3 * (x ** 3 - 3 * x)) / Math.sqrt(6));
  });

  it("neither overflow nor lose their limits far out", () => {
    for (const name of ["sigmoid", "tanh", "erf"]) expect(linkNamed(name).value(1e4)).toBe(1);
    expect(linkNamed("sigmoid").value(-1e4)).toBe(0);
    expect(linkNamed("softplus").value(1e4)).toBe(1e4);
    expect(linkNamed("softplus").value(-1e4)).toBe(0);
    expect(linkNamed("gelu").value(-1e4)).toBe(-0);
  });

  it("keep the parity they declare, and a declared neither is neither", () => {
    for (const { definition } of linkShelf) {
      const link = linkNamed(definition.name);
      for (const x of [0.3, 1, 2.7]) {
        const [right, left] = [link.value(x), link.value(-x)];
        const parity = left === -right ? "odd" : left === right ? "even" : "neither";
        expect(parity, link.name).toBe(link.parity);
      }
    }
  });

  it("know the parity of a parametrised link", () => {
    expect(hermiteLink({ coefficients: [0, 1, 0, 2] }).parity).toBe("odd");
    expect(hermiteLink({ coefficients: [1, 0, 2] }).parity).toBe("even");
    expect(hermiteLink({ coefficients: [1, 1] }).parity).toBe("neither");
    expect(leakyReluLink({ slope: 1 }).parity).toBe("odd");
    expect(leakyReluLink({ slope: -1 }).parity).toBe("even");
    expect(leakyReluLink().parity).toBe("neither");
  });

  it("grow as they declare, and no less", () => {
    const sizeAt = (link: Link, x: number): number => Math.max(Math.abs(link.value(x)), Math.abs(link.value(-x)));
    for (const { definition } of linkShelf) {
      const link = linkNamed(definition.name);
      for (const x of [1e3, 1e5]) {
        const ratio = sizeAt(link, x) / x ** link.growth;
        expect(ratio, `${link.name} at ${x}`).toBeLessThan(2);
        if (link.growth > 0) expect(ratio, `${link.name} at ${x}`).toBeGreaterThan(0.1);
      }
    }
    expect(hermiteLink({ coefficients: [1, 0, 2, 0] }).growth).toBe(2);
    expect(hermiteLink({ coefficients: [0] }).growth).toBe(0);
  });
});
