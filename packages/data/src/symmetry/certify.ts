import { DomainError, holm, type Estimate, type PromptBatch, type RandomKey } from "@onestep/core";
import { attentionFeatures } from "./attention-features.ts";
import { appliesTo, CONTRADICTED, conclude, formWithin, isStepForm, stepForms } from "./conclude.ts";
import { crossFit, heldOutLoss } from "./cross-fit.ts";
import type { EstimatedMatrix } from "./estimated-moments.ts";
import { excessRiskRatios, type ExcessRiskRatio } from "./excess-risk-ratio.ts";
import { testMomentConditions, type MomentCondition } from "./moment-conditions.ts";
import { promptMomentsAccumulator } from "./moments-of-prompts.ts";
import { promptRows, type PromptRows } from "./prompt-rows.ts";
import { promptsThatDecide } from "./prompts-that-decide.ts";
import { estimateStepSizes } from "./step-sizes.ts";
import type {
  AdjustedCondition,
  DeclaredOptimum,
  EstimatedOptimum,
  StepForm,
  SymmetryReport,
} from "./symmetry-report.ts";
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
  readonly declared?: DeclaredOptimum | undefined;
  /** Hears what is being done, and what share of it is behind. */
  readonly onProgress?: ((doing: string, share: number) => void) | undefined;
}

/**
 * Does the theorem apply to my law? Three questions about its prompts, answered one by one: whether the symmetries hold
 * from which the theorems follow (exact orbit tests, Holm across the four), whether the moments are what one step
 * really needs (direct tests), and how much it would matter if not (cross-fitted excess risk with limits).
 *
 * "The theorem applies" is never concluded because a test failed to reject: it is proved from the law (`declared`), or
 * what the form costs lies below the tolerance with 95 % confidence. That Γ* has neither form asks for evidence as well;
 * without it the report says `"undecided"`, and how many prompts would decide.
 *
 * Whitened symmetries, those of Theorem 2, have no orbit test: Σ would have to be estimated, and the anisotropy that its
 * error leaves behind is as large as the one that the test looks for. Aᵀ ∝ SΣ⁻¹B is their moment condition.
 *
 * @param prompts drawn independently from the law
 * @throws ShapeError, DomainError for prompts that are not a batch of finite numbers, or options out of range
 */
export function certifySymmetry(prompts: PromptBatch, options: CertifyOptions): SymmetryReport {
  const { key, randomizations = 99, folds = 5, bootstraps = 400, declared, onProgress } = options;
  const level = requireShare("level", options.level ?? 0.05);
  const tolerance = requireShare("tolerance", options.tolerance ?? 0.01);
  const rows = promptRows(prompts);

  const features = attentionFeatures(rows);
  const momentConditions = adjusted(testMomentConditions(rows, features));
  const folding = {
    folds,
    evenPartDecouples: declared?.evenPartDecouples ?? false,
    onFold: (done: number) => onProgress?.("cross-fit", done / folds),
  };
  const fit = crossFit(rows, folding, features);
  const costs = { ...excessRiskRatios(fit, { key, bootstraps }), ...exactCosts(declared) };
  const conclusion = conclude(declared, momentConditions, { costs, tolerance });
  const near = formWithin({ costs, tolerance });
  const applies = appliesTo(conclusion, declared, { costs, tolerance });
  const report = {
    conclusion,
    applies,
    tests: testSymmetries(prompts, { key, randomizations, onProgress }),
    momentConditions,
    excessRiskRatio: costs[isStepForm(conclusion) ? conclusion : (near ?? "one-step")],
    costs,
    optimum: {
      preconditioner: preconditionerOf(prompts),
      loss: scaled(heldOutLoss(fit, "any-step"), rows),
      attains: attainedBy(costs["any-step"].upper95 <= tolerance, momentConditions),
      stepSizes: estimateStepSizes(rows, features),
    },
    ...(applies === "undecided" && {
      promptsNeeded: promptsThatDecide(momentConditions, { costs, tolerance }, prompts),
    }),
  } as const;
  return { ...report, sentences: verdictInWords(report, { level, tolerance, declared, count: prompts.count }) };
}

/** A step is the best that attention can do where nothing else gains more than the tolerance, nor contradicts it. */
function attainedBy(isWithin: boolean, conditions: readonly AdjustedCondition[]): EstimatedOptimum["attains"] {
  const doubted = conditions.some(
    ({ neededFor, adjustedPValue }) => neededFor === "any-step" && adjustedPValue <= CONTRADICTED,
  );
  return isWithin && !doubted ? "lsa-minimum" : "best-step";
}

/** What the law's moments say exactly needs no estimate. */
function exactCosts(declared: DeclaredOptimum | undefined): Partial<Record<StepForm, ExcessRiskRatio>> {
  const { costs } = declared ?? {};
  if (costs === undefined) return {};
  return Object.fromEntries(
    stepForms.map((form) => [form, { estimate: costs[form], lower95: costs[form], upper95: costs[form] }]),
  );
}

function adjusted(conditions: readonly MomentCondition[]): AdjustedCondition[] {
  const pValues = holm(conditions.map(({ pValue }) => pValue));
  return conditions.map((condition, at) => ({ ...condition, adjustedPValue: pValues[at] }));
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
