import { parsePromptLaw } from "@onestep/data";
import {
  arraysOfParameters,
  identify,
  type IdentifiedParameter,
  type TrainedParameters,
  type TrainingConfig,
} from "@onestep/lab";
import { layerOfArrays, lsaHeads, transformerOfArrays, type LinearTransformer } from "@onestep/model";

/** Which algorithm a model is, for a reader: the nearest first, then from the simplest on. */
export interface Identified {
  readonly step: number;
  readonly nearest: string;
  readonly isWithinTolerance: boolean;
  readonly candidates: readonly IdentifiedCandidate[];
  /** √(E f_even² / E f_odd²), where it is known. */
  readonly leakage?: number;
  readonly prompts: number;
}

export interface IdentifiedCandidate {
  readonly name: string;
  readonly residual: number;
  readonly standardError: number;
  readonly parameters: readonly IdentifiedParameter[];
}

/** Candidates that are listed. */
const LISTED = 6;

/** Asks the laboratory which algorithm some weights are. */
export async function identified(
  config: TrainingConfig,
  parameters: TrainedParameters,
  { step, draws }: { readonly step: number; readonly draws: number },
): Promise<Identified> {
  const found = await identify(modelOf(parameters), parsePromptLaw(config.law), { draws, seed: config.seed });
  // The nearest, and then from the simplest on: richer families come as near, for they contain it.
  const rivals = found.algorithms.filter(({ name, algorithm }) => name !== found.nearest && algorithm !== "zero");
  const candidates = [...found.algorithms.filter(({ name }) => name === found.nearest), ...rivals].map(
    ({ name, residual, parameters: numbers }) => ({
      name,
      residual: residual.value,
      standardError: residual.standardError,
      parameters: numbers,
    }),
  );
  return {
    step,
    nearest: found.nearest,
    isWithinTolerance: found.isWithinTolerance,
    candidates: candidates.slice(0, LISTED),
    ...(found.leakage === null ? {} : { leakage: found.leakage.value }),
    prompts: found.prompts,
  };
}

function modelOf(parameters: TrainedParameters): LinearTransformer {
  const arrays = arraysOfParameters(parameters);
  return "key_query" in arrays ? lsaHeads([layerOfArrays(arrays)]) : transformerOfArrays(arrays);
}
