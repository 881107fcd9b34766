import { BackendError, DomainError } from "@onestep/core";
import { parsePromptLaw } from "@onestep/data";
import { float64Engine, kernelEngine, type LsaEngine } from "@onestep/model";
import { describe, expect, it } from "vitest";
import type { Trial } from "./experiment.ts";
import { trialOfLaw } from "./experiments/own-law.ts";
import { theorem1 } from "./experiments/theorem-1.ts";
import type { TrialReport } from "./report.ts";
import { runTrial, type TrialOptions, type TrialProgress } from "./run-trial.ts";

const [trial] = theorem1.trials({ dimension: 2, contextLength: 5 });
const tiny: Trial = theorem1.trials({ dimension: 1, contextLength: 3, noiseVariance: 4 })[0];

async function reportOf(one: Trial, changes: Partial<TrialOptions> = {}): Promise<TrialReport> {
  const report = await runTrial(one, { seed: 0, engine: float64Engine(), ...changes });
  return report ?? expect.fail("the run was interrupted");
}

/** The float64 engine, with something done to each call. */
function disturbed(before: (call: number) => void, after: (call: number, gradient: Float64Array) => void): LsaEngine {
  const engine = float64Engine();
  let call = 0;
  return {
    ...engine,
    lossAndGradient: async (parameters, prompts) => {
      before(++call);
      const evaluation = await engine.lossAndGradient(parameters, prompts);
      after(call, evaluation.gradient.keyQuery.values);
      return evaluation;
    },
  };
}

/** The losses of the first three steps; nothing is judged, so nothing is drawn beyond them. */
async function firstLosses(one: Trial): Promise<number[]> {
  const losses: number[] = [];
  const signal = { aborted: false };
  const onProgress = ({ loss }: TrialProgress): void => {
    signal.aborted = losses.push(loss) === 2;
  };
  await runTrial(one, { seed: 0, engine: float64Engine(), steps: 25, signal, onProgress });
  return losses;
}

describe("runTrial", () => {
  let report25: Promise<TrialReport> | undefined;
  /** One report of 25 steps, for the tests that only read it. */
  const short = (): Promise<TrialReport> => (report25 ??= reportOf(tiny, { steps: 25 }));

  it("trains a layer from random numbers to the step of Theorem 1, and says so", async () => {
    const report = await reportOf(trial);
    expect(report).toMatchObject({ id: "thm1", verdict: "supported", status: "finished", seed: 0, backend: "float64" });
    expect(report.claims.map(({ name, verdict }) => [name, verdict])).toEqual(
      ["step size", "preconditioner", "off-diagonal", "leakage", "excess loss", "loss on fresh prompts"].map((name) => [
        name,
        "supported",
      ]),
    );
    const stepSize = 1 / (5 + 2 + 1 + 0.25);
    expect(report.optimum).toEqual([
      [stepSize, 0],
      [0, stepSize],
    ]);
    const learned = report.preconditioner.flat();
    const distance = Math.hypot(learned[0] - stepSize, learned[1], learned[2], learned[3] - stepSize);
    expect(distance / Math.hypot(stepSize, stepSize)).toBeLessThanOrEqual(0.02);
    expect(report.optimalLoss).toBeCloseTo(2 + 0.25 - 5 * 2 * stepSize, 12);
    // Nothing knew the answer before: the loss starts at that of predicting nothing, and ends near L*.
    const losses = report.trainingLoss.map(({ loss }) => loss);
    expect(losses[0]).toBeGreaterThan(1.5);
    expect(losses[losses.length - 1]).toBeLessThan(1.5);
    expect(report.trainingLoss.map(({ step }) => step)).toEqual([
      ...Array.from({ length: 20 }, (_, at) => at + 1),
      ...Array.from({ length: 99 }, (_, at) => 20 * (at + 2)),
    ]);
  });

  it.each([
    ["float64", "wasm", "wasm-f64 two-column"],
    ["float32", "wasm-f32", "wasm-f32 two-column"],
  ] as const)("trains on kernels in %s to the same step, and says on which path", async (precision, backend, path) => {
    const report = await reportOf(trial, { engine: kernelEngine({ precision }) });
    expect(report).toMatchObject({ verdict: "supported", status: "finished", backend, path });
    expect((await short()).path).toBeUndefined();
  });

  it("does not support a layer that was trained for a single step", async () => {
    const report = await reportOf(tiny, { steps: 1 });
    expect(report.verdict).not.toBe("supported");
    expect(report.training.steps).toBe(1);
    expect(report.trainingLoss.map(({ step }) => step)).toEqual([1]);
    // What it says about this very layer is true all the same, though not to the precision of L*.
    expect(report.claims.find(({ name }) => name === "loss on fresh prompts")?.verdict).not.toBe("contradicted");
  });

  it("writes the same report for the same seed, byte by byte, and tells its progress as it goes", async () => {
    const seen: TrialProgress[] = [];
    const report = await reportOf(tiny, { steps: 25, onProgress: (progress) => seen.push(progress) });
    expect(JSON.stringify(report)).toBe(JSON.stringify(await short()));
    expect(seen).toEqual(report.trainingLoss.map(({ step, loss }) => ({ step, steps: 25, loss })));
    expect(seen[seen.length - 1].step).toBe(25);
  });

  it("writes another report for another seed", async () => {
    const [one, other] = [await short(), await reportOf(tiny, { steps: 25, seed: 1 })];
    expect(other.preconditioner).not.toEqual(one.preconditioner);
    expect(other.trainingLoss).not.toEqual(one.trainingLoss);
    expect(other.claims).not.toEqual(one.claims);
    expect([one.seed, other.seed]).toEqual([0, 1]);
  });

  it("reports plain JSON: finite numbers, and a law that can be run again", async () => {
    const report = await short();
    expect(JSON.parse(JSON.stringify(report))).toEqual(report);
    const again = { ...trialOfLaw(parsePromptLaw(report.law)), id: report.id };
    expect(await firstLosses(again)).toEqual(report.trainingLoss.slice(0, 3).map(({ loss }) => loss));
  });

  it("gives trials of one law with different names numbers of their own", async () => {
    const [one, another] = [await firstLosses(tiny), await firstLosses({ ...tiny, id: "another" })];
    expect(one.filter((loss) => another.includes(loss))).toEqual([]);
  });

  it("judges nothing when its signal ends the run", async () => {
    const signal = { aborted: false };
    const seen: number[] = [];
    const report = await runTrial(tiny, {
      seed: 0,
      engine: float64Engine(),
      steps: 25,
      signal,
      onProgress: ({ step }) => {
        seen.push(step);
        signal.aborted = step === 3;
      },
    });
    expect(report).toBeUndefined();
    expect(seen).toEqual([1, 2, 3, 4]);
  });

  it("reports a run that diverges by its last finite parameters, and does not support it", async () => {
    const engine = disturbed(
      () => undefined,
      (call, gradient) => call > 40 && gradient.fill(NaN),
    );
    const report = await reportOf(tiny, { steps: 30, engine });
    expect(report.status).toBe("diverged");
    expect(report.verdict).not.toBe("supported");
    expect(report.preconditioner.flat().every(Number.isFinite)).toBe(true);
  });

  it("lets an engine's error through as it is", async () => {
    const broken = new BackendError({ where: "engine", expected: "power", arrived: "none", hint: "plug it in" });
    const engine = disturbed(
      (call) => {
        if (call === 3) throw broken;
      },
      () => undefined,
    );
    await expect(reportOf(tiny, { engine })).rejects.toBe(broken);
  });

  it("refuses a law on which there is nothing to learn", async () => {
    const silent = parsePromptLaw({
      contextLength: 3,
      dimension: 1,
      covariates: { law: "gaussian" },
      target: { law: "linear", tasks: { law: "gaussian", covariance: 0 } },
      noise: { law: "none" },
    });
    await expect(reportOf(trialOfLaw(silent))).rejects.toThrow(DomainError);
    await expect(reportOf(trialOfLaw(silent))).rejects.toThrow(/best loss L\* is positive/);
  });

  it("runs a law that the user brings, with the optimum of its own moments and no step size", async () => {
    const law = parsePromptLaw({
      contextLength: 4,
      dimension: 2,
      covariates: { law: "gaussian", covariance: [2, 1] },
      target: { law: "single-index", link: "tanh" },
      noise: { law: "gaussian", variance: 0.1 },
    });
    const report = await reportOf(trialOfLaw(law), { steps: 5 });
    expect(report.id).toBe("law");
    expect(report.claims.map(({ name }) => name)).toEqual([
      "preconditioner",
      "off-diagonal",
      "leakage",
      "excess loss",
      "loss on fresh prompts",
    ]);
    expect(report.verdict).not.toBe("supported");
  });
});
