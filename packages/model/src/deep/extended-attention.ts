import { add, DomainError, matrix, multiply, ShapeError, transpose, type Matrix } from "@onestep/core";
import { requireFiniteResult } from "../finite-result.ts";
import { requireSizes } from "./parametrisations/sizes.ts";

/** Z ↦ ZW + B of all tokens, the rows of Z: a weight shared by all tokens, and a bias of each token's own. */
export interface TokenMap {
  /** W, `[width, out]` */
  readonly weight: Matrix;
  /** B, `[tokens, out]` */
  readonly bias: Matrix;
}

/** A head of extended linear self-attention. */
export interface ExtendedHead {
  readonly query: TokenMap;
  readonly key: TokenMap;
  readonly value: TokenMap;
}

/**
 * Extended linear self-attention: queries, keys and values have bias matrices, and heads are added. There is no skip
 * connection, as a head can be one.
 *
 * $$ \sum_h (ZW_Q + B_Q)\,(ZW_K + B_K)^\top (ZW_V + B_V) $$
 *
 * With zero weights a head is any constant matrix; with two constant maps whose product is the identity it is Z; and with
 * one or none it is a product of two or three matrices that are linear in Z.
 *
 * @param tokens Z, `[tokens, width]`
 * @throws DomainError for no heads; ShapeError where maps and tokens do not fit; NumericalError where a product overflows
 *
 * Source: Hagiwara, arXiv 2503.23814; the layout, tokens as rows, is ours.
 *
 * @example
 * const one = matrix(1, 1, [1]);
 * const zero = matrix(1, 1, [0]);
 * // 3 · 1 · (3 + 1)
 * const head = {
 *   query: { weight: one, bias: zero }, key: { weight: zero, bias: one }, value: { weight: one, bias: one },
 * };
 * toRows(extendedAttention([head], matrix(1, 1, [3]))); // => [[12]]
 */
export function extendedAttention(heads: readonly ExtendedHead[], tokens: Matrix): Matrix {
  if (heads.length === 0) {
    throw new DomainError({
      where: "extendedAttention",
      expected: "at least one head",
      arrived: "none",
      hint: "a head whose maps are all 0 adds nothing",
    });
  }
  const output = heads
    .map(({ query, key, value }) => {
      // Keys meet values first: [out, out] instead of [tokens, tokens].
      const memory = multiply(transpose(mapped(key, tokens)), mapped(value, tokens));
      return multiply(mapped(query, tokens), memory);
    })
    .reduce((sum, one) => add(sum, one));
  requireFiniteResult("extendedAttention", output.values);
  return output;
}

function mapped({ weight, bias }: TokenMap, tokens: Matrix): Matrix {
  if (weight.rows === tokens.columns && bias.rows === tokens.rows && bias.columns === weight.columns) {
    return add(multiply(tokens, weight), bias);
  }
  throw new ShapeError({
    where: "extendedAttention",
    expected: `a weight of ${tokens.columns} rows, and a bias of ${tokens.rows} rows and as many columns as the weight`,
    arrived: `[${weight.rows}, ${weight.columns}] and [${bias.rows}, ${bias.columns}]`,
    hint: "a bias has a row for each token, so that it is made for one length",
  });
}

/**
 * Two heads of extended attention that take one step of gradient descent on the ridge objective
 * (‖y − Xw‖² + λ‖w‖²)/2n, and leave the rest of the tokens alone.
 *
 * $$ \hat w' = \Bigl(1 - \tfrac{a\lambda}{n}\Bigr)\hat w + \tfrac{a}{n} X^\top(y - X\hat w) $$
 *
 * Tokens are rows (xᵢ, yᵢ, 0), and a last one (0, 0, ŵ), `[n+1, 2d+1]`; see `ridgeTokens`. The query of the last token is
 * (−ŵ, 1), the 1 from the bias; keys are (xᵢ, yᵢ); values are (a/n)·xᵢ, in the columns of ŵ: together (a/n)(yᵀX − ŵᵀXᵀX).
 * The other head is the skip connection, two identities for query and key, whose value shrinks ŵ.
 *
 * @param step.rate a, in units of S/n
 * @param step.penalty λ ≥ 0, added to XᵀX
 * @throws DomainError for sizes that are not whole numbers of at least 1, and for a rate or penalty that is not finite
 *
 * Source: own construction, in the spirit of Hagiwara, arXiv 2503.23814.
 *
 * @example
 * const step = ridgeStepHeads({ contextLength: 2, dimension: 1, rate: 0.5, penalty: 4 });
 * const tokens = ridgeTokens({ covariates: matrix(2, 1, [1, 2]), responses: [3, 1] });
 * // (0.5/2)(1·3 + 2·1), in the last token
 * toRows(extendedAttention(step, tokens))[2]; // => [0, 0, 1.25]
 */
export function ridgeStepHeads(step: {
  /** n */
  readonly contextLength: number;
  /** d */
  readonly dimension: number;
  readonly rate: number;
  readonly penalty: number;
}): readonly ExtendedHead[] {
  const { contextLength: n, dimension: d, rate, penalty } = step;
  requireSizes("ridgeStepHeads", { contextLength: n, dimension: d });
  if (!Number.isFinite(rate) || !(penalty >= 0 && penalty < Infinity)) {
    throw new DomainError({
      where: "ridgeStepHeads",
      expected: "a finite rate and a finite penalty λ ≥ 0",
      arrived: `rate ${rate} and penalty ${penalty}`,
      hint: "rates are in units of XᵀX/n: below 2 for white covariates and long contexts",
    });
  }
  const [tokens, width] = [n + 1, 2 * d + 1];
  const coordinates = Array.from({ length: d }, (_, k) => k);
  const descend: ExtendedHead = {
    query: {
      weight: withEntries(
        width,
        d + 1,
        coordinates.map((k) => [d + 1 + k, k, -1]),
      ),
      bias: withEntries(tokens, d + 1, [[n, d, 1]]),
    },
    key: {
      weight: withEntries(
        width,
        d + 1,
        [...coordinates, d].map((k) => [k, k, 1]),
      ),
      bias: matrix(tokens, d + 1),
    },
    value: {
      weight: withEntries(
        width,
        width,
        coordinates.map((k) => [k, d + 1 + k, rate / n]),
      ),
      bias: matrix(tokens, width),
    },
  };
  const same: TokenMap = {
    weight: matrix(width, tokens),
    bias: withEntries(
      tokens,
      tokens,
      Array.from({ length: tokens }, (_, k) => [k, k, 1]),
    ),
  };
  const kept = Array.from({ length: width }, (_, k) => [k, k, k > d ? 1 - (rate * penalty) / n : 1] as const);
  const skip: ExtendedHead = {
    query: same,
    key: same,
    value: { weight: withEntries(width, width, kept), bias: matrix(tokens, width) },
  };
  return [descend, skip];
}

/**
 * The tokens of `ridgeStepHeads`, with ŵ = 0: rows (xᵢ, yᵢ, 0) and (0, 0, ŵ), `[n+1, 2d+1]`.
 *
 * @throws ShapeError unless there is a response for each row of covariates
 *
 * @example
 * toRows(ridgeTokens({ covariates: matrix(1, 1, [2]), responses: [3] })); // => [[2, 3, 0], [0, 0, 0]]
 */
export function ridgeTokens(context: { readonly covariates: Matrix; readonly responses: ArrayLike<number> }): Matrix {
  const { covariates, responses } = context;
  const { rows: n, columns: d, values } = covariates;
  if (responses.length !== n) {
    throw new ShapeError({
      where: "ridgeTokens",
      expected: `${n} responses, one for each row of covariates`,
      arrived: String(responses.length),
      hint: "the query is not a token: its prediction is ⟨ŵ, x_q⟩",
    });
  }
  const tokens = matrix(n + 1, 2 * d + 1);
  for (let i = 0; i < n; i++) {
    tokens.values.set(values.subarray(i * d, (i + 1) * d), i * (2 * d + 1));
    tokens.values[i * (2 * d + 1) + d] = responses[i];
  }
  return tokens;
}

function withEntries(
  rows: number,
  columns: number,
  entries: readonly (readonly [row: number, column: number, value: number])[],
): Matrix {
  const result = matrix(rows, columns);
  for (const [row, column, value] of entries) result.values[row * columns + column] = value;
  return result;
}
