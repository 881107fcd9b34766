import type { Json, JsonObject } from "@onestep/data";
import { resolve } from "node:path";
import { UsageError } from "../errors.ts";
import { readJsonFile, readText, type JsonFile } from "./json-file.ts";

/**
 * Reads a document from a .json, .yaml or .ts file; `-` reads JSON from standard input. A .ts or .js file is run, and
 * gives what it exports by default.
 *
 * @throws UsageError when there is no such file, or it cannot be read as what its name says
 */
export async function readConfigFile(path: string, about: JsonFile): Promise<unknown> {
  if (/\.ya?ml$/.test(path)) return parseYaml(path, about);
  if (/\.[cm]?[jt]s$/.test(path)) return runModule(path, about);
  return readJsonFile(path, about);
}

/**
 * A config with values set by their paths, as `--set law.noise.variance=0.5` writes them. A value is JSON where it can
 * be read as such, and text otherwise.
 *
 * @throws UsageError for an entry without a path, or a path that leads through something without fields
 */
export function withSettings(config: JsonObject, settings: readonly string[]): JsonObject {
  return settings.reduce((changed, setting) => {
    const [, path, value] = /^([^=]+)=(.*)$/s.exec(setting) ?? [];
    if (path === undefined) {
      throw new UsageError({
        where: "--set",
        expected: "a path and a value: training.steps=500",
        arrived: setting,
        hint: "write --set law.noise.variance=0.5",
      });
    }
    return withValue(changed, path, valueOf(value));
  }, config);
}

/**
 * A config with the value at a path replaced; fields that are not there yet are made.
 *
 * @throws UsageError for a path that leads through something without fields
 */
export function withValue(config: JsonObject, path: string, value: Json): JsonObject {
  return withValueAt(config, path, path.split("."), value);
}

function withValueAt(object: JsonObject, path: string, [name, ...rest]: readonly string[], value: Json): JsonObject {
  if (rest.length === 0) return { ...object, [name]: value };
  const inner = Object.hasOwn(object, name) ? (object[name] ?? {}) : {};
  if (typeof inner === "object" && !Array.isArray(inner)) {
    return { ...object, [name]: withValueAt(inner as JsonObject, path, rest, value) };
  }
  throw new UsageError({
    where: path,
    expected: `a path through fields, and ${name} has none`,
    arrived: JSON.stringify(inner),
    hint: `give ${name} as a whole`,
  });
}

function valueOf(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return text;
  }
}

async function parseYaml(path: string, about: JsonFile): Promise<unknown> {
  const text = readText(path, about);
  const { parse } = await import("yaml");
  try {
    return parse(text, { logLevel: "error", merge: true }) as unknown;
  } catch (error) {
    throw unreadable(path, `${about.what} in YAML`, about, error);
  }
}

async function runModule(path: string, about: JsonFile): Promise<unknown> {
  readText(path, about); // says in our own words that there is no such file
  const { createJiti } = await import("jiti");
  try {
    const config = await createJiti(import.meta.url).import(resolve(path), { default: true });
    JSON.stringify(config); // refuses what no JSON could say, such as an object within itself
    return config;
  } catch (error) {
    throw unreadable(path, `a module that exports ${about.what} by default`, about, error);
  }
}

function unreadable(path: string, expected: string, { example }: JsonFile, cause: unknown): UsageError {
  const said = cause instanceof Error ? cause.message : String(cause);
  const arrived = said.split(/\s*\n\s*/)[0].replace(/:$/, ""); // an error is one line
  return new UsageError({ where: path, expected, arrived, hint: `start from ${example}`, cause });
}
