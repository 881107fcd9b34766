import type { Covariance } from "@onestep/core";
import {
  covarianceParameter,
  lawShelf,
  vectorParameter,
  type Json,
  type JsonObject,
  type PromptLaw,
  type TaskLaw,
} from "@onestep/data";

const covarianceOf = covarianceParameter({ description: "Ω", fallback: 1 });
const vectorOf = vectorParameter({ description: "μ", fallback: 0 });

/** Gaussian task vectors: Ω about the mean, and μ. */
export interface GaussianTasks {
  readonly tasks: Covariance;
  readonly taskMean: Float64Array;
}

/** The target without the random signs around it, as a law file writes it. */
export function unsignedTarget({ target }: PromptLaw): JsonObject {
  let inner: JsonObject = { law: target.name, ...target.parameters };
  while (inner["law"] === "random-sign") inner = inner["of"] as JsonObject;
  return inner;
}

/** The law of the task vector of a linear target, a random sign of it left aside; undefined for other targets. */
export function linearTasks(law: PromptLaw): TaskLaw | undefined {
  const recorded = recordedTasks(law);
  return recorded === undefined ? undefined : rebuild(recorded, law.dimension);
}

/** Ω and μ of Gaussian task vectors, a random sign left aside; undefined for other tasks and targets. */
export function gaussianTasks(law: PromptLaw): GaussianTasks | undefined {
  const recorded = recordedTasks(law);
  if (recorded?.["law"] !== "gaussian") return undefined;
  const site = { where: "law.target.tasks", dimension: law.dimension };
  return {
    tasks: covarianceOf.read(recorded["covariance"], site).value,
    taskMean: vectorOf.read(recorded["mean"], site).value,
  };
}

/** The target in an error message: "a linear target with sparse tasks", "a single-index target with link tanh". */
export function describeTarget(law: PromptLaw): string {
  const { law: name, link } = unsignedTarget(law);
  const tasks = recordedTasks(law)?.["law"];
  const part = [
    tasks === undefined ? "" : ` with ${nameOf(tasks)} tasks`,
    link === undefined ? "" : ` with link ${nameOf(link)}`,
  ];
  return `a ${nameOf(name)} target${part.join("")}${law.target.name === "random-sign" ? " of random sign" : ""}`;
}

/** A name as it is recorded: bare, or beside parameters. */
function nameOf(recorded: Json | undefined): string {
  if (typeof recorded === "string") return recorded;
  return nameOf((recorded as JsonObject)["name"]);
}

function recordedTasks(law: PromptLaw): JsonObject | undefined {
  const { law: name, tasks } = unsignedTarget(law);
  return name === "linear" ? (tasks as JsonObject) : undefined;
}

/** The law of tasks that a record describes, laws inside it first; undefined for one that is on no shelf. */
function rebuild({ law, ...recorded }: JsonObject, dimension: number): TaskLaw | undefined {
  const definition = lawShelf.tasks.find((factory) => factory.definition.name === law)?.definition;
  const inputs = Object.entries(recorded).map(([name, value]) => {
    const holdsTasks = definition?.parameters[name]?.holds === "tasks";
    return [name, holdsTasks ? rebuild(value as JsonObject, dimension) : value];
  });
  return definition?.build(Object.fromEntries(inputs) as JsonObject, { where: "law.target.tasks", dimension });
}
