import {
  identity,
  inverseCovariance,
  multiply,
  scale,
  subtract,
  trace,
  traceOfProduct,
  transpose,
  type Matrix,
} from "@onestep/core";
import { promptMoments, type PromptLaw } from "@onestep/data";
import { populationLoss, type LinearTransformer } from "@onestep/model";
import { gaussianLinearPopulation } from "../gaussian-linear-law.ts";
import { headsOfLayer, stepOfLayer } from "../measure/step-of-layer.ts";
import type { AlgorithmId } from "./families.ts";

/** An algorithm that a layer is held against without drawing. */
export interface ExactRow extends AlgorithmId {
  readonly parameters: readonly { readonly name: string; readonly value: number }[];
  readonly residual: number;
}

/**
 * One layer of one head on a Gaussian linear law of centred tasks, held against steps: odd and even part do not
 * correlate there, and with the inner product ⟨Γ, Γ'⟩ = tr(ΣΓBΓ'ᵀ) of steps
 *
 * $$ \mathbb{E}(\hat y - \hat y_{\eta A})^2 = \|\Gamma - \eta A\|^2 + \mathbb{E} f_{\mathrm{even}}^2, \qquad
 *    \eta = \langle\Gamma, A\rangle/\|A\|^2. $$
 *
 * Nothing for any other model or law.
 */
export function exactRows(model: LinearTransformer, law: PromptLaw): readonly ExactRow[] {
  const population = gaussianLinearPopulation(law);
  const heads = model.embedding === undefined ? headsOfLayer(model, law) : undefined;
  const step = heads?.length === 1 ? stepOfLayer(model, law) : undefined;
  if (population === undefined || heads === undefined || step === undefined) return [];
  if (population.taskMean.some((entry) => entry !== 0)) return [];
  const { oddEnergy, evenEnergy } = populationLoss(population, heads[0]);
  if (oddEnergy + evenEnergy === 0) return [];
  const [{ querySecondMoment, stepMoment }] = promptMoments(law).strata;
  const product = (one: Matrix, other: Matrix): number =>
    traceOfProduct(multiply(querySecondMoment, one, stepMoment), transpose(other));
  const residual = (other: Matrix): number => {
    const rest = subtract(step, other);
    return Math.sqrt((Math.max(0, product(rest, rest)) + evenEnergy) / (oddEnergy + evenEnergy));
  };
  const along = (coordinates: AlgorithmId["coordinates"], direction: Matrix): ExactRow => {
    const stepSize = product(step, direction) / product(direction, direction);
    return {
      algorithm: "gradient-descent",
      steps: 1,
      coordinates,
      parameters: [{ name: "η", value: stepSize }],
      residual: residual(scale(direction, stepSize)),
    };
  };
  const { covariates } = population;
  return [
    along("plain", identity(law.dimension)),
    ...(covariates.rank < law.dimension ? [] : [along("white", inverseCovariance(covariates).matrix)]),
    {
      algorithm: "preconditioned-step",
      coordinates: "plain",
      parameters: [{ name: "tr Γ/d", value: trace(step) / law.dimension }],
      residual: residual(step),
    },
  ];
}
