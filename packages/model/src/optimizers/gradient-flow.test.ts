import { DomainError, matrix, NumericalError } from "@onestep/core";
import { expectClose, goldenCases } from "@onestep/testkit";
import { describe, expect, it } from "vitest";
import { populationOfGolden } from "../../tests/gaussian-linear.ts";
import { layerOnPopulation } from "../population/layer-on-population.ts";
import { gradientFlow, type FlowPlan, type FlowState } from "./gradient-flow.ts";
import type { Objective } from "./objective.ts";

/** θᵢ(t) = θᵢ(0) e^{−2aᵢt} */
const bowl: Objective = ([x, y]) => ({ loss: x * x + 100 * y * y, gradient: Float64Array.of(2 * x, 200 * y) });

async function statesOf(objective: Objective, plan: FlowPlan): Promise<FlowState[]> {
  const states: FlowState[] = [];
  for await (const state of gradientFlow(objective, plan)) states.push(state);
  return states;
}

describe("gradientFlow", () => {
  it("follows a linear flow at the times asked for, whatever they are", async () => {
    const times = [0, 1e-3, 0.02, 0.02, 1];
    const states = await statesOf(bowl, { from: Float64Array.of(3, -2), times, tolerance: 1e-12 });
    expect(states.map(({ time }) => time)).toEqual(times);
    for (const { time, position, loss, gradient } of states) {
      expectClose(position, [3 * Math.exp(-2 * time), -2 * Math.exp(-200 * time)], 1e-10);
      expect({ loss, gradient }).toEqual(await bowl(position));
    }
  });

  it("ends exhausted, at the time it reached, when it is out of steps", async () => {
    const plan = { from: Float64Array.of(3, -2), times: [1e-3, 1e9] };
    const states = await statesOf(bowl, { ...plan, most: 30 });
    expect(states.map(({ status }) => status)).toEqual(["running", "exhausted"]);
    const [, { time, position }] = states;
    expect(time).toBeGreaterThan(1e-3);
    expect(time).toBeLessThan(1);
    expectClose(position, [3 * Math.exp(-2 * time), -2 * Math.exp(-200 * time)], 1e-6);
    await expect(statesOf(bowl, { ...plan, most: 0 })).rejects.toThrow(/gradientFlow\.most/);
  });

  it("ends when it is told to, between two steps", async () => {
    const stop = new AbortController();
    let calls = 0;
    const stopping: Objective = (position) => {
      calls += 1;
      if (calls === 20) stop.abort();
      return bowl(position);
    };
    const plan = { from: Float64Array.of(1, 1), times: [0, 1e9], signal: stop.signal };
    expect((await statesOf(stopping, plan)).map(({ time }) => time)).toEqual([0]);
    expect(calls).toBeLessThan(26);
  });

  async function costOf(times: readonly number[], tolerance: number): Promise<number> {
    let calls = 0;
    const counting: Objective = (position) => {
      calls += 1;
      return bowl(position);
    };
    await statesOf(counting, { from: Float64Array.of(1, 1), times, tolerance });
    return calls;
  }

  it("takes its own steps between two looks in a row: the second costs one step more, not a new beginning", async () => {
    const [once, twice] = [await costOf([0.02, 0.04], 1e-6), await costOf([0.02, 0.02 + 1e-12, 0.04], 1e-6)];
    expect(twice).toBeLessThanOrEqual(once + 2 * 6);
  });

  it("is of order five: a tolerance 2¹² times smaller costs 2^(12/5) times the steps", async () => {
    const ratio = (await costOf([0.05], 2 ** -40)) / (await costOf([0.05], 2 ** -28));
    expect(ratio).toBeGreaterThan(0.7 * 2 ** 2.4);
    expect(ratio).toBeLessThan(1.4 * 2 ** 2.4);
  });

  it.each(goldenCases("flow_gamma_hat"))("$id: merged key and query along the logistic curve", async (golden) => {
    const { n, d } = golden.law;
    const layer = layerOnPopulation(populationOfGolden(golden.law));
    // With κ = 1/n in front of the sum, (u, M) is √κ times the parameters, and time runs κ times as fast.
    const entry = Math.sqrt(golden.gamma_hat0 / Math.sqrt(d) / n);
    const keyQuery = matrix(d + 1, d + 1);
    for (let i = 0; i < d; i++) keyQuery.values[i * (d + 2)] = entry;
    const valueProjection = matrix(d + 1, 1, new Float64Array(d + 1).fill(Math.sqrt(d) * entry, d));
    const states = await statesOf((position) => layer.lossAndGradient(position, undefined), {
      from: layer.pack({ keyQuery, valueProjection }),
      times: golden.times.map((time) => time / n),
      tolerance: 1e-12,
    });
    const gammas = states.map(({ position }) => {
      const { keyQuery: m, valueProjection: u } = layer.unpack(position);
      // Conserved along the flow: u_y² − ‖M‖².
      expectClose(
        u.values[d] ** 2,
        m.values.reduce((sum, value) => sum + value * value, 0),
        1e-12,
      );
      return n * u.values[d] * m.values[0];
    });
    expectClose(gammas, golden.value, golden.abs_tol);
  });

  it("rests where nothing pulls", async () => {
    const [state] = await statesOf(bowl, { from: Float64Array.of(0, 0), times: [5] });
    expect(state).toMatchObject({ time: 5, position: Float64Array.of(0, 0), loss: 0 });
  });

  it("is shown as long as somebody looks, at times without end", async () => {
    function* doubling(): Generator<number> {
      for (let time = 0.01; ; time *= 2) yield time;
    }
    let last: FlowState | undefined;
    for await (const state of gradientFlow(bowl, { from: Float64Array.of(1, 1), times: doubling() })) {
      last = state;
      if (state.loss < 1e-6) break;
    }
    expect(last?.time).toBe(0.01 * 2 ** 9);
  });

  it("steps around places where the loss is not finite, and says so where it cannot", async () => {
    const walled: Objective = ([x]) =>
      x < -1 ? { loss: NaN, gradient: Float64Array.of(NaN) } : { loss: x, gradient: Float64Array.of(1) };
    const [state] = await statesOf(walled, { from: Float64Array.of(1), times: [1.75] });
    expectClose(state.position, [-0.75], 1e-12);
    await expect(statesOf(walled, { from: Float64Array.of(1), times: [3] })).rejects.toThrow(NumericalError);
    await expect(statesOf(walled, { from: Float64Array.of(-2), times: [1] })).rejects.toThrow(/a start where/);
  });

  it("refuses times that do not ascend, and a tolerance that is none", async () => {
    const from = Float64Array.of(1, 1);
    for (const times of [[-1], [2, 1], [NaN], [Infinity]]) {
      await expect(statesOf(bowl, { from, times })).rejects.toThrow(DomainError);
    }
    await expect(statesOf(bowl, { from, times: [1], tolerance: 0 })).rejects.toThrow(/gradientFlow\.tolerance/);
  });
});
