import {
  openDeep,
  openOneLayer,
  type DeepOptions,
  type LinearGaussianLaw,
  type OneLayerOptions,
} from "@onestep/kernels";
import type { BlockRange } from "./control.ts";
import { readPrompts, type StepMemory } from "./step-memory.ts";

/** What a thread needs to know to sum blocks: plain data. */
export type EvaluationPlan =
  | { readonly kind: "one layer"; readonly law: LinearGaussianLaw; readonly options: OneLayerOptions | undefined }
  | {
      readonly kind: "deep";
      readonly law: LinearGaussianLaw;
      readonly layers: number;
      readonly options: DeepOptions | undefined;
    };

/** Sums blocks of the step in a memory. */
export interface Evaluation {
  readonly sumsLength: number;
  readonly escalations: number;
  sumBlocks(memory: StepMemory, blocks: BlockRange): void;
}

/** Opens the kernels of a plan on this thread. */
export function openEvaluation(plan: EvaluationPlan): Evaluation {
  return plan.kind === "deep" ? openDeepEvaluation(plan) : openLayerEvaluation(plan);
}

function openLayerEvaluation({ law, options }: EvaluationPlan & { kind: "one layer" }): Evaluation {
  const layer = openOneLayer(law, options);
  const width = law.dimension + 1;
  return {
    sumsLength: layer.sumsLength,
    get escalations() {
      return layer.escalations;
    },
    sumBlocks: (memory, blocks) => {
      const parameters = {
        keyQuery: memory.parameters.subarray(0, width * width),
        valueProjection: memory.parameters.subarray(width * width),
      };
      layer.writeBlockSums(parameters, readPrompts(memory), blocks, partOf(memory, blocks, layer.sumsLength));
    },
  };
}

function openDeepEvaluation({ law, layers, options }: EvaluationPlan & { kind: "deep" }): Evaluation {
  const deep = openDeep(law, layers, options);
  const size = (law.dimension + 1) ** 2;
  return {
    sumsLength: deep.sumsLength,
    get escalations() {
      return deep.escalations;
    },
    sumBlocks: (memory, blocks) => {
      const at = (index: number): Float64Array => memory.parameters.subarray(index * size, (index + 1) * size);
      const weights = {
        valueProjections: Array.from({ length: layers }, (_, layer) => at(layer)),
        keyQueries: Array.from({ length: layers }, (_, layer) => at(layers + layer)),
      };
      deep.writeBlockSums(weights, readPrompts(memory), blocks, partOf(memory, blocks, deep.sumsLength));
    },
  };
}

function partOf({ sums }: StepMemory, { from, to }: BlockRange, sumsLength: number): Float64Array {
  return sums.subarray(from * sumsLength, to * sumsLength);
}
