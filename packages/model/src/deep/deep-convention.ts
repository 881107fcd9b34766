import { AssumptionError, diagonal, multiply, scale, type Matrix } from "@onestep/core";
import { requireSizes } from "./parametrisations/sizes.ts";
import { conventionOf, type Convention, type ConventionName } from "../lsa/convention-dictionary.ts";
import { checkTransformer } from "./check-transformer.ts";
import type { AttentionHead, LinearTransformer } from "./linear-transformer.ts";

/** The heads of each layer, as a paper writes them. */
export type PaperLayers = readonly (readonly AttentionHead[])[];

/**
 * A paper's transformer of any depth in our convention, that of arXiv 2306.00297: with D = diag(covariateScale·I, 1),
 *
 * $$ P \mapsto \tfrac{\kappa}{\text{divisor}}\, D P D^{-1}, \qquad Q \mapsto D^{-1} Q D^{-1}, $$
 *
 * where κ is n if layers divide by n here, and 1 if not. A paper that reads the response slot with a plus sign has its
 * context embedded with the sign of the responses turned, (x, −y), and with it every P and Q. The transformer on covariates
 * covariateScale·x predicts what the paper's predicts on x.
 *
 * @param prompts the length n of those that the paper's transformer is meant for
 * @throws AssumptionError where the paper lets tokens attend to the query, which no linear transformer here does; for one
 * layer there is `fromConvention`
 * @throws ShapeError, DomainError
 *
 * Source: the papers' own definitions; own derivation: tokens are mapped by D, or by D and the turned sign.
 *
 * @example
 * const layers = [[{ valueProjection: diagonal([0, 1]), keyQuery: diagonal([-0.5, 0]) }]];
 * const transformer = transformerFromConvention("2212.07677", layers, { contextLength: 4 });
 * [transformer.dividesByLength, transformer.layers[0][0].keyQuery.values[0]]; // ≈ [false, -0.166666666667]
 */
export function transformerFromConvention(
  name: ConventionName | Convention,
  layers: PaperLayers,
  prompts: { readonly contextLength: number },
): LinearTransformer {
  const where = "transformerFromConvention";
  const convention = hiddenQuery(where, conventionOf(name));
  const { contextLength } = prompts ?? {};
  requireSizes(where, { contextLength });
  const width = checkTransformer(where, { layers, dividesByLength: true }) + 1;
  const dividesByLength = convention.divisor !== "1";
  const factor = convention.divisor === "n+1" ? contextLength / (contextLength + 1) : 1;
  // F: with a plus sign, the slot of the response carries minus what it carries here.
  const map = tokenMap(width, convention.covariateScale, -convention.sign);
  const unmap = tokenMap(width, 1 / convention.covariateScale, -convention.sign);
  const transformer = {
    layers: layers.map((heads) =>
      heads.map(({ valueProjection, keyQuery }) => ({
        valueProjection: scale(multiply(map, valueProjection, unmap), factor),
        keyQuery: multiply(unmap, keyQuery, unmap),
      })),
    ),
    dividesByLength,
    ...(convention.sign === 1 ? { embedding: { context: tokenMap(width, 1, -1) } } : {}),
  };
  checkTransformer(where, transformer);
  return transformer;
}

/**
 * Our transformer as a paper writes it: the inverse of `transformerFromConvention`.
 *
 * @param prompts the length n of those that the transformer is meant for
 * @throws AssumptionError for an embedding, or where the paper's tokens attend to the query or its sign is a plus
 * @throws ShapeError, DomainError
 *
 * Source: the papers' own definitions.
 *
 * @example
 * const twoSteps = construct.gradientDescent({ dimension: 1, stepSizes: [0.5, 0.25] });
 * const layers = transformerToConvention("2212.07677", twoSteps, { contextLength: 4 });
 * layers[1][0].valueProjection.values[3]; // => 0.25
 */
export function transformerToConvention(
  name: ConventionName | Convention,
  transformer: LinearTransformer,
  prompts: { readonly contextLength: number },
): PaperLayers {
  const where = "transformerToConvention";
  const convention = hiddenQuery(where, conventionOf(name));
  const { contextLength } = prompts ?? {};
  requireSizes(where, { contextLength });
  const width = checkTransformer(where, transformer) + 1;
  const isPlain = Object.values(transformer.embedding ?? {}).every((part) => part === undefined);
  if (!isPlain || convention.sign === 1) {
    throw isPlain
      ? unlike(where, convention, "a minus sign in front of the output", "a plus sign")
      : unlike(where, convention, "tokens that are not embedded", "an embedding");
  }
  const divisor = { "1": 1, n: contextLength, "n+1": contextLength + 1 }[convention.divisor];
  const factor = transformer.dividesByLength ? divisor / contextLength : divisor;
  const map = tokenMap(width, convention.covariateScale, 1);
  const unmap = tokenMap(width, 1 / convention.covariateScale, 1);
  const layers = transformer.layers.map((heads) =>
    heads.map(({ valueProjection, keyQuery }) => ({
      valueProjection: scale(multiply(unmap, valueProjection, map), factor),
      keyQuery: multiply(map, keyQuery, map),
    })),
  );
  checkTransformer(where, { layers, dividesByLength: true });
  return layers;
}

/** diag(covariates·I, response) */
function tokenMap(width: number, covariates: number, response: number): Matrix {
  return diagonal(Float64Array.from({ length: width }, (_, i) => (i === width - 1 ? response : covariates)));
}

function hiddenQuery(where: string, convention: Convention): Convention {
  if (!convention.attendsToQuery) return convention;
  throw unlike(where, convention, "a query that no token attends to", "a query among the tokens");
}

function unlike(where: string, { source }: Convention, hypothesis: string, arrived: string): AssumptionError {
  return new AssumptionError({
    where,
    expected: hypothesis,
    arrived,
    hint: "for a single layer there are fromConvention and toConvention",
    source: `arXiv ${source}`,
    unmet: [hypothesis],
  });
}
