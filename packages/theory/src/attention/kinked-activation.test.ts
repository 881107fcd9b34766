import { compositeGaussLegendre, integrate, logGamma, normalCdf, normalDensity } from "@onestep/core";
import { expectClose } from "@onestep/testkit";
import { describe, expect, test } from "vitest";
import { quadraticPointwiseMoments } from "./pointwise-quadratic.ts";
import { pointwiseAttention, pointwiseMoments } from "./pointwise.ts";

const setting = { contextLength: 10, dimension: 4, noiseVariance: 0.3, taskVariance: 1.7 };
const { dimension: d, noiseVariance: noise, taskVariance: tasks } = setting;

/** E over t ~ χ_d, by its density. */
function overQueries(f: (t: number) => number): number {
  const logMass = (d / 2 - 1) * Math.LN2 + logGamma(d / 2);
  const rule = compositeGaussLegendre([0, 0.05, 0.1, 0.2, 0.4, 0.8, 1.2, 1.7, 2.4, 3.2, 4, 5, 6.5, 8, 11], 16);
  return integrate(rule, (t) => f(t) * Math.exp((d - 1) * Math.log(t) - (t * t) / 2 - logMass));
}

/** The integrals of h(tz) = max(tz − c, 0) over z ~ N(0, 1), by Stein's lemma: E[z f] = E f′. */
function integralsOf(c: number, t: number) {
  const a = c / t;
  const [density, above] = [normalDensity(a), normalCdf(-a)];
  const h = t * density - c * above;
  const h2 = (t * t + c * c) * above - c * t * density;
  return {
    h,
    zh: t * above,
    z2h: h + t * density,
    h2,
    z2h2: h2 + 2 * t * t * above,
    z4h2: 3 * h2 + 12 * t * t * above + 2 * t * t * a * density,
  };
}

describe.each([0.7, -0.4])("h(s) = max(s − c, 0), whose kink lies at c = %d", (c) => {
  const h = (score: number): number => Math.max(score - c, 0);

  test("its averages over linear tasks by Stein's lemma", () => {
    const found = pointwiseMoments(h, setting, [c]);
    const at = (f: (given: ReturnType<typeof integralsOf>, t: number) => number): number =>
      overQueries((t) => f(integralsOf(c, t), t));
    expectClose(found.alignment, tasks * at(({ zh }, t) => t * zh), 1e-9);
    expectClose(
      found.ownEnergy,
      at(({ h2, z2h2 }) => tasks * (z2h2 + (d - 1) * h2) + noise * h2),
      1e-8,
    );
    expectClose(found.crossEnergy, tasks * at(({ zh }) => zh * zh), 1e-9);
    expectClose(found.responseSecondMoment, d * tasks + noise, 1e-14);
  });

  test("its averages over quadratic targets by Stein's lemma", () => {
    const found = quadraticPointwiseMoments(h, setting, [c]);
    const at = (f: (given: ReturnType<typeof integralsOf>, t: number) => number): number =>
      overQueries((t) => f(integralsOf(c, t), t));
    expectClose(found.alignment, 2 * tasks * at(({ z2h }, t) => t * t * z2h), 1e-7);
    const energy = ({ h2, z2h2, z4h2 }: ReturnType<typeof integralsOf>): number =>
      2 * tasks * (z4h2 + 2 * (d - 1) * z2h2 + (d * d - 1) * h2) + noise * h2;
    expectClose(found.ownEnergy, at(energy), 1e-6);
    expectClose(found.crossEnergy, 2 * tasks * at(({ h: mean, z2h }) => z2h * z2h + (d - 1) * mean * mean), 1e-8);
    expectClose(found.responseSecondMoment, 2 * tasks * d * (d + 2) + noise, 1e-13);
  });
});

test("the best coefficient is the minimum of its parabola, for one pair and for many", () => {
  const averages = { alignment: -1.5, ownEnergy: 7, crossEnergy: 2, responseSecondMoment: 3 };
  for (const n of [1, 2, 9]) {
    const { stepSize, loss } = pointwiseAttention(n, averages).value;
    const parabola = (eta: number): number => 3 - 2 * eta * n * -1.5 + eta * eta * (n * 7 + n * (n - 1) * 2);
    expectClose(loss, parabola(stepSize), 1e-14);
    expectClose((parabola(stepSize + 1e-4) - parabola(stepSize - 1e-4)) / 2e-4, 0, 1e-11);
  }
});

test("an activation that is silent leaves E y², one that is the target itself leaves nothing", () => {
  const silent = { alignment: 0, ownEnergy: 0, crossEnergy: 0, responseSecondMoment: 3 };
  expect(pointwiseAttention(5, silent).value).toEqual({ stepSize: 0, loss: 3 });
  for (let n = 1; n < 300; n++) {
    const share = Math.abs(Math.sin(n));
    const perfect = { alignment: share, ownEnergy: share, crossEnergy: share, responseSecondMoment: share };
    const { stepSize, loss } = pointwiseAttention(n, perfect).value;
    expectClose(stepSize * n, 1, 1e-15);
    expect(loss).toBeGreaterThanOrEqual(0);
    expectClose(loss, 0, 1e-15);
  }
});
