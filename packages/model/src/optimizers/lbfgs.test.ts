import { childKey, DomainError, isotropic, NumericalError, randomKey } from "@onestep/core";
import { expectClose } from "@onestep/testkit";
import { describe, expect, it } from "vitest";
import { layerOnPopulation } from "../population/layer-on-population.ts";
import { drawInitialPosition } from "../pretrain/initial-position.ts";
import { lbfgs, type DescentPlan, type DescentState } from "./lbfgs.ts";
import type { Objective } from "./objective.ts";

async function statesOf(objective: Objective, plan: DescentPlan): Promise<DescentState[]> {
  const states: DescentState[] = [];
  for await (const state of lbfgs(objective, plan)) states.push(state);
  return states;
}

/** Rosenbrock's valley, least at (1, 1). */
const valley: Objective = ([x, y]) => ({
  loss: (1 - x) ** 2 + 100 * (y - x * x) ** 2,
  gradient: Float64Array.of(2 * (x - 1) - 400 * x * (y - x * x), 200 * (y - x * x)),
});

describe("lbfgs", () => {
  it("follows a bent valley to its end, downhill all the way", async () => {
    const states = await statesOf(valley, { from: Float64Array.of(-1.2, 1) });
    const last = states[states.length - 1];
    expect(last.status).toBe("converged");
    expectClose(last.position, [1, 1], 1e-7);
    expect(states.length).toBeLessThan(60);
    states.forEach(({ loss }, at) => expect(loss).toBeLessThanOrEqual(states[at - 1]?.loss ?? Infinity));
  });

  it("minimises a quadratic form of condition 10³ in many dimensions", async () => {
    const size = 30;
    const curvature = (i: number): number => 10 ** ((3 * i) / (size - 1));
    const bowl: Objective = (position) => ({
      loss: 1 + position.reduce((sum, x, i) => sum + curvature(i) * (x - 1) ** 2, 0),
      gradient: position.map((x, i) => 2 * curvature(i) * (x - 1)),
    });
    const states = await statesOf(bowl, { from: new Float64Array(size) });
    const last = states[states.length - 1];
    expect(last.status).toBe("converged");
    expectClose(last.loss, 1, 1e-12);
  });

  it.each([
    [5, 20, 0, 1e-8],
    [5, 20, 0, 1e-3],
    [20, 40, 0.25, 1e-8],
  ])(
    "at d = %d, n = %d, σ² = %d trains the exact loss from parameters of size %d to Theorem 1",
    async (d, n, noiseVariance, scale) => {
      const law = { contextLength: n, covariates: isotropic(d), tasks: isotropic(d), noiseVariance };
      const layer = layerOnPopulation(law);
      const states = await statesOf((position) => layer.lossAndGradient(position, undefined), {
        from: drawInitialPosition(childKey(randomKey(1), "start"), layer.size, scale),
      });
      const last = states[states.length - 1];
      const best = d + noiseVariance - (n * d) / (n + d + 1 + noiseVariance);
      expect(last.status).toBe("converged");
      expectClose(last.loss, best, 1e-10 * best);
    },
  );

  it.each([0, 1])("does not end beside a steep wall, before it knows the flat direction: minimum %d", async (least) => {
    const canyon: Objective = ([x, y]) => ({
      loss: least + x * x + 1e14 * y * y,
      gradient: Float64Array.of(2 * x, 2e14 * y),
    });
    const states = await statesOf(canyon, { from: Float64Array.of(3, 1) });
    const last = states[states.length - 1];
    expect(last.status).toBe("converged");
    expectClose(last.loss, least, 1e-10);
  });

  it("leaves the saddle at zero, where there is no slope at all", async () => {
    const law = { contextLength: 8, covariates: isotropic(3), tasks: isotropic(3), noiseVariance: 0.25 };
    const layer = layerOnPopulation(law);
    const states = await statesOf((position) => layer.lossAndGradient(position, undefined), {
      from: new Float64Array(layer.size),
    });
    expect(states[0].status).toBe("escaping");
    const best = 3 + 0.25 - (8 * 3) / (8 + 3 + 1 + 0.25);
    expectClose(states[states.length - 1].loss, best, 1e-10);
  });

  it.each([0.01, -0.01])("goes down from a saddle on the side where it is, %d off", async (offset) => {
    const pass: Objective = ([x, y]) => ({
      loss: x * x + (y * y - 1) ** 2,
      gradient: Float64Array.of(2 * x, 4 * y * (y * y - 1)),
    });
    const states = await statesOf(pass, { from: Float64Array.of(1, offset), tolerance: 0.01 });
    expect(states.some(({ status }) => status === "escaping")).toBe(true);
    const last = states[states.length - 1];
    expect(last.loss).toBeLessThan(0.01);
    expect(Math.sign(last.position[1])).toBe(Math.sign(offset));
  });

  it("stays at a minimum, flat directions and all, and says how many steps it took", async () => {
    const trough: Objective = ([x]) => ({ loss: 1 + x * x, gradient: Float64Array.of(2 * x, 0) });
    const from = Float64Array.of(0, 5);
    expect(await statesOf(trough, { from })).toMatchObject([{ step: 0, position: from, status: "converged" }]);
  });

  it("ends when it is out of steps", async () => {
    const states = await statesOf(valley, { from: Float64Array.of(-1.2, 1), most: 3 });
    expect(states.map(({ step, status }) => [step, status])).toEqual([
      [1, "running"],
      [2, "running"],
      [3, "exhausted"],
    ]);
  });

  it.each<[string, Objective, number[], DescentState["status"]]>([
    ["a loss without a bottom diverges", ([x]) => ({ loss: -x, gradient: Float64Array.of(-1) }), [0], "diverged"],
    [
      "one that falls ever faster from a saddle diverges",
      ([x]) => ({ loss: -(x * x), gradient: Float64Array.of(-2 * x) }),
      [0],
      "diverged",
    ],
    [
      "one that has no bottom beyond a saddle diverges",
      ([x]) => ({ loss: Math.abs(x) < 1 ? -(x * x) : -Infinity, gradient: Float64Array.of(-2 * x) }),
      [0],
      "diverged",
    ],
    [
      "a point beside which nothing is finite has no curvature, and it stays there",
      ([x]) => ({ loss: x === 0 ? 0 : Infinity, gradient: Float64Array.of(x === 0 ? 0 : NaN) }),
      [0],
      "converged",
    ],
    [
      "a kink stalls it",
      ([x]) => ({ loss: 1 + Math.abs(x - 0.3), gradient: Float64Array.of(Math.sign(x - 0.3) || 1) }),
      [1],
      "stalled",
    ],
    ["a slope that lies stalls it", () => ({ loss: 1, gradient: Float64Array.of(1) }), [1], "stalled"],
    [
      "a saddle whose sides are flat in the end is left, or it converges there",
      ([x]) => ({ loss: 1, gradient: Float64Array.of(-1e-9 * x) }),
      [0],
      "converged",
    ],
    [
      "a loss that only vanishes at infinity is followed until it is gone",
      ([x]) => ({ loss: Math.exp(-x), gradient: Float64Array.of(-Math.exp(-x)) }),
      [0],
      "converged",
    ],
    [
      "a minimum of loss zero converges",
      ([x]) => ({ loss: x * x, gradient: Float64Array.of(2 * x) }),
      [3],
      "converged",
    ],
  ])("tells the truth: %s", async (_, objective, from, end) => {
    const states = await statesOf(objective, { from: Float64Array.from(from) });
    const last = states[states.length - 1];
    expect(last.status).toBe(end);
    expect(Number.isFinite(last.loss) && last.position.every(Number.isFinite)).toBe(true);
  });

  it("steps around places where the loss is not finite", async () => {
    const walled: Objective = ([x]) => ({ loss: x - Math.log(x), gradient: Float64Array.of(1 - 1 / x) });
    const states = await statesOf(walled, { from: Float64Array.of(30) });
    expectClose(states[states.length - 1].position, [1], 1e-6);
  });

  it("refuses settings that are none, and a start where nothing is finite", async () => {
    const from = Float64Array.of(1, 1);
    for (const bad of [{ tolerance: 0 }, { memory: -1 }, { most: NaN }, { most: 1.5 }, { memory: 2.5 }]) {
      await expect(statesOf(valley, { from, ...bad })).rejects.toThrow(DomainError);
      await expect(statesOf(valley, { from, ...bad })).rejects.toThrow(/lbfgs\./);
    }
    await expect(statesOf(valley, { from: Float64Array.of(NaN, 1) })).rejects.toThrow(NumericalError);
    await expect(statesOf(valley, { from: Float64Array.of(NaN, 1) })).rejects.toThrow(/a start where/);
  });
});
