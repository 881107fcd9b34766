import { childKey, dot, multiplyVector, openStream, randomKey } from "@onestep/core";
import { expectClose } from "@onestep/testkit";
import { describe, expect, it } from "vitest";
import { gaussianCovariates } from "../covariates/gaussian.ts";
import { tanhLink } from "../links/tanh.ts";
import { singleIndexTarget } from "./single-index.ts";

const covariates = gaussianCovariates({
  covariance: [
    [2, 0.5, 0],
    [0.5, 1, -0.3],
    [0, -0.3, 0.6],
  ],
});
const basis = Float64Array.of(1, 0, 0, 0, 1, 0, 0, 0, 1);
const streams = Array.from({ length: 20 }, (_, i) => () => openStream(childKey(randomKey(3), "task", i)));

/** With the identity link, the values on the basis are the index u itself. */
const indexOf = (whiten: boolean, open: (typeof streams)[number]): Float64Array => {
  const f = singleIndexTarget({ dimension: 3, link: "identity", whiten }).over(covariates).draw(open());
  return Float64Array.of(f.at(basis, 0), f.at(basis, 3), f.at(basis, 6));
};

describe("singleIndexTarget", () => {
  it("draws an index of length 1, or one along which whitened covariates have variance 1", () => {
    for (const open of streams) {
      const [plain, whitened] = [indexOf(false, open), indexOf(true, open)];
      expectClose(dot(plain, plain), 1, 8 * Number.EPSILON);
      expectClose(dot(whitened, multiplyVector(covariates.covariance.matrix, whitened)), 1, 64 * Number.EPSILON);
    }
  });

  it("draws the index anew from every stream, and the same from the same", () => {
    const drawn = streams.map((open) => indexOf(false, open).join());
    expect(new Set(drawn).size).toBe(streams.length);
    expect(streams.map((open) => indexOf(false, open).join())).toEqual(drawn);
  });

  it("puts scale inside the link and amplitude outside", () => {
    const link = tanhLink();
    const target = singleIndexTarget({ dimension: 3, link, scale: 2, amplitude: -3 });
    const f = target.over(covariates).draw(streams[0]());
    expect(f.at(basis, 3)).toBe(-3 * link.value(2 * indexOf(false, streams[0])[1]));
  });

  it("declares the sign symmetry of an odd link alone", () => {
    const declares = (link: string): unknown => singleIndexTarget({ dimension: 1, link }).declares;
    expect(declares("sin")).toEqual({ signSymmetric: true, invariance: "rotations" });
    expect(declares("relu")).toEqual({ signSymmetric: false, invariance: "rotations" });
  });
});
