import { openStream, randomKey } from "@onestep/core";
import { expectClose } from "@onestep/testkit";
import { describe, expect, it } from "vitest";
import { gaussianCovariates } from "../covariates/gaussian.ts";
import type { Target, TargetLaw } from "../define/define-target.ts";
import { tanhLink } from "../links/tanh.ts";
import { coordinateTarget } from "./coordinate.ts";
import { quadraticTarget } from "./quadratic.ts";
import { randomFeaturesTarget } from "./random-features.ts";
import { twoLayerTarget } from "./two-layer.ts";

const covariates = gaussianCovariates({ dimension: 2 });
const draw = (law: TargetLaw): Target => law.over(covariates).draw(openStream(randomKey(4)));
const normals = (count: number): Float64Array => {
  const drawn = new Float64Array(count);
  openStream(randomKey(4)).fillNormals(drawn, 0, count);
  return drawn;
};
const x = Float64Array.of(0.7, -1.2);

describe("twoLayerTarget", () => {
  it("is Σ a g(⟨w, x⟩), with no factor of the width", () => {
    const f = draw(twoLayerTarget({ dimension: 2, width: 2, link: "tanh", readoutVariance: 4, weightVariance: 9 }));
    const [w11, w12, w21, w22, a1, a2] = normals(6).map((z, i) => (i < 4 ? 3 : 2) * z);
    const tanh = tanhLink();
    expectClose(f.at(x, 0), a1 * tanh.value(w11 * x[0] + w12 * x[1]) + a2 * tanh.value(w21 * x[0] + w22 * x[1]), 1e-14);
  });

  it("draws weights of variance 1 unless told", () => {
    const { parameters } = twoLayerTarget({ dimension: 2, width: 3, link: "relu" });
    expect(parameters).toEqual({ width: 3, link: "relu", readoutVariance: 1, weightVariance: 1 });
  });
});

describe("randomFeaturesTarget", () => {
  it("is α √(2/m) Σ a cos(⟨ω, x⟩ + φ), ω of standard deviation 1/ℓ", () => {
    const f = draw(randomFeaturesTarget({ dimension: 2, count: 1, lengthScale: 0.5, amplitude: 3 }));
    const stream = openStream(randomKey(4));
    const [w1, w2, a] = [stream.normal(), stream.normal(), stream.normal()];
    const angle = 2 * (w1 * x[0] + w2 * x[1]) + 2 * Math.PI * stream.uniform();
    expectClose(f.at(x, 0), 3 * Math.SQRT2 * a * Math.cos(angle), 1e-14);
    expect(f.indices).toMatchObject({ count: 1, linear: false });
  });
});

describe("quadraticTarget", () => {
  it("is xᵀAx for A = (Z + Zᵀ)/√2: variance 2 on the diagonal, 1 beside it", () => {
    const f = draw(quadraticTarget({ dimension: 2 }));
    const [z11, z21, z22] = normals(3);
    const form = (x1: number, x2: number): number => Math.SQRT2 * (z11 * x1 * x1 + z22 * x2 * x2) + 2 * z21 * x1 * x2;
    expectClose(f.at(x, 0), form(0.7, -1.2), 1e-14);
    expectClose(f.at(Float64Array.of(9, 2, -3), 1), form(2, -3), 1e-13);
  });
});

describe("coordinateTarget", () => {
  it("is ±φ of one coordinate, and in time of every coordinate with either sign", () => {
    const target = coordinateTarget({ dimension: 2, link: "tanh" }).over(covariates);
    const [first, second] = [tanhLink().value(0.7), tanhLink().value(-1.2)];
    const stream = openStream(randomKey(0));
    const values = new Set(Array.from({ length: 60 }, () => target.draw(stream).at(x, 0)));
    expect(values).toEqual(new Set([first, -first, second, -second]));
  });

  it("declares signed permutations of an odd or even function, and nothing of another", () => {
    const invarianceOf = (link: string): unknown => coordinateTarget({ dimension: 2, link }).declares.invariance;
    expect(["tanh", "cos", "relu"].map(invarianceOf)).toEqual(["signed-permutations", "signed-permutations", "none"]);
  });
});
