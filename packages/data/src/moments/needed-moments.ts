import { AssumptionError } from "@onestep/core";
import type { CovariateLaw } from "../define/define-covariates.ts";
import type { PromptLaw } from "../prompt/prompt-law.ts";

/** The orders of the absolute moments that a quantity is made of. */
export interface MomentOrders {
  /** p of E‖x‖ᵖ, of a row */
  readonly rows: number;
  /** p of E‖x_q‖ᵖ, of the query */
  readonly query: number;
  /** p of E|ε|ᵖ */
  readonly noise: number;
}

/** A moment that a law lacks: `{ missing: "E‖x‖⁸", because: "student covariates: E‖x‖ᵖ is finite for p < 7 alone" }`. */
export interface LackingMoment {
  readonly missing: string;
  readonly because: string;
}

/**
 * What the moments of the best step ask of the tails of a law. Where responses grow as ‖x‖^g, the largest of them are
 *
 * $$ \mathbb{E}[y^2 \lVert x\rVert^2] \sim \mathbb{E}\lVert x\rVert^{2g+2}, \qquad
 *    \mathbb{E}\lVert x_q\rVert^2, \qquad \mathbb{E}\,y_q^2 \sim \mathbb{E}\lVert x_q\rVert^{2g} $$
 */
export function ordersOfStep({ target, noise }: PromptLaw): MomentOrders {
  const growth = Math.max(target.growth, noise.growth);
  return { rows: 2 * growth + 2, query: Math.max(2, 2 * growth), noise: 2 };
}

/** What the moments of one target over the query ask for. */
export function ordersOfQuery(law: PromptLaw): MomentOrders {
  return { ...ordersOfStep(law), rows: 0 };
}

/** What the standard errors of the same moments ask for: the squares of the terms that are averaged. */
export function ordersOfStandardErrors(law: PromptLaw): MomentOrders {
  const { rows, query, noise } = ordersOfStep(law);
  return { rows: 2 * rows, query: 2 * query, noise: 2 * noise };
}

/** The first moment that a quantity asks for and a law lacks, if there is one. */
export function lackingMoment(law: PromptLaw, orders: MomentOrders): LackingMoment | undefined {
  const { covariates, queryCovariates, noise } = law;
  const ofNoise = (): LackingMoment | undefined =>
    noise.finiteMoments > orders.noise
      ? undefined
      : {
          missing: `E|ε|${superscript(orders.noise)}`,
          because: `${noise.name} noise: E|ε|ᵖ is finite for p < ${noise.finiteMoments} alone`,
        };
  return lackingOf(covariates, orders.rows) ?? lackingOf(queryCovariates, orders.query) ?? ofNoise();
}

/**
 * Lets laws pass whose tails leave the moments of the best step finite.
 *
 * @param orders of these moments, or of those among them that are asked for
 * @throws AssumptionError for the others: it names the moment that is missing
 */
export function requireStepMoments(where: string, law: PromptLaw, orders: MomentOrders = ordersOfStep(law)): void {
  const lacking = lackingMoment(law, orders);
  if (lacking === undefined) return;
  const { missing, because } = lacking;
  throw new AssumptionError({
    where,
    expected: `tails that leave ${missing} finite: the moments of the best step ask for it`,
    arrived: because,
    hint: "choose covariates with lighter tails, or a target that grows more slowly: on this law every step but Γ = 0 has infinite loss",
    source: "moments of prompt laws",
    unmet: [`${missing} is finite`],
  });
}

/**
 * Lets laws pass whose moments can be estimated from draws with a standard error: of others the estimates exist at
 * best, and no number of draws shows how far off they are.
 *
 * @throws AssumptionError for the others: it names the moment that is missing
 */
export function requireDrawableMoments(where: string, law: PromptLaw): void {
  const lacking = lackingMoment(law, ordersOfStep(law)) ?? lackingMoment(law, ordersOfStandardErrors(law));
  if (lacking === undefined) return;
  const { missing, because } = lacking;
  throw new AssumptionError({
    where,
    expected: `moments whose estimates have a standard error: ${missing} finite`,
    arrived: because,
    hint: "choose lighter tails; no estimate from draws can be trusted on these",
    source: "moments of prompt laws",
    unmet: [`${missing} is finite`],
  });
}

function lackingOf(
  { name, finiteMoments = Infinity, noFourthMoment }: CovariateLaw,
  order: number,
): LackingMoment | undefined {
  const limit = noFourthMoment === undefined ? finiteMoments : Math.min(finiteMoments, 4);
  if (order < limit || limit === Infinity) return undefined;
  if (order === Infinity) {
    return { missing: "every E‖x‖ᵖ", because: `${name} covariates, under a target or noise that declares no growth` };
  }
  const reason = order >= 4 ? noFourthMoment : undefined;
  return {
    missing: `E‖x‖${superscript(order)}`,
    because: `${name} covariates: ${reason ?? `E‖x‖ᵖ is finite for p < ${limit} alone`}`,
  };
}

function superscript(order: number): string {
  return Number.isInteger(order)
    ? Array.from(String(order), (digit) => "⁰¹²³⁴⁵⁶⁷⁸⁹"[Number(digit)]).join("")
    : `^${order}`;
}
