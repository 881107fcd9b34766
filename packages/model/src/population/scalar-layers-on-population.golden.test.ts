import { childKey, isotropic, randomKey } from "@onestep/core";
import { expectClose, goldenCases } from "@onestep/testkit";
import { describe, expect, it } from "vitest";
import { drawInitialPosition } from "../pretrain/initial-position.ts";
import { newton } from "../optimizers/newton.ts";
import { reducedStep } from "../deep/parametrisations/reduced-step.ts";
import { trainableOnPopulation } from "./layer-on-population.ts";
import { scalarLayersOnPopulation } from "./scalar-layers-on-population.ts";
import { wishartTraces } from "./wishart-traces.ts";

/** E u^shift (1 − u)^power, u = χ²_n/n, in whole numbers: E (χ²_n)^k = n(n + 2) ⋯ (n + 2k − 2). */
function fluctuation(n: number, power: number, shift: number): number {
  const length = BigInt(n);
  let binomial = 1n;
  let total = 0n;
  for (let k = 0; k <= power; k++) {
    let moment = 1n;
    for (let j = 0; j < k + shift; j++) moment *= length + 2n * BigInt(j);
    total += (-1n) ** BigInt(k) * binomial * moment * length ** BigInt(power - k);
    binomial = (binomial * BigInt(power - k)) / BigInt(k + 1);
  }
  return Number((total << 300n) / length ** BigInt(power + shift)) / 2 ** 300;
}

describe("the exact loss of scalar layers", () => {
  it.each(goldenCases("multilayer_optimum"))(
    "$id: trained from small random step sizes, it is the optimum of the depth",
    async ({ law, L, value, abs_tol }) => {
      const { n, d, noise_var: noiseVariance } = law;
      const model = scalarLayersOnPopulation({ contextLength: n, dimension: d, noiseVariance }, L);
      const from = drawInitialPosition(childKey(randomKey(0), "start"), L, 0.1);
      let [position, loss]: [readonly number[], number] = [[], Infinity];
      for await (const state of newton((at) => model.lossAndGradient(at, undefined), { from, tolerance: 1e-20 })) {
        [position, loss] = [model.unpack(state.position), state.loss];
      }
      expectClose(loss, value.loss, abs_tol);
      expectClose(
        [...position].sort((a, b) => a - b),
        value.a,
        abs_tol,
      );
    },
  );

  it("of one layer is that of the reduced step Γ = (a/n) I", async () => {
    for (const [n, d, noiseVariance, a] of [
      [1, 1, 0, 0.3],
      [20, 5, 0.25, 0.7],
      [3, 8, 2, 1.4],
    ]) {
      const one = scalarLayersOnPopulation({ contextLength: n, dimension: d, noiseVariance }, 1);
      const law = { contextLength: n, covariates: isotropic(d), tasks: isotropic(d), noiseVariance };
      const general = trainableOnPopulation(reducedStep({ dimension: d }), law);
      const position = new Float64Array(d * d);
      for (let i = 0; i < d; i++) position[i * (d + 1)] = a / n;
      const { loss, gradient } = await one.lossAndGradient(Float64Array.of(a), undefined);
      const expected = await general.lossAndGradient(position, undefined);
      const trace = Array.from({ length: d }, (_, i) => expected.gradient[i * (d + 1)]).reduce((sum, g) => sum + g, 0);
      expectClose(loss, expected.loss, 1e-13 * expected.loss);
      expectClose(gradient[0], trace / n, 1e-12 * (1 + Math.abs(trace / n)));
    }
  });

  it("has the slopes of its central differences", async () => {
    const model = scalarLayersOnPopulation({ contextLength: 7, dimension: 3, noiseVariance: 0.4, taskVariance: 2 }, 4);
    const at = Float64Array.of(0.2, 0.5, 0.9, 1.3);
    const { gradient } = await model.lossAndGradient(at, undefined);
    const lossAt = async (l: number, by: number): Promise<number> =>
      (
        await model.lossAndGradient(
          at.map((a, j) => (j === l ? a + by : a)),
          undefined,
        )
      ).loss;
    const h = 1e-4;
    for (let l = 0; l < 4; l++) {
      const [up, down, up2, down2] = await Promise.all([h, -h, 2 * h, -2 * h].map((by) => lossAt(l, by)));
      expectClose(gradient[l], (8 * (up - down) - (up2 - down2)) / (12 * h), 1e-8 * (1 + Math.abs(gradient[l])));
    }
  });

  it.each([1000, 2, 1e7])(
    "keeps its digits where terms of alternating sign cancel: all a = 1, d = 1, σ² = 0, n = %d",
    async (n) => {
      const layers = 8;
      const model = scalarLayersOnPopulation({ contextLength: n, dimension: 1, noiseVariance: 0 }, layers);
      const { loss, gradient } = await model.lossAndGradient(new Float64Array(layers).fill(1), undefined);
      // Rounding moves a node u by some 2⁻⁵³, which is √(n/2) times that share of |1 − u|, and the power is the 16th.
      const share = 8 * 16 * Math.sqrt(n / 2) * 2 ** -53;
      expectClose(loss, fluctuation(n, 16, 0), share * loss);
      const slope = -2 * fluctuation(n, 15, 1);
      gradient.forEach((entry) => expectClose(entry, slope, share * Math.abs(slope)));
    },
  );

  it("refuses laws, depths and positions that are none", async () => {
    const law = { contextLength: 4, dimension: 2, noiseVariance: 0 };
    const wrong = [{ contextLength: 0 }, { dimension: 1.5 }, { noiseVariance: -1 }, { taskVariance: NaN }];
    for (const part of wrong) expect(() => scalarLayersOnPopulation({ ...law, ...part }, 2)).toThrow(/: expected/);
    for (const layers of [0, 1.5, 9]) expect(() => scalarLayersOnPopulation(law, layers)).toThrow(/layers: expected/);
    const model = scalarLayersOnPopulation(law, 2);
    expect(model.unpack(model.pack([0.25, 0.5]))).toEqual([0.25, 0.5]);
    expect(() => model.unpack(Float64Array.of(1))).toThrow(/a position of 2 numbers/);
    expect((await model.lossAndGradient(Float64Array.of(1e200, 1e200), undefined)).loss).toBe(Infinity);
  });
});

describe("traces of powers of a Wishart matrix", () => {
  it.each(goldenCases("wishart_trace_moments"))("$id", ({ law: { n, d }, value }) => {
    const moments = wishartTraces(n, d, value.length - 1);
    value.forEach((expected, k) => expectClose(Number(moments[k]), expected, 1e-13 * expected));
  });
});
