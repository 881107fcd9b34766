import { lawCatalogue, nearestName } from "@onestep/data";
import { experiments } from "@onestep/lab";
import type { CliContext } from "../context.ts";
import { settle } from "../outcome.ts";
import { UsageError } from "../usage-error.ts";
import { quantities } from "./theory.ts";

/** The flags of `onestep list`. */
export interface ListFlags {
  readonly json: boolean;
}

const shelves: Readonly<Record<string, { json(): unknown; text(): string[] }>> = {
  experiments: {
    json: () =>
      experiments.map(({ id, title, statement, source, trials }) => ({
        id,
        title,
        statement,
        source,
        trials: trials({}).map((trial) => trial.id),
      })),
    text: () => experiments.flatMap(({ id, title, statement }) => [`  ${id.padEnd(6)} ${title}`, `         ${statement}`]),
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
    json: () => Object.keys(quantities),
    text: () => Object.keys(quantities).map((name) => `  ${name}`),
  },
};

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

function requireShelf(name: string): { json(): unknown; text(): string[] } {
  const shelf = shelves[name];
  if (shelf !== undefined) return shelf;
  throw new UsageError({
    where: "list",
    expected: `one of ${Object.keys(shelves).join(", ")}`,
    arrived: name,
    hint: `did you mean ${nearestName(name, Object.keys(shelves)) ?? "laws"}?`,
  });
}
