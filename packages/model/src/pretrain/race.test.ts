import { childKey } from "@onestep/core";
import { describe, expect, it } from "vitest";
import { planOf, raceOf, scripted, statesOf } from "../../tests/pretraining-plan.ts";
import { float64Engine } from "../engine/float64-engine.ts";
import type { LsaEngine } from "../engine/lsa-engine.ts";
import { packParameters } from "../lsa/parameters.ts";
import { adam } from "../optimizers/adam.ts";
import { gradientDescent } from "../optimizers/gradient-descent.ts";
import type { Optimizer } from "../optimizers/optimizer.ts";
import { drawInitialPosition } from "./initial-position.ts";
import { fromFrame, measureTokenFrame } from "./token-frame.ts";

describe("a race of random starts", () => {
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
});
