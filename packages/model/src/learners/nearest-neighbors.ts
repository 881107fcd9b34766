import { defineLearner, type LearnerFactory } from "./learner.ts";
import { requireCount } from "./settings.ts";

/** Settings of `nearestNeighbors`. */
export interface NearestNeighborsSettings {
  /** k ≥ 1; a shorter context counts in full */
  readonly neighbors: number;
}

/**
 * The mean response of the k covariates nearest to the query, by Euclidean distance; of equally near ones, the first.
 *
 * $$ \hat y = \frac1k \sum_{i \in N_k(x_q)} y_i $$
 *
 * @throws DomainError unless k is a whole number, at least 1
 *
 * Source: arXiv 2208.01066, Section 3.1, with k = 3.
 *
 * @example
 * const prompts = {
 *   count: 1, contextLength: 3, dimension: 1,
 *   covariates: Float64Array.of(0, 5, 6), responses: Float64Array.of(1, 2, 4),
 *   queryCovariates: Float64Array.of(7), queryResponses: Float64Array.of(0),
 * };
 * Array.from(await learners.nearestNeighbors({ neighbors: 2 }).predict(prompts)); // => [3]
 */
export const nearestNeighbors: LearnerFactory<NearestNeighborsSettings> = defineLearner({
  name: "nearest-neighbors",
  summary: "The mean response of the k nearest covariates.",
  knows: [],
  fit: (settings: NearestNeighborsSettings) => {
    const neighbors = requireCount("nearest-neighbors: neighbors", settings.neighbors, 1);
    return ({ covariates: { columns, values }, responses }) =>
      (query) => {
        const distances = Float64Array.from(responses, (_, i) =>
          query.reduce((sum, entry, j) => sum + (entry - values[i * columns + j]) ** 2, 0),
        );
        const nearest = Array.from(responses, (response, i) => ({ response, distance: distances[i] }))
          .sort((a, b) => a.distance - b.distance)
          .slice(0, neighbors);
        return nearest.reduce((sum, { response }) => sum + response, 0) / nearest.length;
      };
  },
});
