import { AssumptionError, childKey, randomKey, toRows, type PromptBatch, type RandomKey } from "@onestep/core";
import {
  certifySymmetry,
  requireDrawableMoments,
  samplePrompts,
  type PromptLaw,
  type SymmetryReport,
} from "@onestep/data";
import { stepSizeOf, type Citation } from "@onestep/theory";
import { stepSizesOf } from "../quantities/optimum.ts";
import { declaredOptimum } from "../declared-optimum.ts";
import { optimumOfLaw } from "../optimum-of-law.ts";

/** The best step: exact where the law declares its moments, otherwise estimated, with standard errors. */
export type CheckedOptimum =
  | {
      readonly stepSize: number | null;
      readonly whitenedStepSize?: number;
      readonly preconditioner: readonly (readonly number[])[];
      readonly loss: number;
      readonly formula: string;
      readonly hypotheses: readonly string[];
      readonly source: Citation;
    }
  | {
      readonly stepSize: number | null;
      readonly preconditioner: readonly (readonly number[])[];
      readonly standardError: readonly (readonly number[])[];
      readonly loss: { readonly estimate: number; readonly standardError: number };
    };

/** Does the theorem apply to a law, and what is its optimum? Plain data, in the form that is printed as JSON. */
export interface LawCheck extends Pick<SymmetryReport, "conclusion" | "applies" | "tests" | "sentences"> {
  readonly momentConditions: readonly { readonly name: string; readonly adjustedPValue: number }[];
  readonly excessRiskRatio: { readonly estimate: number; readonly upper95: number };
  readonly optimum: CheckedOptimum;
  /** Prompts that the tests and estimates were made of. */
  readonly prompts: number;
  readonly seed: number;
}

/** How a law is checked. */
export interface CheckOptions {
  readonly seed: number;
  /** Prompts to draw; default 4000. */
  readonly prompts?: number | undefined;
}

const PROMPTS = 4000;

/**
 * Checks a law: the form of its optimum is proved from what it declares, where that settles it, and its prompts, drawn
 * at `seed/check-law/prompt:i`, are tested for the symmetries and the cost of that form.
 *
 * @throws AssumptionError where moments are infinite that no draws could measure
 */
export function checkLaw(law: PromptLaw, { seed, prompts: count = PROMPTS }: CheckOptions): LawCheck {
  const declared = declaredOptimum(law);
  const exact = exactOptimum(law);
  const key = checkKey(seed);
  const report = certifySymmetry(samplePrompts(law, { key, count }), {
    key: childKey(key, "certificate"),
    ...(declared === undefined ? {} : { declared }),
  });
  return checkOf(report, exact ?? estimatedOptimum(report), count, seed);
}

/**
 * Checks the law behind given prompts: nothing can be proved of it, but with enough of them the conclusion is the law's.
 *
 * @throws ShapeError, DomainError for prompts that are no batch of finite numbers, or too few
 */
export function checkPrompts(prompts: PromptBatch, { seed }: { readonly seed: number }): LawCheck {
  const report = certifySymmetry(prompts, { key: childKey(checkKey(seed), "certificate") });
  return checkOf(report, estimatedOptimum(report), prompts.count, seed);
}

function checkKey(seed: number): RandomKey {
  return childKey(randomKey(seed), "check-law");
}

/** Undefined where the law declares too little; then it is estimated. */
function exactOptimum(law: PromptLaw): CheckedOptimum | undefined {
  try {
    const { preconditioner, loss } = optimumOfLaw(law);
    const { value: step, formula, hypotheses, source } = preconditioner;
    const sizes = stepSizesOf(step, law.covariates.covariance);
    return { ...sizes, preconditioner: toRows(step), loss, formula, hypotheses, source };
  } catch (error) {
    if (!(error instanceof AssumptionError)) throw error;
    requireDrawableMoments("check-law", [law.covariates, law.queryCovariates]);
    return undefined;
  }
}

function estimatedOptimum({ optimum: { preconditioner, loss } }: SymmetryReport): CheckedOptimum {
  return {
    stepSize: stepSizeOf(preconditioner.value),
    preconditioner: toRows(preconditioner.value),
    standardError: toRows(preconditioner.standardError),
    loss: { estimate: loss.value, standardError: loss.standardError },
  };
}

function checkOf(report: SymmetryReport, optimum: CheckedOptimum, prompts: number, seed: number): LawCheck {
  const { conclusion, applies, tests, momentConditions, excessRiskRatio, sentences } = report;
  return {
    conclusion,
    applies,
    tests: tests.map(({ name, pValue, adjustedPValue }) => ({ name, pValue, adjustedPValue })),
    momentConditions: momentConditions.map(({ name, adjustedPValue }) => ({ name, adjustedPValue })),
    excessRiskRatio: { estimate: excessRiskRatio.estimate, upper95: excessRiskRatio.upper95 },
    optimum,
    sentences,
    prompts,
    seed,
  };
}
