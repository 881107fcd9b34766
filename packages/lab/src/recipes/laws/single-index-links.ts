import { normalExpectation, tanh } from "@onestep/core";
import { randomSignTarget, singleIndexTarget, type TargetLaw } from "@onestep/data";
import type { LinkMoments } from "@onestep/theory";

/** A link with a jump or a kink at 0, or none, and whether a fair sign multiplies it. */
interface LinkSetting {
  /** As `singleIndexTarget` takes it. */
  readonly link: Parameters<typeof singleIndexTarget>[0]["link"];
  readonly value: (z: number) => number;
  readonly signed?: boolean;
}

const links: Readonly<Record<string, LinkSetting>> = {
  sign: { link: "sign", value: (z) => Math.sign(z) },
  "±relu": { link: "relu", value: (z) => Math.max(0, z), signed: true },
  relu: { link: "relu", value: (z) => Math.max(0, z) },
  tanh: { link: "tanh", value: tanh },
  cube: { link: "cube", value: (z) => z * z * z },
  "z² − 1": { link: { name: "hermite", coefficients: [0, 0, Math.SQRT2] }, value: (z) => z * z - 1 },
};

/** The law of y = g⟨u, x⟩, u uniform on the sphere, for a link that recipes know. */
export function linkTarget(name: string, dimension: number): TargetLaw {
  const { link, signed } = links[name];
  const target = singleIndexTarget({ dimension, link });
  return signed === true ? randomSignTarget({ of: target }) : target;
}

/** c₁, a and b₂ of a link, by quadrature of its values: no number comes from the law that is drawn. */
export function linkMoments(name: string): LinkMoments {
  const { value } = links[name];
  const expectation = (of: (z: number) => number): number => normalExpectation(of, { breakpoints: [0] });
  return {
    c1: expectation((z) => z * value(z)),
    a: expectation((z) => value(z) ** 2),
    b2: expectation((z) => (z * value(z)) ** 2),
  };
}
