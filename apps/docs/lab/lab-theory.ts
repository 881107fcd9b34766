import { OnestepError, toRows, trace } from "@onestep/core";
import { parsePromptLaw, promptMoments, type Json, type PromptLaw } from "@onestep/data";
import {
  checkLaw,
  declaredOptimum,
  knownOptimum,
  plannedDistance,
  quantities,
  type OptionEntry,
  type TrainingConfig,
} from "@onestep/lab";
import { bestStepSize, type Citation } from "@onestep/theory";

/** What theory knows of a law and a model before anything is trained: plain data, made in a worker. */
export interface LabTheory {
  readonly optimum?: LabOptimum;
  /** The form of the law's best step, and why. */
  readonly form?: { readonly conclusion: "one-step" | "preconditioned-step" | "general"; readonly because: string };
  /** The distance that sampling leaves between Γ and Γ*. */
  readonly plannedDistance?: number;
  /** The losses of other learners, where they are known. */
  readonly levels: readonly Level[];
  /** Where no theory names the optimum: what the certificate of the law says. */
  readonly certificate?: readonly string[];
}

/** The least loss of the family on the law, and its passport. */
export interface LabOptimum {
  readonly loss: number;
  readonly attains: "minimum" | "best-known";
  readonly source: Citation;
  readonly hypotheses: readonly string[];
  /** Γ*, where one layer is trained. */
  readonly preconditioner?: readonly (readonly number[])[];
  /** tr Γ* / d */
  readonly stepSize?: number;
}

/** The loss of another learner on the same prompts. */
export interface Level {
  readonly name: string;
  readonly loss: number;
  /** Where it is estimated. */
  readonly standardError?: number;
}

/** Prompts that the certificate is made of: it runs beside the training. */
const CERTIFICATE_PROMPTS = 2000;

/** What is known at once. */
export function theoryOf(config: TrainingConfig): LabTheory {
  const law = parsePromptLaw(config.law);
  const moments = quietly(() => promptMoments(law));
  const optimum = quietly(() => knownOptimum(law, config.model, moments));
  const form = quietly(() => declaredOptimum(law));
  const planned = config.training.method === "sampled" ? quietly(() => plannedDistance(config)) : undefined;
  return {
    ...(optimum === undefined ? {} : { optimum: plainOptimum(optimum) }),
    ...(form === undefined ? {} : { form: { conclusion: form.conclusion, because: form.because } }),
    ...(planned === undefined ? {} : { plannedDistance: planned }),
    levels:
      moments === undefined
        ? []
        : [
            { name: "predicting 0", loss: moments.responseSecondMoment },
            { name: "gradient descent, the best ηI", loss: bestStepSize(moments).value.loss },
          ],
  };
}

/** The losses of learners that take longer: some are estimated. */
export function slowerLevels(config: TrainingConfig): readonly Level[] {
  const law = parsePromptLaw(config.law);
  const { variance } = law.noise;
  return [
    ...level(law, "least squares", "least-squares-risk"),
    ...(variance > 0 ? level(law, "ridge, λ = σ²", "ridge-risk", { lambda: variance }) : []),
    ...level(law, "Bayes, the best of all learners", "bayes-risk"),
  ];
}

/** What the prompts of a law say where no theory speaks of its optimum. */
export function certificateOf(config: TrainingConfig): readonly string[] {
  try {
    return checkLaw(parsePromptLaw(config.law), { seed: config.seed, prompts: CERTIFICATE_PROMPTS }).sentences;
  } catch (error) {
    return [error instanceof OnestepError ? error.message : String(error)];
  }
}

function plainOptimum(optimum: NonNullable<ReturnType<typeof knownOptimum>>): LabOptimum {
  const { loss, attains, source, hypotheses, preconditioner } = optimum;
  const step =
    preconditioner === undefined
      ? {}
      : { preconditioner: toRows(preconditioner), stepSize: trace(preconditioner) / preconditioner.rows };
  return { loss, attains, source, hypotheses, ...step };
}

function level(
  law: PromptLaw,
  name: string,
  quantity: string,
  options: Readonly<Record<OptionEntry["name"], number>> = {},
): readonly Level[] {
  const entry = quantities.find((one) => one.name === quantity)!;
  const value = quietly(() => entry.compute({ law, options, seed: 0 })["value"] as Json);
  if (typeof value === "number") return [{ name, loss: value }];
  if (typeof value !== "object" || value === null || Array.isArray(value)) return []; // infinite, or not known
  const { estimate, standardError } = value as { readonly [name: string]: Json };
  return typeof estimate === "number" ? [{ name, loss: estimate, standardError: Number(standardError) }] : [];
}

/** Undefined where a theorem does not speak of the law, or its numbers overflow. */
function quietly<T>(compute: () => T): T | undefined {
  try {
    return compute();
  } catch (error) {
    if (error instanceof OnestepError) return undefined;
    throw error;
  }
}
