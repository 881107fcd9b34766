import { DomainError, holm, type Estimate, type PromptBatch, type RandomKey } from "@onestep/core";
import { concludeFrom, stepForms } from "./conclude.ts";
import { crossFit, heldOutLoss } from "./cross-fit.ts";
import type { EstimatedMatrix } from "./estimated-moments.ts";
import { excessRiskRatios } from "./excess-risk-ratio.ts";
import { testMomentConditions } from "./moment-conditions.ts";
import { promptMomentsAccumulator } from "./moments-of-prompts.ts";
import { promptRows, type PromptRows } from "./prompt-rows.ts";
import type { AdjustedCondition, DeclaredOptimum, SymmetryReport } from "./symmetry-report.ts";
import { testSymmetries } from "./symmetry-tests.ts";
import { verdictInWords } from "./verdict-in-words.ts";

/** How sure a certificate must be, and where its randomness lives. */
export interface CertifyOptions {
  readonly key: RandomKey;
  /** B of the orbit tests; default 99, whose least p-value, 0.01, is 0.04 after Holm's adjustment. */
  readonly randomizations?: number;
  /** Probability of rejecting any symmetry that holds; default 0.05. */
  readonly level?: number;
  /** What a form may cost, as a share of the least loss, and still be called optimal for practical purposes; default 0.01. */
  readonly tolerance?: number;
  /** Folds of the cross-fit; default 5. */
  readonly folds?: number;
  /** Bootstrap samples behind each upper limit; default 400. */
  readonly bootstraps?: number;
  /** What is known of the law itself, and proves the form of its optimum. */
  readonly declared?: DeclaredOptimum;
}

/**
 * Does the theorem apply to my law? Three questions about its prompts, answered one by one: whether the symmetries hold
 * from which the theorems follow (exact orbit tests, Holm across the four), whether the moments are what one step
 * really needs (direct tests), and how much it would matter if not (cross-fitted excess risk with an upper limit).
 *
 * "The theorem applies" is never concluded because a test failed to reject: it is proved from the law (`declared`), or
 * what the form costs lies below the tolerance with 95 % confidence. Whitened symmetries, those of Theorem 2, have no
 * orbit test: Σ would have to be estimated, and the anisotropy that its error leaves behind is as large as the one that
 * the test looks for. C ∝ E₂ is their moment condition, and free of Σ.
 *
 * @param prompts drawn independently from the law
 * @throws ShapeError, DomainError for prompts that are not a batch of finite numbers, or options out of range
 */
export function certifySymmetry(prompts: PromptBatch, options: CertifyOptions): SymmetryReport {
  const { key, randomizations = 99, folds = 5, bootstraps = 400, declared } = options;
  const level = requireShare("level", options.level ?? 0.05);
  const tolerance = requireShare("tolerance", options.tolerance ?? 0.01);
  const rows = promptRows(prompts);

  const momentConditions = adjustedConditions(rows);
  const fit = crossFit(rows, folds);
  const costs = excessRiskRatios(fit, { key, bootstraps });
  const conclusion = declared?.conclusion ?? concludeFrom(momentConditions, costs, tolerance);
  const passing = stepForms.find((form) => costs[form].upper95 <= tolerance);
  const excess = costs[conclusion === "general" ? (passing ?? "one-step") : conclusion];
  const proved = declared !== undefined && declared.conclusion !== "general";
  const report = {
    conclusion,
    applies: proved ? "exactly" : excess.upper95 <= tolerance ? "approximately" : "no",
    tests: testSymmetries(prompts, { key, randomizations }),
    momentConditions,
    excessRiskRatio: excess,
    costs,
    optimum: { preconditioner: preconditionerOf(prompts), loss: scaled(heldOutLoss(fit, "any-step"), rows) },
  } as const;
  return { ...report, sentences: verdictInWords(report, { level, tolerance, declared, count: prompts.count }) };
}

function adjustedConditions(rows: PromptRows): AdjustedCondition[] {
  const conditions = testMomentConditions(rows);
  const adjusted = holm(conditions.map(({ pValue }) => pValue));
  return conditions.map((condition, at) => ({ ...condition, adjustedPValue: adjusted[at] }));
}

function preconditionerOf(prompts: PromptBatch): EstimatedMatrix {
  const accumulator = promptMomentsAccumulator(prompts);
  accumulator.push(prompts);
  return accumulator.estimate().preconditioner;
}

/** A loss in the units of the prompts. */
function scaled({ value, standardError, count }: Estimate, { responseUnit }: PromptRows): Estimate {
  const unit = responseUnit * responseUnit;
  return { value: value * unit, standardError: standardError * unit, count };
}

function requireShare(name: string, value: number): number {
  if (value > 0 && value < 1) return value;
  throw new DomainError({
    where: `certifySymmetry.${name}`,
    expected: "a number between 0 and 1",
    arrived: String(value),
    hint: name === "level" ? "0.05 is customary" : "0.01 allows an excess of one percent",
  });
}
