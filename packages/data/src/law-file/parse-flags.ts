import { lawShelf } from "../catalogue.ts";
import { isObject, type Json, type JsonObject } from "../define/json.ts";
import type { LawKind } from "../define/law-kind.ts";
import { refusal, type Parameter } from "../define/parameter.ts";
import { requireKnownNames } from "../define/unknown-name-error.ts";
import { tableParameterOf } from "./tables.ts";
import { splitOutside } from "./split-outside.ts";

/** The parts of a prompt law as a command line gives them: each a law in the form that `lawFileOfFlags` reads. */
export interface LawFlags {
  /** Left out: `gaussian`. */
  readonly covariates?: string | undefined;
  /** Left out: `linear`. */
  readonly target?: string | undefined;
  /** For a target that has tasks; left out: `gaussian`. */
  readonly tasks?: string | undefined;
  /** Left out: `none`. */
  readonly noise?: string | undefined;
  /** n */
  readonly context?: number | undefined;
  /** d; may be left out where a list or a matrix implies it. */
  readonly dimension?: number | undefined;
  /** Covariates of the query; left out, it is drawn like the context. */
  readonly query?: string | undefined;
  /** Queries that share a context; left out, one. */
  readonly queries?: number | undefined;
}

/**
 * Composes a law file out of flags. A law is its name, its name with parameters, or a JSON object:
 *
 * - `laplace`
 * - `student:degreesOfFreedom=5,covariance=[2,1]`: values are JSON; what is none is text, as in `link=tanh`
 * - `{"law":"gaussian","covariance":[2,1]}`
 *
 * Points may be named by their file, `empirical:file=rows.csv`, for `withTables` to read.
 *
 * @throws UnknownNameError for a name of no law or parameter: it names the nearest
 * @throws DomainError for text of another form, and for tasks beside a target that has none
 *
 * @example
 * const flags = { covariates: "student:degreesOfFreedom=5,covariance=[2,1]", context: 20 };
 * lawFileOfFlags(flags)["covariates"]; // => { law: "student", degreesOfFreedom: 5, covariance: [2, 1] }
 * parsePromptLaw(lawFileOfFlags(flags)).dimension; // => 2
 */
export function lawFileOfFlags(flags: LawFlags): JsonObject {
  const { covariates, target, tasks, noise, context, dimension, query, queries } = flags;
  const ofTarget = lawOf("target", target ?? "linear", "--target");
  return {
    ...(context === undefined ? {} : { contextLength: context }),
    ...(dimension === undefined ? {} : { dimension }),
    covariates: lawOf("covariates", covariates ?? "gaussian", "--covariates"),
    target: withTasks(ofTarget, tasks === undefined ? undefined : lawOf("tasks", tasks, "--tasks")),
    noise: lawOf("noise", noise ?? "none", "--noise"),
    ...(query === undefined ? {} : { query: { covariates: lawOf("covariates", query, "--query") } }),
    ...(queries === undefined ? {} : { queries }),
  };
}

/** Reads one law in any of its three forms. */
function lawOf(kind: LawKind, text: string, where: string): JsonObject {
  if (text.trimStart().startsWith("{")) return objectOf(text, where);
  const [name, ...rest] = splitOutside(text, ":");
  const parameters = parametersOf(kind, name, where);
  const law: Record<string, Json> = { law: name };
  if (rest.length === 0) return { law: name };
  for (const part of splitOutside(rest.join(":"), ",")) {
    const at = part.indexOf("=");
    if (at < 0) throw refusal(where, `${name}:parameter=value,…`, text, `give ${JSON.stringify(part)} a value`);
    const parameter = part.slice(0, at).trim();
    const candidates = [...Object.keys(parameters), ...(tableParameterOf(parameters) === undefined ? [] : ["file"])];
    requireKnownNames([parameter], { where, role: `parameter of ${name}`, candidates });
    law[parameter] = valueOf(parameters[parameter]?.holds, part.slice(at + 1), `${where} ${parameter}`);
  }
  return law;
}

/** JSON where it is JSON, a law by its name where a law belongs, and otherwise text. */
function valueOf(holds: LawKind | undefined, text: string, where: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return holds === undefined ? text : lawOf(holds, text, where);
  }
}

function objectOf(text: string, where: string): JsonObject {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw refusal(where, "a JSON object", text, (cause as Error).message);
  }
  if (isObject(json)) return json as JsonObject;
  throw refusal(where, "a JSON object", text, "write for example gaussian:covariance=[2,1]");
}

function parametersOf(
  kind: LawKind,
  name: string,
  where: string,
): Readonly<Record<string, Parameter<unknown, unknown>>> {
  const definitions = lawShelf[kind].map((factory) => factory.definition);
  requireKnownNames([name], { where, role: `law of ${kind}`, candidates: definitions.map((entry) => entry.name) });
  return definitions.find((entry) => entry.name === name)!.parameters;
}

/** Puts tasks where a target, or the target inside it, has room for them; Gaussian ones where none are given. */
function withTasks(target: JsonObject, tasks: JsonObject | undefined): JsonObject {
  const filled = fillTasks(target, tasks ?? { law: "gaussian" });
  if (filled !== undefined) return filled;
  if (tasks === undefined) return target;
  throw refusal(
    "--tasks",
    `tasks for a target that has them`,
    target["law"],
    "give --target linear, or leave --tasks out",
  );
}

/** `undefined` where there is no room: the target has no tasks, or has its own. */
function fillTasks(target: JsonObject, tasks: JsonObject): JsonObject | undefined {
  const { law: name, ...inputs } = target;
  const definition = lawShelf.target.find((factory) => factory.definition.name === name)?.definition;
  for (const [parameter, { holds }] of Object.entries(definition?.parameters ?? {})) {
    const input = inputs[parameter];
    if (holds === "tasks" && input === undefined) return { ...target, [parameter]: tasks };
    if (holds === "target" && isObject(input)) {
      const filled = fillTasks(input, tasks);
      if (filled !== undefined) return { ...target, [parameter]: filled };
    }
  }
  return undefined;
}
