import type { TrainingConfig, TrainingReport } from "@onestep/lab";
import { formatEstimate, formatNumber } from "../render/number.ts";

/** A number of a training, with its passport or its unit. */
export interface Fact {
  readonly name: string;
  readonly value: string;
  readonly note: string;
}

/** What came of a training: loss, theory, and how far apart they are. */
export function factsOf(report: TrainingReport): Fact[] {
  const { loss, standardError, optimalLoss, optimum, excessLoss, distance, stepSize } = report;
  return [
    loss === null
      ? { name: "loss", value: "none", note: "the model’s numbers overflow" }
      : {
          name: "loss",
          value: formatEstimate(loss, standardError ?? 0),
          note: noteOn(loss, standardError ?? 0),
        },
    ...(optimalLoss === undefined || optimum === undefined
      ? []
      : [
          {
            name: "theory",
            value: formatNumber(optimalLoss),
            note: `${optimum.attains === "minimum" ? "the minimum" : "the best known"}, ${optimum.source.key}, ${optimum.source.locator}`,
          },
        ]),
    ...(excessLoss === undefined
      ? []
      : [{ name: "excess", value: formatEstimate(excessLoss, standardError ?? 0, 3), note: "loss above theory" }]),
    ...(distance === undefined
      ? []
      : [{ name: "distance", value: formatNumber(distance, 3), note: "‖Γ − Γ*‖ / ‖Γ*‖" }]),
    ...(stepSize === undefined ? [] : [{ name: "step size", value: formatNumber(stepSize), note: "tr Γ / d" }]),
  ];
}

/** Deep models are polynomials of high degree in the context: few contexts can make most of the mean. */
const WILD = 0.2;

function noteOn(loss: number, standardError: number): string {
  if (standardError === 0) return "exact, of the trained model";
  const note = "of the trained model, on fresh prompts";
  return standardError < WILD * loss ? note : `${note}; a few wide contexts make most of it: train longer`;
}

/** A training in a line: `one layer (full), sampled: 2000 steps of 412 prompts, adam 0.02, wasm, seed 0`. */
export function describeTraining({ model, training, backend, seed }: TrainingConfig): string {
  const { layers, family, heads } = model;
  const size = layers === 1 ? "one layer" : `${layers} layers`;
  const parts = heads === 1 ? family : `${family}, ${heads} heads`;
  const prompts = training.batch === undefined ? "" : ` of ${training.batch.toLocaleString("en")} prompts`;
  const steps = `${training.steps.toLocaleString("en")} steps${prompts}`;
  return `${size} (${parts}), ${training.method}: ${steps}, ${training.optimizer} ${training.learningRate}, ${backend}, seed ${seed}`;
}
