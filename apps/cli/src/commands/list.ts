import { lawCatalogue, nearestName } from "@onestep/data";
import { experiments, quantities, recipes, trainingConfigSchema } from "@onestep/lab";
import type { CliContext } from "../context.ts";
import { settle } from "../outcome.ts";
import { UsageError } from "../errors.ts";
import { sweepSchema } from "../sweep/sweep-schema.ts";

/** The flags of `onestep list`. */
export interface ListFlags {
  readonly json: boolean;
}

/** One shelf for programs and for people. */
interface Shelf {
  readonly json: () => unknown;
  readonly text: () => string[];
}

const shelves: Readonly<Record<string, Shelf>> = {
  experiments: {
    json: () =>
      experiments.map((experiment) => {
        const { id, title, statement, source } = experiment;
        return { id, title, statement, source, trials: experiment.trials({}).map((trial) => trial.id) };
      }),
    text: () =>
      experiments.flatMap(({ id, title, statement }) => [`  ${id.padEnd(6)} ${title}`, `         ${statement}`]),
  },
  recipes: {
    json: () =>
      recipes.map(({ id, title, question, source, settings, defects }) => ({
        id,
        title,
        question,
        source,
        settings,
        defects,
      })),
    text: () => recipes.flatMap(({ id, title, question }) => [`  ${id.padEnd(28)} ${title}`, `      ${question}`]),
  },
  laws: {
    json: () => lawCatalogue,
    text: () =>
      lawCatalogue.flatMap(({ kind, name, summary, parameters }) => [
        `  ${`${kind} ${name}`.padEnd(24)} ${summary}`,
        ...parameters.map((parameter) => `      ${parameter.name}: ${parameter.type}. ${parameter.description}`),
      ]),
  },
  quantities: {
    json: () => quantities.map(({ name, summary, needsLaw, options }) => ({ name, summary, needsLaw, options })),
    text: () =>
      quantities.flatMap(({ name, summary, options }) => [
        `  ${name.padEnd(24)} ${summary}`,
        ...options.map(
          ({ flag, placeholder, description }) => `      ${`${flag} ${placeholder}`.trimEnd()}: ${description}`,
        ),
      ]),
  },
  config: {
    json: () => trainingConfigSchema,
    text: () => describeFields(trainingConfigSchema, ""),
  },
  sweep: {
    json: () => sweepSchema,
    text: () => describeFields(sweepSchema, ""),
  },
};

/** A part of a JSON Schema that has been read so far. */
interface SchemaPart {
  readonly description?: string;
  readonly enum?: readonly string[];
  readonly type?: string;
  readonly default?: unknown;
  readonly properties?: Readonly<Record<string, SchemaPart>>;
}

/** The fields of a schema, a line each, by their paths. */
function describeFields({ properties = {} }: SchemaPart, path: string): string[] {
  return Object.entries(properties).flatMap(([name, field]) => {
    if (field.properties !== undefined) return describeFields(field, `${path}${name}.`);
    const kind = field.enum?.join(" | ") ?? field.type ?? "anything";
    const fallback = field.default === undefined ? "" : `, default ${JSON.stringify(field.default)}`;
    return [`  ${`${path}${name}`.padEnd(24)} ${kind}${fallback}`, `      ${field.description ?? ""}`];
  });
}

/** `onestep list`: what there is to verify, to compute, and to write into a law file. */
export default async function list(this: CliContext, flags: ListFlags, shelf?: string): Promise<void> {
  await settle(this, flags, () => {
    const names = shelf === undefined ? Object.keys(shelves) : [shelf];
    const chosen = names.map((name) => ({ name, ...requireShelf(name) }));
    const { stdout } = this.terminal;
    if (!flags.json) {
      for (const { name, text } of chosen) stdout.write(`${name}\n${text().join("\n")}\n\n`);
      return Promise.resolve(0);
    }
    const document =
      shelf === undefined ? Object.fromEntries(chosen.map(({ name, json }) => [name, json()])) : chosen[0]?.json();
    stdout.write(`${JSON.stringify(document)}\n`);
    return Promise.resolve(0);
  });
}

function requireShelf(name: string): Shelf {
  if (Object.hasOwn(shelves, name)) return shelves[name];
  throw new UsageError({
    where: "list",
    expected: `one of ${Object.keys(shelves).join(", ")}`,
    arrived: name,
    hint: `did you mean ${nearestName(name, Object.keys(shelves)) ?? "laws"}?`,
  });
}
