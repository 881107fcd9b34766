import { ShapeError } from "@onestep/core";
import { responseShear } from "../layer-heads.ts";
import type { TransformerGradient } from "../linear-transformer.ts";
import { requireSizes } from "./sizes.ts";
import { requireLength, type Parametrisation } from "./parametrisation.ts";

/** The weights of a family, and the linear function that it starts from. */
export interface WithGuess<W> {
  readonly weights: W;
  /** β in the initial guess ⟨β, x⟩, `[d]` */
  readonly guess: Float64Array;
}

/**
 * A family whose query token carries a trainable initial guess of its response, (x_q, −⟨β, x_q⟩) in place of (x_q, 0).
 * The guess enters the prediction directly and is attended with: column d+1 of Q is alive. The context is not told.
 *
 * @throws ShapeError, on use, where the family has another dimension or an embedding of the query of its own
 *
 * Source: Xie et al., arXiv 2512.04268, y_q-LSA.
 *
 * @example
 * withQueryGuess({ dimension: 2, of: mergedHeads({ dimension: 2 }) }).size; // => 14
 */
export function withQueryGuess<W>(shape: GuessShape<W>): Parametrisation<WithGuess<W>> {
  return guessing(shape, "query-guess", ["query"]);
}

/**
 * A family that starts from trainable weights β: every token has ⟨β, x⟩ taken off its response before the first layer, so
 * that one step of it is GD-β,
 *
 * $$ \hat y = x_q^\top \bigl( \beta + \Gamma X^\top (y - X\beta) \bigr). $$
 *
 * @throws ShapeError, on use, where the family has another dimension or an embedding of its own
 *
 * Source: Zhang, Wu and Bartlett, arXiv 2402.14951, GD-β.
 *
 * @example
 * const gdBeta = withInitialWeights({ dimension: 2, of: reducedStep({ dimension: 2 }) });
 * gdBeta.size; // => 6
 */
export function withInitialWeights<W>(shape: GuessShape<W>): Parametrisation<WithGuess<W>> {
  return guessing(shape, "initial-weights", ["query", "context"]);
}

interface GuessShape<W> {
  /** d */
  readonly dimension: number;
  readonly of: Parametrisation<W>;
}

/** The guess is taken off the responses of the named tokens, and comes last in a position. */
function guessing<W>(
  { dimension, of }: GuessShape<W>,
  name: string,
  tokens: readonly ("query" | "context")[],
): Parametrisation<WithGuess<W>> {
  requireSizes(name, { dimension });
  return {
    name: `${name}-${of.name}`,
    size: of.size + dimension,
    pack: ({ weights, guess }) => Float64Array.of(...of.pack(weights), ...guess),
    unpack: (position) => {
      requireLength(position, of.size + dimension);
      return { weights: of.unpack(position.slice(0, of.size)), guess: position.slice(of.size) };
    },
    transformer: ({ weights, guess }) => {
      const plain = of.transformer(weights);
      const width = plain.layers[0][0].keyQuery.rows;
      const taken = tokens.filter((token) => plain.embedding?.[token] !== undefined);
      if (guess.length !== width - 1 || taken.length > 0) {
        throw new ShapeError({
          where: name,
          expected: `a family on ${guess.length} covariates that does not embed the ${tokens.join(" and ")} itself`,
          arrived: taken.length > 0 ? `${of.name}, which does` : `${of.name} on ${width - 1}`,
          hint: "give one guess, for the dimension of the family",
        });
      }
      const shear = responseShear(guess);
      const sheared = Object.fromEntries(tokens.map((token) => [token, shear]));
      return { ...plain, embedding: { ...plain.embedding, ...sheared } };
    },
    pullBack: ({ weights }, gradient) =>
      Float64Array.of(...of.pullBack(weights, gradient), ...guessGradient(dimension, gradient, tokens)),
  };
}

/** Minus the last rows of the derivatives by the shears [[I, 0], [−βᵀ, 1]]. */
function guessGradient(
  dimension: number,
  { embedding = {} }: TransformerGradient,
  tokens: readonly ("query" | "context")[],
): Float64Array {
  const result = new Float64Array(dimension);
  for (const token of tokens) {
    const lastRow = embedding[token]?.values.subarray(dimension * (dimension + 1));
    for (let i = 0; i < dimension; i++) result[i] -= lastRow?.[i] ?? 0;
  }
  return result;
}
