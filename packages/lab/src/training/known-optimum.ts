import { identity, pseudoInverse, scale, type Matrix, type PromptMoments } from "@onestep/core";
import type { PromptLaw } from "@onestep/data";
import { sparseHead, type LinearTransformer } from "@onestep/model";
import {
  optimalDepth,
  optimalGdPlusPlus,
  singleHeadOptimum,
  tiedDepth,
  type Citation,
  type ClosedForm,
} from "@onestep/theory";
import { attempt } from "../attempt.ts";
import { gaussianLinearPopulation } from "../gaussian-linear-law.ts";
import { layeredSetting } from "../law-settings.ts";
import { optimumOfLaw } from "../optimum-of-law.ts";
import type { TrainingConfig } from "./config.ts";

/** What theory says of the best model of a family on a law. */
export interface KnownOptimum {
  readonly loss: number;
  /** `"best-known"` where a search or a smaller family gives an upper bound of the minimum. */
  readonly attains: "minimum" | "best-known";
  readonly formula: string;
  readonly hypotheses: readonly string[];
  readonly source: Citation;
  /** Γ*, where the minimum is one step on the responses. */
  readonly preconditioner?: Matrix;
  /** The model of this loss, where it is a deep one. */
  readonly transformer?: LinearTransformer;
}

/** GD++ is searched for up to this depth. */
const DEEPEST_SEARCH = 5;

/**
 * The optimum that a training is held against: Γ* for one layer, and the best step sizes for depth. Undefined where no
 * theory here speaks of family and law.
 */
export function knownOptimum(
  law: PromptLaw,
  model: TrainingConfig["model"],
  moments: PromptMoments | undefined,
): KnownOptimum | undefined {
  return attempt(() => (model.layers === 1 ? ofLayer(law, model, moments) : ofDepth(law, model)));
}

function ofLayer(
  law: PromptLaw,
  { family, heads }: TrainingConfig["model"],
  moments: PromptMoments | undefined,
): KnownOptimum | undefined {
  const { preconditioner, loss, attains } = optimumOfLaw(law, moments);
  // The reduced families have no even part: the best step is their minimum on every law.
  if (attains === "lsa-minimum" || family !== "full") {
    return { ...known(preconditioner, loss, "minimum"), preconditioner: preconditioner.value };
  }
  const population = gaussianLinearPopulation(law);
  if (population === undefined || heads > 1) return undefined;
  const head = singleHeadOptimum(population);
  return known(head, head.value.loss, "best-known");
}

function ofDepth(law: PromptLaw, { family, layers }: TrainingConfig["model"]): KnownOptimum | undefined {
  const { setting } = layeredSetting(law);
  if (family === "sparse" || family === "tied") {
    const best = family === "sparse" ? optimalDepth(setting, layers) : tiedDepth(setting, layers);
    // Among all matrices A_l these are critical points; of a loop it is known that they are not always the best.
    return { ...known(best, best.value.loss, "best-known"), transformer: deep(law, best.value.stepSizes) };
  }
  if (layers > DEEPEST_SEARCH) return undefined;
  // GD++ is a part of the full family.
  const best = optimalGdPlusPlus(setting, layers);
  return { ...known(best, best.value.loss, "best-known"), transformer: deep(law, best.value.a, best.value.b) };
}

/** A_l = a_l Σ⁻¹ and B_l = b_l I. */
function deep(
  { covariates, dimension }: PromptLaw,
  a: readonly number[],
  b: readonly number[] = [],
): LinearTransformer {
  const precision = pseudoInverse(covariates.covariance.matrix);
  const heads = a.map((step, l) => sparseHead(scale(precision, step), scale(identity(dimension), b[l] ?? 0)));
  return { layers: heads.map((head) => [head]), dividesByLength: true };
}

function known(
  { formula, hypotheses, source }: ClosedForm<unknown>,
  loss: number,
  attains: KnownOptimum["attains"],
): KnownOptimum {
  return { loss, attains, formula, hypotheses, source };
}
