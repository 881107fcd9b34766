import { DomainError, ShapeError, type LsaParameters, type Matrix } from "@onestep/core";
import { checkShapes } from "../deep/check-transformer.ts";
import type { AttentionHead, LinearTransformer } from "../deep/linear-transformer.ts";
import { mergedHeads } from "../deep/parametrisations/merged-heads.ts";
import type { Parametrisation } from "../deep/parametrisations/parametrisation.ts";
import { orOverflow } from "../pretrain/overflow.ts";
import type { Trainable } from "../pretrain/trainable.ts";
import { embeddedOnPopulation, type LayerLoss } from "./embedding-on-population.ts";
import { layerOfLiveHead, liveHead, lossAndGradientOfHeads } from "./heads-on-population.ts";
import { taskMoments, type GaussianLinearPopulation, type TaskMoments } from "./task-moments.ts";

/**
 * One layer of linear self-attention on the exact loss of a law, for `pretrain`, `gradientFlow` and `lbfgs`: no prompts,
 * no noise, and the same curve every time. Any batch is ignored.
 *
 * A layer with a factor κ in front of its sum, ŷ = κ uᵀGMv_q, has the same gradient flow in other units: (u, M)
 * is √κ times its parameters, and time runs κ times as fast.
 *
 * @throws ShapeError where covariates, tasks and their mean differ in dimension; DomainError for impossible numbers
 *
 * @example
 * const law = { contextLength: 4, covariates: isotropic(3), tasks: isotropic(3), noiseVariance: 0.5 };
 * (await layerOnPopulation(law).lossAndGradient(new Float64Array(20), undefined)).loss; // => 3.5
 */
export function layerOnPopulation(law: GaussianLinearPopulation): Trainable<LsaParameters<Matrix>, unknown> {
  const { size, pack, unpack, lossAndGradient } = trainableOnPopulation(
    mergedHeads({ dimension: law.covariates.dimension }),
    law,
  );
  return { size, pack: (layer) => pack([layer]), unpack: (position) => unpack(position)[0], lossAndGradient };
}

/**
 * Any one-layer family, of any number of heads, on the exact loss of a law: separate or merged weights, full or
 * reduced, on bare tokens or with an initial guess. Deeper transformers have no such formula, but where all matrices commute, `scalarLayersOnPopulation`: average
 * them over fresh statistics instead.
 *
 * @throws ShapeError where law and family differ in dimension; DomainError for a law of impossible numbers, and for a
 * family of several layers or with a prefix of tokens
 *
 * @example
 * const law = { contextLength: 4, covariates: isotropic(1), tasks: isotropic(1), noiseVariance: 0 };
 * const family = reducedStep({ dimension: 1 });
 * // R(Γ) = 1 − 8Γ + 24Γ²
 * (await trainableOnPopulation(family, law).lossAndGradient(Float64Array.of(0.5), undefined)).gradient[0]; // => 16
 */
export function trainableOnPopulation<W>(
  parametrisation: Parametrisation<W>,
  law: GaussianLinearPopulation,
): Trainable<W, unknown> {
  const { size, pack, unpack, transformer, pullBack } = parametrisation;
  const moments = taskMoments("trainableOnPopulation", law);
  const evaluate = (position: Float64Array): { loss: number; gradient: Float64Array } => {
    const weights = unpack(position);
    const model = transformer(weights);
    const { loss, gradient } =
      model.embedding === undefined ? onPopulation(moments, model) : embeddedOnPopulation(moments, model, onPopulation);
    return orOverflow({ loss, gradient: pullBack(weights, gradient) });
  };
  requireOneLayer(moments, transformer(unpack(new Float64Array(size))));
  return { size, pack, unpack, lossAndGradient: async (position) => evaluate(position) };
}

/** A head's P enters by its last row, f = −(κ P_last) G Q v_q with κ = 1/n or 1. */
function onPopulation(moments: TaskMoments, { layers: [heads], dividesByLength }: LinearTransformer): LayerLoss {
  const factor = dividesByLength ? -1 / moments.contextLength : -1;
  const { loss, gradient } = lossAndGradientOfHeads(
    moments,
    heads.map(({ valueProjection: { rows: width, values }, keyQuery }) => {
      const lastRow = values.slice((width - 1) * width).map((entry) => factor * entry);
      return liveHead({ keyQuery, valueProjection: { rows: width, columns: 1, values: lastRow } });
    }),
  );
  const layer = gradient.map((head): AttentionHead => {
    const { keyQuery, valueProjection } = layerOfLiveHead(head);
    const width = keyQuery.rows;
    const values = new Float64Array(width * width);
    values.set(
      valueProjection.values.map((entry) => factor * entry),
      (width - 1) * width,
    );
    return { keyQuery, valueProjection: { rows: width, columns: width, values } };
  });
  return { loss, gradient: { layers: [layer] } };
}

function requireOneLayer({ sigma }: TaskMoments, transformer: LinearTransformer): void {
  const dimension = checkShapes("trainableOnPopulation", transformer);
  if (dimension !== sigma.rows) {
    throw new ShapeError({
      where: "trainableOnPopulation",
      expected: `a layer on ${sigma.rows} covariates`,
      arrived: `a layer on ${dimension}`,
      hint: "give the family the dimension of the law",
    });
  }
  const { layers, embedding } = transformer;
  if (layers.length === 1 && embedding?.prefix === undefined) return;
  throw new DomainError({
    where: "trainableOnPopulation",
    expected: "one layer on the tokens of the prompt",
    arrived: layers.length === 1 ? "a prefix" : `${layers.length} layers`,
    hint: "for depth, train on sampled statistics with trainableTransformer",
  });
}
