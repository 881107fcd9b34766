import { parsePromptLaw } from "@onestep/data";
import {
  arraysOfParameters,
  identify,
  type IdentifiedParameter,
  type TrainedParameters,
  type TrainingConfig,
} from "@onestep/lab";
import { layerOfArrays, lsaHeads, transformerOfArrays, type LinearTransformer } from "@onestep/model";

/** Which algorithm a model is, for a reader: the nearest first. */
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
  const candidates = found.algorithms
    .map(({ name, residual, parameters: numbers }) => ({
      name,
      residual: residual.value,
      standardError: residual.standardError,
      parameters: numbers,
    }))
    .sort((a, b) => Number(b.name === found.nearest) - Number(a.name === found.nearest) || a.residual - b.residual);
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
