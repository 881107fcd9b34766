import {
  identity,
  jackknifeError,
  leaveOneOut,
  scale,
  solvePositiveDefinite,
  transpose,
  type Matrix,
  type RandomKey,
} from "@onestep/core";
import { integrateQueries, sampleContextStatistics, type PromptLaw } from "@onestep/data";
import { distanceFromScalars } from "../../measure/preconditioner-distance.ts";
import { ratioOfMeans } from "../../measure/ratio-of-means.ts";

/** Prompts between two calls of `tick`. */
const CHUNK = 2000;

/** Parts of the sample, for the jackknife. */
const BLOCKS = 10;

/** Sums over a block of contexts of E[y_q x_q | target] bᵀ and b bᵀ. */
interface StepSums {
  readonly cross: Matrix;
  readonly step: Matrix;
}

/** The best Γ of drawn contexts. */
export interface FittedStep {
  /** The best η. */
  readonly stepSize: { readonly value: number; readonly standardError: number };
  /** How far Γ is from a multiple of I. */
  readonly distance: { readonly value: number; readonly standardError: number };
  readonly diagonal: readonly number[];
}

/**
 * The best Γ, and the best η, on drawn contexts of a law with x_q ~ N(0, I); queries are integrated out.
 *
 * @throws AssumptionError for a law whose queries have no closed form
 */
export function fitStep(
  law: PromptLaw,
  { key, count, tick }: { readonly key: RandomKey; readonly count: number; readonly tick: () => void },
): FittedStep {
  const d = law.dimension;
  const [reward, cost] = [new Float64Array(count), new Float64Array(count)];
  const blocks: StepSums[] = Array.from({ length: BLOCKS }, () => ({
    cross: scale(identity(d), 0),
    step: scale(identity(d), 0),
  }));
  for (let from = 0; from < count; from += CHUNK) {
    const chunk = { key, count: Math.min(CHUNK, count - from), from };
    const { crossProduct } = sampleContextStatistics(law, { ...chunk, gram: false });
    const queries = integrateQueries(law, chunk);
    for (let i = 0; i < chunk.count; i++) {
      const { cross, step } = blocks[(from + i) % BLOCKS];
      for (let row = 0; row < d; row++) {
        const b = crossProduct[i * d + row];
        reward[from + i] += b * queries.cross[i * d + row];
        cost[from + i] += b * b;
        for (let column = 0; column < d; column++) {
          cross.values[row * d + column] += queries.cross[i * d + row] * crossProduct[i * d + column];
          step.values[row * d + column] += b * crossProduct[i * d + column];
        }
      }
    }
    tick();
  }
  const best = bestOf(blocks);
  const distances = leaveOneOut(blocks).map((kept) => distanceFromScalars(bestOf(kept)));
  return {
    stepSize: ratioOfMeans(reward, cost),
    distance: { value: distanceFromScalars(best), standardError: jackknifeError(distances) },
    diagonal: Array.from({ length: d }, (_, i) => best.values[i * (d + 1)]),
  };
}

/** Γ = A B⁻¹ of the blocks together. */
function bestOf(blocks: readonly StepSums[]): Matrix {
  const total = (name: keyof StepSums): Matrix => {
    const { rows, columns, values } = blocks[0][name];
    return { rows, columns, values: values.map((_, at) => blocks.reduce((sum, one) => sum + one[name].values[at], 0)) };
  };
  return transpose(solvePositiveDefinite(total("step"), transpose(total("cross"))));
}
