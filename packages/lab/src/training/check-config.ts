import { AssumptionError, DomainError } from "@onestep/core";
import { describePromptLaw, parsePromptLaw, promptMoments, requireRoom, type PromptLaw } from "@onestep/data";
import { attempt } from "../attempt.ts";
import { gaussianLinearPopulation } from "../gaussian-linear-law.ts";
import { optimumOfLaw } from "../optimum-of-law.ts";
import { planTraining } from "../training-budget.ts";
import { tolerances } from "../trial-claims.ts";
import { configFields } from "./config-fields.ts";
import { isOneFullHead, type TrainingConfig } from "./config.ts";
import { entriesOf, readField, readGroup } from "./read-fields.ts";

/** Where no theory plans the run. */
const UNPLANNED = { steps: 2000, batch: 1000 };

/** The deep families' rate is that of `ahn-depth`. */
const LEARNING_RATES = { layer: 0.02, deep: 0.05 };

/** Of one layer, whose landscape has spurious stationary points; the reduced families begin at their one basin. */
const STARTS = { layer: 9, deep: 1 };

/**
 * Reads a training config and fills in what it leaves open. A config that it returned is returned as it is.
 *
 * Steps and minibatch are planned from the moments of the law where one layer is trained on it (`planTraining`).
 *
 * @param value what a file holds: `law` is required, everything else optional
 * @param where begins the place in errors: `"config"`; errors about the law begin with `"law"`
 * @throws UnknownNameError for a name that no field, law or choice has; DomainError for a value outside its range, and
 * for fields that exclude one another; AssumptionError for a method that the law does not allow
 *
 * @example
 * const law = {
 *   contextLength: 20, dimension: 5,
 *   covariates: { law: "gaussian" },
 *   target: { law: "linear", tasks: { law: "gaussian" } },
 *   noise: { law: "none" },
 * };
 * checkTrainingConfig({ law, training: { steps: 100 } }, "config").training.learningRate; // => 0.02
 */
export function checkTrainingConfig(value: unknown, where: string): TrainingConfig {
  const entries = entriesOf(withoutSchema(value), where, ["law", "model", "training", "backend", "seed"]);
  const model = readGroup(entries["model"], configFields.model, `${where}.model`);
  const given = readGroup(entries["training"], configFields.training, `${where}.training`);
  const law = parsePromptLaw(entries["law"]);
  const exact = given.method === "exact";
  const backend = readField(
    entries["backend"] ?? (exact ? "float64" : "wasm"),
    configFields.backend,
    `${where}.backend`,
  );
  const seed = readField(entries["seed"] ?? 0, configFields.seed, `${where}.seed`);
  const kind = isOneFullHead(model) ? "layer" : "deep";
  const planned = given.steps === undefined || (given.batch === undefined && !exact) ? planFor(law, model) : UNPLANNED;
  const batch = given.batch ?? planned.batch;
  const config: TrainingConfig = {
    law: describePromptLaw(law),
    model,
    training: {
      method: given.method,
      steps: given.steps ?? planned.steps,
      ...(exact ? {} : { batch }),
      optimizer: given.optimizer,
      learningRate: given.learningRate ?? LEARNING_RATES[kind],
      starts: given.starts ?? STARTS[kind],
    },
    backend,
    seed,
  };
  requireRoomFor(config, law, where);
  requireOneHead(config, where);
  requireMethod(config, law, where);
  return config;
}

/** An editor finds the schema of a file in its `$schema`; the config is the same with or without. */
function withoutSchema(value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  const { $schema: _schema, ...config } = value as Readonly<Record<string, unknown>>;
  return config;
}

function planFor(law: PromptLaw, { layers }: TrainingConfig["model"]): { steps: number; batch: number } {
  if (layers > 1) return UNPLANNED;
  const planned = attempt(() => {
    const moments = promptMoments(law);
    const { preconditioner, loss } = optimumOfLaw(law, moments);
    return planTraining(moments, { preconditioner: preconditioner.value, loss }, tolerances);
  });
  return planned === undefined ? UNPLANNED : { steps: planned.steps, batch: planned.promptsPerStep };
}

/** Every head of a transformer has two matrices, and with them their gradients and the moments of Adam. */
function requireRoomFor({ model: { layers, heads } }: TrainingConfig, law: PromptLaw, where: string): void {
  const matrices = 2 * layers * heads;
  requireRoom(`${where}.model`, {
    what: `${layers} layers of ${heads} heads`,
    numbers: 4 * matrices * (law.dimension + 1) ** 2,
    hint: "choose fewer of them",
  });
}

function requireOneHead({ model }: TrainingConfig, where: string): void {
  if (model.heads === 1 || model.family === "full") return;
  throw new DomainError({
    where: `${where}.model.heads`,
    expected: `one head a layer, which is all that the family ${model.family} has`,
    arrived: String(model.heads),
    hint: 'leave heads out, or choose the family "full"',
  });
}

/** What is known in closed form is known of one layer on Gaussian linear laws. */
function requireMethod({ model, training: { method }, backend }: TrainingConfig, law: PromptLaw, where: string): void {
  if (method === "sampled") return;
  const backends = method === "exact" ? ["float64"] : ["wasm", "wasm-f32"];
  if (!backends.includes(backend)) {
    throw new DomainError({
      where: `${where}.backend`,
      expected: `${backends.join(" or ")}, where the method ${method} runs`,
      arrived: backend,
      hint: 'leave the backend out, or choose the method "sampled", which runs on all of them',
    });
  }
  const isAllowed = method === "exact" ? model.layers === 1 : isOneFullHead(model);
  if (!isAllowed) {
    throw new DomainError({
      where: `${where}.training.method`,
      expected: `sampled: ${method} is known of one layer${method === "exact" ? "" : " of one head in the full family"}`,
      arrived: method,
      hint: "leave the method out",
    });
  }
  if (gaussianLinearPopulation(law) !== undefined) return;
  const hypothesis =
    "Gaussian covariates, Gaussian task vectors of a linear target, Gaussian noise, one context length";
  throw new AssumptionError({
    where: `${where}.training.method`,
    expected: `sampled, or a law with ${hypothesis}`,
    arrived: `${method} on another law`,
    hint: "leave the method out",
    source: "onestep, the population loss of one layer",
    unmet: [hypothesis],
  });
}
