import { childKey, DomainError, isotropic, NumericalError, randomKey } from "@onestep/core";
import { anyDimension, anyVector, expectClose } from "@onestep/testkit";
import { assert, asyncProperty, constantFrom, tuple } from "fast-check";
import { describe, expect, it } from "vitest";
import { layerOnPopulation } from "../population/layer-on-population.ts";
import { drawInitialPosition } from "../pretrain/initial-position.ts";
import { lbfgs, type DescentState } from "./lbfgs.ts";
import { newton } from "./newton.ts";
import type { Objective } from "./objective.ts";

async function statesOf(run: AsyncIterable<DescentState>): Promise<DescentState[]> {
  const states: DescentState[] = [];
  for await (const state of run) states.push(state);
  return states;
}

/** Rosenbrock's valley, least at (1, 1). */
const valley: Objective = ([x, y]) => ({
  loss: (1 - x) ** 2 + 100 * (y - x * x) ** 2,
  gradient: Float64Array.of(2 * (x - 1) - 400 * x * (y - x * x), 200 * (y - x * x)),
});

const onLaw = (contextLength: number, dimension: number, noiseVariance: number) => {
  const law = { contextLength, covariates: isotropic(dimension), tasks: isotropic(dimension), noiseVariance };
  const layer = layerOnPopulation(law);
  const objective: Objective = (position) => layer.lossAndGradient(position, undefined);
  // Theorem 1
  const best =
    dimension + noiseVariance - (contextLength * dimension) / (contextLength + dimension + 1 + noiseVariance);
  return { objective, best, size: layer.size };
};

describe("newton", () => {
  it("follows a bent valley to its end, downhill all the way, the digits doubling at last", async () => {
    const states = await statesOf(newton(valley, { from: Float64Array.of(-1.2, 1), tolerance: 1e-30 }));
    const last = states[states.length - 1];
    expect(last.status).toBe("converged");
    expectClose(last.position, [1, 1], 1e-12);
    expect(states.length).toBeLessThan(30);
    states.forEach(({ loss }, at) => expect(loss).toBeLessThanOrEqual(states[at - 1]?.loss ?? Infinity));
    const errors = states.map(({ loss }) => Math.sqrt(loss)).filter((error) => error > 1e-12 && error < 1e-2);
    errors.slice(1).forEach((error, at) => expect(error).toBeLessThan(100 * errors[at] ** 2));
    expect(errors.length).toBeGreaterThan(1);
  });

  it("needs one step for a quadratic form within the first radius, and stays within it where it is not", async () => {
    const bowl: Objective = ([x, y]) => ({
      loss: 1 + 50 * (x - 0.5) ** 2 + (y - 0.25) ** 2,
      gradient: Float64Array.of(100 * (x - 0.5), 2 * (y - 0.25)),
    });
    const near = await statesOf(newton(bowl, { from: new Float64Array(2) }));
    expect(near.map(({ status }) => status)).toEqual(["running", "converged"]);
    expectClose(near[0].position, [0.5, 0.25], 1e-8);
    const [far] = await statesOf(newton(bowl, { from: Float64Array.of(0.5, 100), most: 1 }));
    expect(far.status).toBe("exhausted");
    expectClose(far.position, [0.5, 99], 1e-8);
  });

  it("trains the exact loss to Theorem 1, from small parameters and from the saddle at zero", async () => {
    for (const [n, d, noiseVariance] of [
      [20, 5, 0.25],
      [3, 2, 0],
    ] as const) {
      const { objective, best, size } = onLaw(n, d, noiseVariance);
      const small = drawInitialPosition(childKey(randomKey(1), "start"), size, 1e-6);
      for (const from of [small, new Float64Array(size)]) {
        const states = await statesOf(newton(objective, { from }));
        const last = states[states.length - 1];
        expect(last.status).toBe("converged");
        expect(states.length).toBeLessThan(20);
        expectClose(last.loss, best, 1e-13 * best);
      }
    }
  });

  it("ends where no small step leads further down, and L-BFGS from there finds nothing lower", async () => {
    const anyCase = anyDimension(2).chain((d) =>
      tuple(constantFrom(0, 0.25), anyVector((d + 1) * (d + 2))).map(([noiseVariance, from]) => ({
        from: from.map((entry) => entry / 8),
        ...onLaw(6, d, noiseVariance),
      })),
    );
    await assert(
      asyncProperty(anyCase, async ({ objective, from }) => {
        const [last] = (await statesOf(newton(objective, { from }))).slice(-1);
        expect(last.status).toBe("converged");
        const [further] = (await statesOf(lbfgs(objective, { from: last.position, most: 50 }))).slice(-1);
        expect(further.loss).toBeGreaterThan((1 - 1e-10) * last.loss);
      }),
      { numRuns: 15 },
    );
  });

  it("steps back from where a loss overflows", async () => {
    const walled: Objective = ([x]) => ({
      loss: x > 0.5 ? Infinity : (x - 0.4) ** 4,
      gradient: Float64Array.of(x > 0.5 ? Infinity : 4 * (x - 0.4) ** 3),
    });
    const states = await statesOf(newton(walled, { from: Float64Array.of(-1e-3) }));
    expectClose(states[states.length - 1].position[0], 0.4, 1e-3);
  });

  it.each<[string, Objective, number[], DescentState["status"]]>([
    ["a loss without a bottom diverges", ([x]) => ({ loss: -x, gradient: Float64Array.of(-1) }), [0], "diverged"],
    [
      "one that falls ever faster diverges, from its top too",
      ([x]) => ({ loss: -(x * x), gradient: Float64Array.of(-2 * x) }),
      [0],
      "diverged",
    ],
    [
      "a loss near the end of the range of numbers is minimised like any other",
      ([x]) => ({ loss: 1e300 * x * x, gradient: Float64Array.of(2e300 * x) }),
      [3],
      "converged",
    ],
    [
      "a kink stalls it",
      ([x]) => ({ loss: 1 + Math.abs(x - 0.3), gradient: Float64Array.of(Math.sign(x - 0.3) || 1) }),
      [1],
      "stalled",
    ],
    [
      "a wall so near that curvature cannot be measured stalls it",
      ([x]) => ({ loss: x > 1 ? NaN : -x, gradient: Float64Array.of(x > 1 ? NaN : -1) }),
      [1],
      "stalled",
    ],
  ])("tells the truth: %s", async (_, objective, from, end) => {
    const states = await statesOf(newton(objective, { from: Float64Array.from(from) }));
    const last = states[states.length - 1];
    expect(last.status).toBe(end);
    expect(Number.isFinite(last.loss) && last.position.every(Number.isFinite)).toBe(true);
    if (end === "converged") expect(Math.abs(last.position[0])).toBeLessThan(1e-12);
  });

  it("refuses settings that are none, and a start that is nowhere", async () => {
    const from = Float64Array.of(0, 0);
    await expect(statesOf(newton(valley, { from, tolerance: 0 }))).rejects.toThrow(DomainError);
    await expect(statesOf(newton(valley, { from, most: -1 }))).rejects.toThrow(/newton\.most/);
    const short: Objective = () => ({ loss: 1, gradient: Float64Array.of(1) });
    await expect(statesOf(newton(short, { from }))).rejects.toThrow(/a gradient of 2 numbers/);
    await expect(statesOf(newton(valley, { from: Float64Array.of(1e200, 0) }))).rejects.toThrow(NumericalError);
  });
});
