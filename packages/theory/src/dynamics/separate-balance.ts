import { frobeniusNorm, multiply, subtract, transpose, type Matrix } from "@onestep/core";
import type { ClosedForm } from "../closed-form.ts";
import { requireFields, requireFiniteNumber, requireInRange, requireMatrix, requireSize } from "../require.ts";
import { cite } from "../sources.ts";

/** One head with separate key and query, ŷ = κ Σ_h v_h x_qᵀ Q_hᵀ K_h b. */
export interface SeparateHead {
  /** v */
  readonly readout: number;
  /** Q, `[r, d]`, the query projection of the covariates; r = 1 for a rank-one head */
  readonly query: Matrix;
  /** K, `[r, d]`, the key projection of the covariates */
  readonly key: Matrix;
}

/** What gradient flow does not change in a head. */
export interface SeparateBalance {
  /** v² − ‖Q‖_F² */
  readonly readoutAgainstQuery: number;
  /** KKᵀ − QQᵀ, `[r, r]`, symmetric */
  readonly keyAgainstQuery: Matrix;
}

/**
 * What gradient flow conserves in each head of attention with separate key and query, on any law and for any loss.
 *
 * $$ v^2-\lVert Q\rVert_F^2 = \mathrm{const}, \qquad KK^\top-QQ^\top = \mathrm{const} $$
 *
 * The loss sees a head only through v QᵀK. With D its derivative in that product, v̇ = −⟨D, QᵀK⟩, Q̇ = −v K Dᵀ and
 * K̇ = −v Q D, so that KK̇ᵀ + K̇Kᵀ = −v(K DᵀQᵀ + Q D Kᵀ) = QQ̇ᵀ + Q̇Qᵀ, and its trace is 2vv̇. Hence also v² − ‖K‖_F² is
 * conserved, and a head that starts with v = ‖q‖ = ‖k‖, as in `rankOneTime`, keeps them equal.
 *
 * @param head one head; heads are conserved one by one
 * @throws DomainError for entries that are not finite
 * @throws ShapeError where key and query differ in shape
 * @throws NumericalError where a square overflows
 *
 * Source: own derivation, separateBalance.
 *
 * @example
 * const head = { readout: 3, query: matrixFromRows([[1, 2]]), key: matrixFromRows([[2, 0]]) };
 * separateBalance(head).value.readoutAgainstQuery; // ≈ 4
 * separateBalance(head).value.keyAgainstQuery.values; // => [-1]
 */
export function separateBalance(head: SeparateHead): ClosedForm<SeparateBalance> {
  requireFields("separateBalance", "a head", head, ["readout", "query", "key"]);
  const { readout, query, key } = head;
  requireFiniteNumber("separateBalance", "readout", readout);
  requireMatrix("separateBalance", "query", query);
  requireSize("separateBalance", "query", query, query.rows, query.columns);
  requireSize("separateBalance", "key", key, query.rows, query.columns);
  const norm = frobeniusNorm(query);
  const readoutAgainstQuery = (readout - norm) * (readout + norm);
  const keyAgainstQuery = subtract(multiply(key, transpose(key)), multiply(query, transpose(query)));
  requireInRange("separateBalance", "balance", [readoutAgainstQuery, ...keyAgainstQuery.values]);
  return {
    value: { readoutAgainstQuery, keyAgainstQuery },
    formula: String.raw`v^2-\lVert Q\rVert_F^2 = \mathrm{const},\quad KK^\top-QQ^\top = \mathrm{const}`,
    hypotheses: ["gradient flow of heads with separate key and query, all at one rate"],
    source: cite("onestep", "separateBalance"),
  };
}
