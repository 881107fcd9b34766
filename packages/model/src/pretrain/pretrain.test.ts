import { childKey, DomainError, isotropic, matrix, randomKey, type LsaParameters, type Matrix } from "@onestep/core";
import { expectClose } from "@onestep/testkit";
import { describe, expect, it } from "vitest";
import { drawPrompts } from "../../tests/gaussian-linear.ts";
import { float64Engine } from "../engine/float64-engine.ts";
import type { LsaEngine } from "../engine/lsa-engine.ts";
import { packParameters } from "../lsa/parameters.ts";
import { adam } from "../optimizers/adam.ts";
import { gradientDescent } from "../optimizers/gradient-descent.ts";
import type { Optimizer } from "../optimizers/optimizer.ts";
import { populationLoss } from "../population/population-loss.ts";
import { layerInTokenFrame } from "./framed-layer.ts";
import { drawInitialPosition } from "./initial-position.ts";
import type { PretrainingPlan, ScreeningPlan } from "./plan.ts";
import { pretrain } from "./pretrain.ts";
import type { PretrainingState } from "./state.ts";
import { fromFrame, measureTokenFrame } from "./token-frame.ts";

const law = { contextLength: 8, covariates: isotropic(2), tasks: isotropic(2), noiseVariance: 0.25 };

type Overrides = Partial<PretrainingPlan> & { readonly engine?: LsaEngine };

function planOf({ engine = float64Engine(), ...overrides }: Overrides = {}, seed = 0): PretrainingPlan {
  const key = randomKey(seed);
  return {
    key: childKey(key, "initial"),
    model: layerInTokenFrame(engine),
    prompts: (step) => drawPrompts(law, childKey(key, "train", step), 40),
    optimizer: adam({ learningRate: 0.02 }),
    steps: 40,
    ...overrides,
  };
}

/** A race under the optimizer of plain gradient descent. */
function raceOf(starts: number, steps: number): ScreeningPlan {
  return { starts, steps, optimizer: gradientDescent({ learningRate: 0.05 }) };
}

async function statesOf(plan: PretrainingPlan): Promise<PretrainingState[]> {
  const states: PretrainingState[] = [];
  for await (const state of pretrain(plan)) states.push(state);
  return states;
}

/** An engine whose losses are written in a script, `losses[step][start]`, and whose gradient never moves anything. */
function scripted(losses: readonly (readonly number[])[]): LsaEngine & { readonly seen: LsaParameters<Matrix>[] } {
  const rest = losses.flat();
  const seen: LsaParameters<Matrix>[] = [];
  return {
    ...float64Engine(),
    seen,
    lossAndGradient: async (parameters) => {
      seen.push(parameters);
      return {
        loss: rest[seen.length - 1],
        gradient: { keyQuery: matrix(3, 3), valueProjection: matrix(3, 1) },
      };
    },
  };
}

describe("pretrain", () => {
  it("yields the state after every step, and finishes with the last", async () => {
    const states = await statesOf(planOf());
    expect(states.map(({ step }) => step)).toEqual(Array.from({ length: 40 }, (_, at) => at + 1));
    expect(states.map(({ status }) => status)).toEqual([...Array.from({ length: 39 }, () => "running"), "finished"]);
  });

  it("learns: from a small random start to within 5 % of the loss that a step of gradient descent can reach", async () => {
    const plan = planOf({
      steps: 600,
      prompts: (step) => drawPrompts(law, childKey(randomKey(3), "train", step), 100),
    });
    const states = await statesOf({ ...plan, screening: raceOf(4, 60) });
    const [first, last] = [states[0], states[states.length - 1]];
    // Theorem 1: L* = d + σ² − nd/(n + d + 1 + σ²).
    const best = 2 + 0.25 - (8 * 2) / (8 + 2 + 1 + 0.25);
    expect(populationLoss(law, first.parameters).loss).toBeGreaterThan(2);
    expect(populationLoss(law, last.parameters).loss).toBeLessThan(1.05 * best);
    expect(populationLoss(law, last.parameters).loss).toBeGreaterThan(best);
  });

  it("learns by plain gradient descent too", async () => {
    const states = await statesOf(
      planOf({ optimizer: gradientDescent({ learningRate: 0.05 }), steps: 300, initialScale: 0.4 }),
    );
    expect(populationLoss(law, states[299].parameters).loss).toBeLessThan(1.5);
  });

  it("gives the same bytes for the same seed, and others for another", async () => {
    const bytes = async (seed: number) =>
      JSON.stringify(await statesOf(planOf({ steps: 12, screening: raceOf(3, 4) }, seed)));
    const once = await bytes(7);
    expect(await bytes(7)).toBe(once);
    expect(await bytes(8)).not.toBe(once);
  });

  it("takes its initial draws from its own key and its prompts from their function, each step once and in order", async () => {
    const asked: number[] = [];
    const prompts = planOf().prompts;
    const recording = (step: number) => {
      asked.push(step);
      return prompts(step);
    };
    const [base, otherStart] = [
      planOf({ steps: 5, prompts: recording, screening: raceOf(3, 2) }),
      planOf({ steps: 5 }, 1),
    ];
    const states = await statesOf(base);
    expect(asked).toEqual([0, 1, 2, 3, 4]);
    // The same prompts from another start: another run.
    const moved = await statesOf({ ...base, key: otherStart.key });
    expect(moved[0].loss).not.toBe(states[0].loss);
  });

  it("starts small: every parameter, dead ones included, from N(0, scale²)", () => {
    const [small, large] = [0.1, 0.4].map((scale) => drawInitialPosition(randomKey(5), 110, scale));
    expect(small.length).toBe(110);
    expectClose(
      large,
      small.map((entry) => 4 * entry),
      4 * 4 * Number.EPSILON,
    );
    const meanSquare = small.reduce((sum, entry) => sum + entry ** 2, 0) / small.length;
    // 110 draws: the mean square is σ² to within six standard errors of √(2/110).
    expect(Math.abs(meanSquare / 0.01 - 1)).toBeLessThan(6 * Math.sqrt(2 / 110));
    expect(new Set(small).size).toBe(small.length);
  });

  it("hands its scales to the starts of a race in turn", async () => {
    const engine = scripted([[1, 1, 1, 1]]);
    const plan = planOf({ engine, steps: 1, initialScale: [0.1, 0.1, 0.4], screening: raceOf(4, 1) });
    await statesOf(plan);
    const frame = measureTokenFrame(plan.prompts(0));
    const expected = [0.1, 0.1, 0.4, 0.1].map((scale, start) =>
      fromFrame(frame, drawInitialPosition(childKey(plan.key, "start", start), 12, scale)),
    );
    expect(engine.seen).toEqual(expected);
  });

  it("goes on with the start of the smallest recent loss, not the best at some moment", async () => {
    // Start 0 was best first, start 2 is best now; over the last steps start 1 has been best.
    const losses = [
      [1, 3, 10],
      [1, 3, 10],
      [100, 3, 0.1],
    ];
    const engine = scripted([...losses, [3], [3]]);
    const plan = planOf({ engine, optimizer: gradientDescent({ learningRate: 1 }), steps: 5, screening: raceOf(3, 3) });
    const states = await statesOf(plan);
    const frame = measureTokenFrame(plan.prompts(0));
    const starts = [0, 1, 2].map((start) =>
      fromFrame(frame, drawInitialPosition(childKey(plan.key, "start", start), 12, 0.1)),
    );
    expect(states.map(({ loss }) => loss)).toEqual([1, 1, 3, 3, 3]);
    expect(engine.seen.slice(0, 3)).toEqual(starts);
    expect(engine.seen.slice(-2)).toEqual([starts[1], starts[1]]);
    expect(states[4].parameters).toEqual(starts[1]);
  });

  it("races with the race's optimizer, and goes on with the plan's own, which remembers nothing of the race", async () => {
    const moves: string[] = [];
    const recording = (name: string): Optimizer => {
      const optimizer = adam({ learningRate: 0.02 });
      return {
        ...optimizer,
        move: (position, gradient, state, rate) => {
          moves.push(`${name} ${state.step}`);
          return optimizer.move(position, gradient, state, rate);
        },
      };
    };
    await statesOf(
      planOf({ steps: 4, optimizer: recording("own"), screening: { ...raceOf(2, 2), optimizer: recording("race") } }),
    );
    expect(moves).toEqual(["race 0", "race 0", "race 1", "race 1", "own 0", "own 1"]);
  });

  it("without a race has one start, the race's first", async () => {
    const counting = scripted(Array.from({ length: 40 }, () => [1]));
    const plan = planOf({ engine: counting });
    await statesOf(plan);
    expect(counting.seen.length).toBe(40);
    const frame = measureTokenFrame(plan.prompts(0));
    expect(counting.seen[0]).toEqual(fromFrame(frame, drawInitialPosition(childKey(plan.key, "start", 0), 12, 0.1)));
  });

  it("averages nothing while starts still race, and ends in the leader where the race is the whole run", async () => {
    const steps = 16;
    const [long, whole, plain] = await Promise.all([
      statesOf(planOf({ steps, averagedPart: 1, screening: raceOf(2, 12) })),
      statesOf(planOf({ steps, averagedPart: 1, screening: raceOf(2, 16) })),
      statesOf(planOf({ steps, averagedPart: 0, screening: raceOf(2, 12) })),
    ]);
    // 8 blocks of 2 would cover the run; only those after the race are filled.
    expect(long.map(({ blocks }) => blocks.length)).toEqual([...Array.from({ length: 13 }, () => 0), 1, 1, 2]);
    expect(long[11].parameters).toEqual(plain[11].parameters);
    expect(whole[15].blocks).toEqual([]);
    expect(whole[15].status).toBe("finished");
  });

  it("ends a run that diverges, with the last finite parameters", async () => {
    for (const optimizer of [gradientDescent({ learningRate: 1e6 }), adam({ learningRate: 1e90 })]) {
      const states = await statesOf(planOf({ optimizer, steps: 200 }));
      const last = states[states.length - 1];
      expect(last.status).toBe("diverged");
      expect(states.length).toBeLessThan(200);
      expect(last.step).toBe(states.length - 1);
      for (const { parameters, loss } of states) {
        expect(packParameters(parameters).every(Number.isFinite)).toBe(true);
        expect(loss).toBeLessThan(Infinity);
      }
    }
  });

  it("calls a loss that overflows a divergence, even where the gradient does not move the layer", async () => {
    const states = await statesOf(planOf({ engine: scripted([[1], [2], [Infinity], [1]]), steps: 4 }));
    expect(states.map(({ step, loss, status }) => [step, loss, status])).toEqual([
      [1, 1, "running"],
      [2, 2, "running"],
      [2, 2, "diverged"],
    ]);
  });

  it("drops a start that diverges, and goes on with the others", async () => {
    const engine = float64Engine();
    let calls = 0;
    const breaking: LsaEngine = {
      ...engine,
      lossAndGradient: async (parameters, prompts) => {
        const evaluation = await engine.lossAndGradient(parameters, prompts);
        calls += 1;
        if (calls === 3) evaluation.gradient.keyQuery.values.fill(NaN);
        return calls === 3 ? { ...evaluation, loss: 0 } : evaluation;
      },
    };
    // The third call is the first start's second step, and it claims the smallest loss.
    const states = await statesOf(planOf({ engine: breaking, steps: 6, screening: raceOf(2, 4) }));
    expect(calls).toBe(2 + 2 + 4);
    expect(states.map(({ status }) => status)).toEqual([...Array.from({ length: 5 }, () => "running"), "finished"]);
    expect(packParameters(states[5].parameters).every(Number.isFinite)).toBe(true);
  });

  it("stops after the current step once its signal is aborted", async () => {
    const controller = { aborted: false };
    const states: PretrainingState[] = [];
    for await (const state of pretrain(planOf({ signal: controller }))) {
      states.push(state);
      controller.aborted = state.step === 4;
    }
    expect(states.map(({ status }) => status)).toEqual(["running", "running", "running", "running", "interrupted"]);
    // Up to there it is the same run.
    const whole = await statesOf(planOf());
    expect(states[4].parameters).toEqual(whole[4].parameters);
  });

  it("has finished, not been interrupted, when the signal comes with the last step", async () => {
    const states = await statesOf(planOf({ steps: 1, signal: { aborted: true } }));
    expect(states.map(({ status }) => status)).toEqual(["finished"]);
  });

  it("averages the positions of its tail, in eight blocks", async () => {
    const steps = 20;
    const [averaged, plain] = [
      await statesOf(planOf({ steps, averagedPart: 0.8 })),
      await statesOf(planOf({ steps, averagedPart: 0 })),
    ];
    const positions = plain.map(({ parameters }) => packParameters(parameters));
    const meanOf = (from: number, to: number): Float64Array =>
      positions[0].map(
        (_, at) => positions.slice(from, to).reduce((sum, position) => sum + position[at], 0) / (to - from),
      );
    // The map from the frame is linear, so that averages of positions and of parameters are the same: 16 positions, each
    // through two products of 3×3 matrices.
    const largest = Math.max(...positions.flatMap((position) => [...position].map(Math.abs)));
    const tolerance = 64 * 2 ** -53 * 9 * largest;
    // 20 steps · 0.8 = 8 blocks of 2, from step 4 on.
    averaged.forEach(({ parameters, blocks }, step) => {
      const expected = step < 4 ? positions[step] : meanOf(4, step + 1);
      expectClose(packParameters(parameters), expected, tolerance);
      const complete = step < 4 ? 0 : Math.floor((step - 3) / 2);
      expect(blocks.length).toBe(complete);
      blocks.forEach((block, k) => expectClose(packParameters(block), meanOf(4 + 2 * k, 6 + 2 * k), tolerance));
    });
    // Averaging has to make a difference, or this test shows nothing.
    const distance = positions[19].map((entry, at) => Math.abs(entry - meanOf(4, 20)[at]));
    expect(Math.max(...distance)).toBeGreaterThan(1e3 * tolerance);
    expect(plain[19].blocks).toEqual([]);
  });

  it("runs a single step, too short for a tail", async () => {
    const [state, ...more] = await statesOf(planOf({ steps: 1, screening: raceOf(2, 150) }));
    expect(more).toEqual([]);
    expect(state).toMatchObject({ step: 1, status: "finished", blocks: [] });
    expect(packParameters(state.parameters).every(Number.isFinite)).toBe(true);
  });

  it("asks the schedule for the learning rate's factor at each fraction of the run", async () => {
    const asked: number[] = [];
    const frozen = (done: number): number => {
      asked.push(done);
      return done < 0.5 ? 1 : 0;
    };
    const states = await statesOf(planOf({ steps: 4, schedule: frozen, averagedPart: 0 }));
    expect(asked).toEqual([0, 0.25, 0.5, 0.75]);
    const moved = states.map(({ parameters }) => packParameters(parameters));
    expect(moved[1]).not.toEqual(moved[0]);
    expect(moved[2]).toEqual(moved[1]);
    expect(moved[3]).toEqual(moved[1]);
  });

  it("refuses a plan that is no plan, naming what is wrong with it", async () => {
    const bad: [Partial<PretrainingPlan>, RegExp][] = [
      [{ steps: 0 }, /pretrain\.steps: expected a whole number of at least 1; got 0/],
      [{ steps: 2.5 }, /pretrain\.steps/],
      [{ steps: NaN }, /pretrain\.steps/],
      [{ screening: raceOf(0, 3) }, /pretrain\.screening\.starts/],
      [{ screening: raceOf(3, -1) }, /pretrain\.screening\.steps/],
      [{ averagedPart: 1.5 }, /pretrain\.averagedPart: expected a fraction from 0 to 1/],
      [{ averagedPart: NaN }, /pretrain\.averagedPart/],
      [{ initialScale: 0 }, /pretrain\.initialScale/],
      [{ initialScale: [0.1, NaN] }, /pretrain\.initialScale/],
      [{ initialScale: [] }, /pretrain\.initialScale/],
    ];
    for (const [overrides, message] of bad) {
      await expect(statesOf(planOf(overrides))).rejects.toThrow(DomainError);
      await expect(statesOf(planOf(overrides))).rejects.toThrow(message);
    }
  });
});
