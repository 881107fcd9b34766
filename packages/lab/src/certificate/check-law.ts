import { AssumptionError, childKey, randomKey, toRows, type PromptBatch, type RandomKey } from "@onestep/core";
import {
  certifySymmetry,
  lackingMoment,
  ordersOfStandardErrors,
  requireDrawableMoments,
  requireMeasurable,
  samplePrompts,
  type DeclaredOptimum,
  type LackingMoment,
  type PromptLaw,
  type SymmetryReport,
} from "@onestep/data";
import type { Citation } from "@onestep/theory";
import { stepSizesOf } from "../quantities/optimum.ts";
import { declaredOptimum } from "../declared-optimum.ts";
import { optimumOfLaw } from "../optimum-of-law.ts";

/** The best step: exact where the law declares its moments, otherwise estimated, with standard errors. */
export type CheckedOptimum =
  | {
      readonly stepSize: number | null;
      readonly whitenedStepSize?: number;
      readonly attains: Attains;
      readonly preconditioner: readonly (readonly number[])[];
      readonly loss: number;
      readonly formula: string;
      readonly hypotheses: readonly string[];
      readonly source: Citation;
    }
  | {
      /** η of the best ηI, where that is the conclusion. */
      readonly stepSize: number | null;
      readonly stepSizeStandardError?: number;
      /** η of the best ηΣ⁻¹, where that is the conclusion. */
      readonly whitenedStepSize?: number;
      readonly whitenedStepSizeStandardError?: number;
      readonly attains: Attains;
      /** The best step, whatever its form. */
      readonly preconditioner: readonly (readonly number[])[];
      readonly standardError: readonly (readonly number[])[];
      readonly loss: { readonly estimate: number; readonly standardError: number };
    };

/** Whether the best step is the best that linear attention can do, or terms even in the responses may help. */
type Attains = "lsa-minimum" | "best-step";

/** Does the theorem apply to a law, and what is its optimum? Plain data, in the form that is printed as JSON. */
export interface LawCheck extends Pick<
  SymmetryReport,
  "conclusion" | "applies" | "tests" | "sentences" | "promptsNeeded"
> {
  readonly momentConditions: readonly { readonly name: string; readonly adjustedPValue: number }[];
  /** `upper95` is null where the law's tails leave the estimate without a standard error. */
  readonly excessRiskRatio: { readonly estimate: number; readonly upper95: number | null };
  readonly optimum: CheckedOptimum;
  /** Prompts that the tests and estimates were made of. */
  readonly prompts: number;
  readonly seed: number;
}

/** How a law is checked. */
export interface CheckOptions {
  readonly seed: number;
  /** Prompts to draw; default 4000, and four and sixteen times as many where they leave it undecided. */
  readonly prompts?: number | undefined;
  /** Hears what is being done, and what share of it is behind. */
  readonly onProgress?: ((doing: string, share: number) => void) | undefined;
}

/** Prompts that are drawn where no number is given: more and more, until they decide. */
export const DEFAULT_DRAWS: readonly number[] = [4000, 16_000, 64_000];

/**
 * Checks a law: the form of its optimum is proved from what it declares, where that settles it, and its prompts, drawn
 * at `seed/check-law/prompt:i`, are tested for the symmetries and the cost of that form.
 *
 * Tails may be too heavy for that cost to have a standard error: then its upper limit is null, and only proofs count.
 *
 * @throws AssumptionError where the optimum must be estimated, and a moment that this takes is infinite
 */
export function checkLaw(law: PromptLaw, { seed, prompts, onProgress }: CheckOptions): LawCheck {
  for (const count of prompts === undefined ? DEFAULT_DRAWS.slice(0, -1) : []) {
    const check = checkDraws(law, { seed, count, onProgress });
    if (check.promptsNeeded === undefined) return check;
  }
  return checkDraws(law, { seed, count: prompts ?? DEFAULT_DRAWS[DEFAULT_DRAWS.length - 1], onProgress });
}

function checkDraws(
  law: PromptLaw,
  { seed, count, onProgress }: Pick<CheckOptions, "seed" | "onProgress"> & { readonly count: number },
): LawCheck {
  const declared = declaredOptimum(law);
  const exact = exactOptimum(law);
  const key = checkKey(seed);
  const prompts = samplePrompts(law, { key, count });
  requireMeasurable("check-law", prompts);
  const report = certifySymmetry(prompts, {
    key: childKey(key, "certificate"),
    declared,
    onProgress,
  });
  const check = checkOf(report, exact ?? estimatedOptimum(report), count, seed);
  if (declared?.costs !== undefined) return check; // exact: nothing is estimated
  const lacking = lackingMoment(law, ordersOfStandardErrors(law));
  return lacking === undefined ? check : withoutErrors(check, lacking, declared);
}

/** What stays of a check whose estimates have no standard error: the proofs, the exact optimum and the orbit tests. */
function withoutErrors(
  check: LawCheck,
  { missing, because }: LackingMoment,
  declared: DeclaredOptimum | undefined,
): LawCheck {
  const { promptsNeeded: _none, ...kept } = check; // no number of them would help
  const proved = check.applies === "exactly";
  const form =
    declared === undefined
      ? "No simple form of the optimum is proved"
      : `The optimum is neither ηI nor ηΣ⁻¹: ${declared.because}`;
  return {
    ...kept,
    conclusion: declared?.conclusion ?? "undecided",
    applies: proved ? "exactly" : declared === undefined ? "undecided" : "no",
    excessRiskRatio: { ...check.excessRiskRatio, upper95: null },
    sentences: [
      ...(proved ? check.sentences : [`${form}. Its exact value is given.`]),
      `What a form costs has no standard error here, which would take a finite ${missing} (${because}).`,
    ],
  };
}

/**
 * Checks the law behind given prompts: nothing can be proved of it, but with enough of them the conclusion is the law's.
 *
 * @throws ShapeError, DomainError for prompts that are no batch of finite numbers, or too few
 * @throws NumericalError for prompts in units in which their moments overflow or underflow
 */
export function checkPrompts(
  prompts: PromptBatch,
  { seed, onProgress }: Pick<CheckOptions, "seed" | "onProgress">,
): LawCheck {
  requireMeasurable("check-law", prompts);
  const report = certifySymmetry(prompts, { key: childKey(checkKey(seed), "certificate"), onProgress });
  return checkOf(report, estimatedOptimum(report), prompts.count, seed);
}

function checkKey(seed: number): RandomKey {
  return childKey(randomKey(seed), "check-law");
}

/** Undefined where the law declares too little; then it is estimated. */
function exactOptimum(law: PromptLaw): CheckedOptimum | undefined {
  try {
    const { preconditioner, loss, attains } = optimumOfLaw(law);
    const { value: step, formula, hypotheses, source } = preconditioner;
    const sizes = stepSizesOf(step, law.covariates.covariance);
    return { ...sizes, attains, preconditioner: toRows(step), loss, formula, hypotheses, source };
  } catch (error) {
    if (!(error instanceof AssumptionError)) throw error;
    requireDrawableMoments("check-law", law);
    return undefined;
  }
}

function estimatedOptimum({ conclusion, optimum }: SymmetryReport): CheckedOptimum {
  const { preconditioner, loss, attains, stepSizes } = optimum;
  const { value, standardError } = stepSizes[conclusion === "preconditioned-step" ? conclusion : "one-step"];
  return {
    ...(conclusion === "one-step" ? { stepSize: value, stepSizeStandardError: standardError } : { stepSize: null }),
    ...(conclusion === "preconditioned-step" && {
      whitenedStepSize: value,
      whitenedStepSizeStandardError: standardError,
    }),
    attains,
    preconditioner: toRows(preconditioner.value),
    standardError: toRows(preconditioner.standardError),
    loss: { estimate: loss.value, standardError: loss.standardError },
  };
}

function checkOf(report: SymmetryReport, optimum: CheckedOptimum, prompts: number, seed: number): LawCheck {
  const { conclusion, applies, tests, momentConditions, excessRiskRatio, sentences, promptsNeeded } = report;
  return {
    conclusion,
    applies,
    tests: tests.map(({ name, pValue, adjustedPValue }) => ({ name, pValue, adjustedPValue })),
    momentConditions: momentConditions.map(({ name, adjustedPValue }) => ({ name, adjustedPValue })),
    excessRiskRatio: { estimate: excessRiskRatio.estimate, upper95: excessRiskRatio.upper95 },
    optimum,
    sentences,
    ...(promptsNeeded !== undefined && { promptsNeeded }),
    prompts,
    seed,
  };
}
