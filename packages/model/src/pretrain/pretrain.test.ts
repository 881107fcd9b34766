import { childKey, DomainError, randomKey, type PromptBatch } from "@onestep/core";
import { expectClose } from "@onestep/testkit";
import { describe, expect, it } from "vitest";
import { drawPrompts } from "../../tests/gaussian-linear.ts";
import { law, planOf, raceOf, scripted, statesOf } from "../../tests/pretraining-plan.ts";
import { packParameters } from "../lsa/parameters.ts";
import { adam } from "../optimizers/adam.ts";
import { gradientDescent } from "../optimizers/gradient-descent.ts";
import { populationLoss } from "../population/population-loss.ts";
import { drawInitialPosition } from "./initial-position.ts";
import type { PretrainingPlan } from "./plan.ts";
import { pretrain } from "./pretrain.ts";
import type { PretrainingState } from "./state.ts";

describe("pretrain", () => {
  it("yields the state after every step, and finishes with the last", async () => {
    const states = await statesOf(planOf());
    expect(states.map(({ step }) => step)).toEqual(Array.from({ length: 40 }, (_, at) => at + 1));
    expect(states.map(({ status }) => status)).toEqual([...Array.from({ length: 39 }, () => "running"), "finished"]);
  });

  it("unpacks parameters only where they are read, and once", async () => {
    const plan = planOf();
    let unpacked = 0;
    const counting = (prompts: PromptBatch) => {
      const model = plan.model(prompts);
      return {
        ...model,
        unpack: (position: Float64Array) => {
          unpacked += 1;
          return model.unpack(position);
        },
      };
    };
    const states = await statesOf({ ...plan, model: counting });
    expect(unpacked).toBe(0);
    expect(states[3].parameters).toBe(states[3].parameters);
    expect(unpacked).toBe(1);
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
