import { readdirSync, readFileSync } from "node:fs";
import { OnestepError } from "@onestep/core";
import { describe, expect, test } from "vitest";
import { closedForms, plainFunctions } from "../tests/calls.ts";
import * as theory from "./index.ts";
import type { Citation } from "./index.ts";

const code = codeBelow(new URL(".", import.meta.url));
/** What recipes cite stands in the same bibliography. */
const recipes = codeBelow(new URL("../../lab/src/recipes/", import.meta.url));
const members: Readonly<Record<string, unknown>> = { ...theory };
const functions = Object.keys(members).filter((name) => typeof members[name] === "function");

function codeBelow(folder: URL): string {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts") && !name.endsWith(".test.ts"))
    .map((name) => readFileSync(new URL(name, folder), "utf8"))
    .join("\n");
}

/** The docstring of an exported function, each paragraph a line. */
function docstringOf(name: string): string[] {
  const [, text = ""] = new RegExp(`/\\*\\*((?:(?!\\*/)[^])*)\\*/\\s*export function ${name}\\b`).exec(code) ?? [];
  const lines = text.split("\n").map((line) => line.replace(/^ \* ?/, ""));
  return lines
    .join("\n")
    .split(/\n\s*\n|\n(?=@)/)
    .map((paragraph) => paragraph.replaceAll("\n", " ").trim());
}

/** How a docstring writes a citation: author, year, arXiv number or venue, place; `own derivation` for ours. */
function partsOf({ key, locator }: Citation): string[] {
  if (key === "onestep") return ["own derivation, "];
  const source = theory.sources.find((one) => one.key === key);
  if (source === undefined) return [key];
  const surname = source.authors.split(",")[0].split(" ").at(-1) ?? "";
  return [
    surname,
    String(source.year),
    source.arXiv === undefined ? (source.venue ?? "") : `arXiv ${source.arXiv}`,
    locator,
  ];
}

/** Every number inside a value, however deep. */
function numbersIn(value: unknown): number[] {
  if (typeof value === "number") return [value];
  if (ArrayBuffer.isView(value)) return Array.from(value as Float64Array);
  if (Array.isArray(value)) return value.flatMap(numbersIn);
  return value !== null && typeof value === "object" ? Object.values(value).flatMap(numbersIn) : [];
}

describe("the bibliography", () => {
  test("names every paper once and cites all of them", () => {
    const keys = theory.sources.map((source) => source.key);
    expect(new Set(keys).size).toBe(keys.length);
    const isCited = (key: string): boolean => code.includes(`cite("${key}"`) || recipes.includes(`key: "${key}"`);
    expect(keys.filter((key) => !isCited(key))).toEqual([]);
    for (const { arXiv } of theory.sources)
      if (arXiv !== undefined) expect(arXiv).toMatch(/^(\d{4}\.\d{5}|solv-int\/\d{7})$/);
  });

  test("a key ends in the year, which is that of the number on arXiv", () => {
    for (const { key, year, arXiv } of theory.sources.filter((source) => source.key !== "onestep")) {
      expect(key.split("-").at(-1)).toBe(String(year));
      const [, digits] = /^(?:solv-int\/)?(\d\d)\d+/.exec(arXiv ?? "") ?? [];
      if (digits !== undefined) expect(digits).toBe(String(year).slice(2));
    }
  });

  test("every theorem names an exported function", () => {
    for (const { computedBy } of theory.theorems) expect(theory).toHaveProperty(computedBy);
  });
});

describe("docstrings", () => {
  test("every exported function has an example", () => {
    const silent = functions.filter((name) => !docstringOf(name).some((paragraph) => paragraph.startsWith("@example")));
    expect(silent).toEqual([]);
  });

  test("the source in the docstring of a closed form is the one it returns", () => {
    const offenders = Object.entries(closedForms).flatMap(([name, call]) => {
      const missing = partsOf(call((value) => value).source);
      const source = docstringOf(name).find((paragraph) => paragraph.startsWith("Source: ")) ?? "nothing";
      return missing.every((part) => source.includes(part)) && source.endsWith(".")
        ? []
        : [`${name}: ${missing.join(" · ")}; its docstring says ${source}`];
    });
    expect(offenders).toEqual([]);
  });
});

describe("closed forms", () => {
  test.each(Object.entries(closedForms))("%s carries its passport, and no NaN", (_, call) => {
    const { value, formula, hypotheses, source } = call((number) => number);
    expect(formula.length).toBeGreaterThan(5);
    expect(formula.split("{").length).toBe(formula.split("}").length);
    expect(hypotheses.length).toBeGreaterThan(0);
    expect(theory.sources.some(({ key }) => key === source.key)).toBe(true);
    expect(source.locator).not.toBe("");
    for (const number of numbersIn(value)) expect(number).not.toBeNaN();
  });

  test("every exported function that returns one is called here", () => {
    const returning = [...code.matchAll(/export function (\w+)\((?:(?!export function)[^])*?\): ClosedForm</g)].map(
      (match) => match[1],
    );
    const exported = returning.filter((name) => name in theory && name !== "mapClosedForm");
    expect(exported.sort()).toEqual(Object.keys(closedForms).sort());
  });
});

describe("nonsense", () => {
  const calls = { ...closedForms, ...plainFunctions };

  test("every exported function that takes numbers is called here", () => {
    expect(functions.filter((name) => name !== "mapClosedForm").sort()).toEqual(Object.keys(calls).sort());
  });

  test.each(Object.entries(plainFunctions))("%s returns no NaN", (_, call) => {
    for (const number of numbersIn(call((value) => value))) expect(number).not.toBeNaN();
  });

  test.each(Object.entries(calls))("%s refuses NaN with a reason and a hint", (_, call) => {
    expect(hintOf(() => call(() => NaN))).not.toBe("");
  });

  test.each(Object.keys(closedForms))("%s says what is missing when nothing is passed", (name) => {
    const call = members[name] as (...nothing: undefined[]) => unknown;
    expect(hintOf(() => call(undefined, undefined, undefined))).not.toBe("");
  });

  /** The hint of the OnestepError that a call must end with. */
  function hintOf(call: () => unknown): string {
    let caught: unknown;
    try {
      call();
    } catch (error) {
      caught = error;
    }
    expect(caught).toBeInstanceOf(OnestepError);
    return (caught as OnestepError).hint;
  }
});
