import { childKey, DomainError, isotropic, randomKey } from "@onestep/core";
import { describe, expect, it } from "vitest";
import { drawPrompts } from "../../tests/gaussian-linear.ts";
import { decodeCheckpoint, encodeCheckpoint } from "../checkpoint/checkpoint.ts";
import { float64Engine } from "../engine/float64-engine.ts";
import { adamW } from "../optimizers/adam-w.ts";
import { adam } from "../optimizers/adam.ts";
import { clipped } from "../optimizers/clipped.ts";
import { gradientDescent } from "../optimizers/gradient-descent.ts";
import { normalizedGradient } from "../optimizers/normalized-gradient.ts";
import { layerInTokenFrame } from "./framed-layer.ts";
import { logSpaced } from "./log-spaced.ts";
import type { PretrainingPlan } from "./plan.ts";
import { pretrain, resume } from "./pretrain.ts";
import { inverseTime } from "./schedules.ts";
import type { PretrainingSnapshot } from "./snapshot.ts";
import type { PretrainingState } from "./state.ts";

const law = { contextLength: 3, covariates: isotropic(2), tasks: isotropic(2), noiseVariance: 0.25 };
const key = childKey(randomKey(5), "initial");

/** 200 steps: a race of three until 60, then one start, averaged from 104 on in blocks of 12. */
const plan: PretrainingPlan = {
  key,
  model: layerInTokenFrame(float64Engine()),
  prompts: (step) => drawPrompts(law, childKey(randomKey(5), "train", step), 4),
  optimizer: adam({ learningRate: 0.02 }),
  steps: 200,
  schedule: inverseTime({ from: 0.4, final: 0.1 }),
  initialScale: [0.01, 0.3],
  averagedPart: 0.5,
  screening: { starts: 3, steps: 60, optimizer: normalizedGradient({ rate: 0.1 }) },
};

async function statesOf(run: AsyncGenerator<PretrainingState>): Promise<PretrainingState[]> {
  const states: PretrainingState[] = [];
  for await (const state of run) states.push(state);
  return states;
}

/** Every bit of a state: what a checkpoint stores of it, and what a caller reads off it. */
function bytesOf({ snapshot, step, loss, status, parameters, blocks }: PretrainingState): string {
  const bytes = encodeCheckpoint("state", { key, step, state: { snapshot, loss, status, parameters, blocks } });
  return Buffer.from(bytes).toString("base64");
}

/** A snapshot that has been bytes. */
function stored({ snapshot, step }: PretrainingState): PretrainingSnapshot {
  const bytes = encodeCheckpoint("pretraining", { key, step, state: snapshot });
  return decodeCheckpoint<PretrainingSnapshot>("pretraining", bytes).state;
}

describe("a resumed run", () => {
  const uninterrupted = statesOf(pretrain(plan));

  it.each([1, 33, 59, 60, 61, 90, 104, 110, 115, 116, 150, 199])(
    "cut after %d of 200 steps is the uninterrupted one, byte for byte",
    async (cut) => {
      const whole = await uninterrupted;
      const rest = await statesOf(resume(plan, stored(whole[cut - 1])));
      expect(rest.map(bytesOf)).toEqual(whole.slice(cut).map(bytesOf));
      expect(rest.length).toBe(200 - cut);
    },
  );
  it("has something to remember at those cuts: racing starts, moments, an unfinished block", async () => {
    const whole = await uninterrupted;
    expect(whole[32].snapshot.runners.length).toBe(3);
    expect(whole[89].snapshot.runners.map(({ memory }) => memory.step)).toEqual([30]);
    expect(whole[109].snapshot.tail.blocks.map(({ count }) => count)).toEqual([6]);
    // Without its memory it would be another run.
    const { snapshot } = whole[89];
    const runners = snapshot.runners.map((runner) => ({ ...runner, memory: plan.optimizer.start(12) }));
    const [forgetful] = await statesOf(resume({ ...plan }, { ...snapshot, runners }));
    expect(bytesOf(forgetful)).not.toEqual(bytesOf(whole[90]));
  });

  it.each([
    gradientDescent({ learningRate: 0.05, momentum: 0.9 }),
    clipped(adamW({ learningRate: 0.02, weightDecay: 0.1 }), { norm: 0.1, parts: [9, 3] }),
  ])("is the same under $name too", async (optimizer) => {
    const own = { ...plan, optimizer, steps: 100 };
    const whole = await statesOf(pretrain(own));
    const rest = await statesOf(resume(own, stored(whole[69])));
    expect(rest.map(bytesOf)).toEqual(whole.slice(70).map(bytesOf));
  });

  it("may be interrupted again and again", async () => {
    const whole = await uninterrupted;
    let snapshot = stored(whole[0]);
    for (const stop of [20, 100, 200]) {
      const states = await statesOf(resume({ ...plan, stop: ({ step }) => step === stop }, snapshot));
      const last = states[states.length - 1];
      expect([last.step, last.status]).toEqual([stop, stop === 200 ? "finished" : "stopped"]);
      snapshot = stored(last);
    }
    expect(snapshot).toEqual(whole[199].snapshot);
    expect(await statesOf(resume(plan, snapshot))).toEqual([]);
  });

  it("starts from the last finite state where a run has diverged, and diverges again", async () => {
    const wild = { ...plan, optimizer: gradientDescent({ learningRate: 1e6 }) };
    const states = await statesOf(pretrain(wild));
    const last = states[states.length - 1];
    expect(last.status).toBe("diverged");
    expect((await statesOf(resume(wild, stored(last)))).map(bytesOf)).toEqual([bytesOf(last)]);
  });

  it("refuses a snapshot of another plan, naming the difference, and one of a newer version", async () => {
    const { snapshot } = (await uninterrupted)[89];
    const others: [Partial<PretrainingPlan>, RegExp][] = [
      [
        { key: randomKey(6) },
        /resume\.plan\.key: expected the plan that made the snapshot, with "5\/initial"; got "6"/,
      ],
      [{ steps: 300 }, /resume\.plan\.steps/],
      [{ averagedPart: 0.4 }, /resume\.plan\.averagedPart/],
      [{ initialScale: 0.01 }, /resume\.plan\.initialScale/],
      [{ optimizer: adam({ learningRate: 0.01 }) }, /resume\.plan\.optimizer/],
      [{ screening: { starts: 2, steps: 60, optimizer: adam() } }, /resume\.plan\.screening/],
    ];
    for (const [other, message] of others) {
      await expect(statesOf(resume({ ...plan, ...other }, snapshot))).rejects.toThrow(DomainError);
      await expect(statesOf(resume({ ...plan, ...other }, snapshot))).rejects.toThrow(message);
    }
    const newer = { ...snapshot, version: 2 } as unknown as PretrainingSnapshot;
    await expect(statesOf(resume(plan, newer))).rejects.toThrow(/a snapshot of version 1; got version 2/);
    await expect(statesOf(resume(plan, { ...snapshot, runners: [] }))).rejects.toThrow(/at least one runner/);
    for (const none of [null, undefined, {}]) {
      await expect(statesOf(resume(plan, none as PretrainingSnapshot))).rejects.toThrow(DomainError);
    }
    const parts = (...list: number[]) => ({ ...plan, optimizer: clipped(adam(), { norm: 1, parts: list }) });
    const cut = (await statesOf(pretrain({ ...parts(9, 3), steps: 3 })))[1].snapshot;
    await expect(statesOf(resume({ ...parts(3, 9), steps: 3 }, cut))).rejects.toThrow(/resume\.plan\.optimizer/);
  });
});

describe("a run that is watched", () => {
  it("stops at the first state that has what was asked for", async () => {
    const whole = await statesOf(pretrain({ ...plan, steps: 80 }));
    const target = Math.min(...whole.slice(0, 60).map(({ loss }) => loss));
    const stopped = await statesOf(pretrain({ ...plan, steps: 80, stop: ({ loss }) => loss <= target }));
    const last = stopped[stopped.length - 1];
    expect([last.status, last.isCheckpoint]).toEqual(["stopped", true]);
    expect(stopped.length).toBe(whole.findIndex(({ loss }) => loss <= target) + 1);
    expect(last.parameters).toEqual(whole[stopped.length - 1].parameters);
  });

  it("flags the states to keep, and the last one always", async () => {
    const flagged = (states: PretrainingState[]): number[] =>
      states.filter(({ isCheckpoint }) => isCheckpoint).map(({ step }) => step);
    const checkpoints = logSpaced({ perDecade: 2 });
    expect(flagged(await statesOf(pretrain({ ...plan, steps: 35, checkpoints })))).toEqual([1, 4, 10, 32, 35]);
    expect(flagged(await statesOf(pretrain({ ...plan, steps: 5 })))).toEqual([5]);
  });
});
