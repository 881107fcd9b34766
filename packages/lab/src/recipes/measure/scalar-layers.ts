import { identity, scale, type Matrix } from "@onestep/core";
import { sparseHead, type LinearTransformer } from "@onestep/model";
import type { GdPlusPlusParameters } from "@onestep/theory";

/** The transformer of GD++ with A_l = a_l Σ⁻¹ and B_l = b_l I: what theory knows by its numbers a and b. */
export function scalarLayers({ a, b }: GdPlusPlusParameters, inverseOfCovariates: Matrix): LinearTransformer {
  const unit = identity(inverseOfCovariates.rows);
  return {
    layers: a.map((step, l) => [sparseHead(scale(inverseOfCovariates, step), scale(unit, b[l] ?? 0))]),
    dividesByLength: true,
  };
}
