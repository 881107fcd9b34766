import { ShapeError, type LsaParameters, type Matrix } from "@onestep/core";
import { requireFiniteResult } from "../finite-result.ts";
import { checkParameters } from "../lsa/parameters.ts";
import { energyOfHeads, liveHead, lossAndGradientOfHeads, type LiveHead } from "./heads-on-population.ts";
import { taskMoments, type GaussianLinearPopulation } from "./task-moments.ts";

/** The exact pre-training loss of a layer and the energies of its two parts. */
export interface PopulationLoss {
  /** E (ŷ − y_q)², σ² included */
  readonly loss: number;
  /** E f_odd², f_odd = x_qᵀ Γ Xᵀy */
  readonly oddEnergy: number;
  /** E f_even², f_even = x_qᵀ(M_xxᵀ S u_x + c·u_y m_yx) */
  readonly evenEnergy: number;
}

/**
 * The exact loss of any layer (u, M) on a Gaussian linear law, no sampling.
 *
 * With K the columns of M that the query reads, and 𝒯(A) = E[G A G],
 *
 * $$ L = \tau - 2\,u^\top \mathbb{E}[G K\,y_q x_q] + u^\top\,\mathcal T(K\Sigma K^\top)\,u. $$
 *
 * The energies are those of two pairs of heads: (u_y, M_xx) with (u_x, m_yx) reads b and is odd in the responses,
 * (u_x, M_xx) with (u_y, m_yx) reads S and c and is even.
 *
 * @throws ShapeError when the layer and the law differ in dimension; DomainError for a law or a layer of impossible numbers;
 * NumericalError where the loss overflows
 *
 * Source: own derivation; at μ = 0 the loss is R(Γ) plus the even energy.
 *
 * @example
 * // A silent layer misses the whole response, τ = tr(ΣΩ) + σ².
 * const law = { contextLength: 4, covariates: isotropic(3), tasks: isotropic(3), noiseVariance: 0.5 };
 * populationLoss(law, { keyQuery: zeros(4, 4), valueProjection: zeros(4, 1) }).loss; // => 3.5
 */
export function populationLoss(law: GaussianLinearPopulation, parameters: LsaParameters<Matrix>): PopulationLoss {
  const moments = taskMoments("populationLoss", law);
  const dimension = checkParameters("populationLoss", parameters);
  if (dimension !== moments.sigma.rows) {
    throw new ShapeError({
      where: "populationLoss",
      expected: `parameters of a layer on ${moments.sigma.rows} covariates`,
      arrived: `a layer on ${dimension}`,
      hint: "evaluate the layer on the law it was trained for",
    });
  }
  const head = liveHead(parameters);
  const rowsOfCovariates = dimension * dimension;
  const [direction, response] = splitAt(head.values, dimension);
  const [quadratic, responseRow] = splitAt(head.keys.values, rowsOfCovariates);
  const part = (values: Float64Array, keys: Float64Array): LiveHead => ({
    values,
    keys: { ...head.keys, values: keys },
  });
  const [loss, oddEnergy, evenEnergy] = requireFiniteResult(
    "populationLoss",
    Float64Array.of(
      lossAndGradientOfHeads(moments, [head]).loss,
      energyOfHeads(moments, [part(response, quadratic), part(direction, responseRow)]),
      energyOfHeads(moments, [part(direction, quadratic), part(response, responseRow)]),
    ),
  );
  return { loss, oddEnergy, evenEnergy };
}

/** The entries before a place and those from it on, each among zeros. */
function splitAt(values: Float64Array, place: number): [Float64Array, Float64Array] {
  return [values.map((entry, at) => (at < place ? entry : 0)), values.map((entry, at) => (at < place ? 0 : entry))];
}
