import { DomainError, matrixFromRows, OnestepError, type Matrix } from "@onestep/core";
import { lawFileOfFlags, parsePromptLaw, type PromptLaw } from "@onestep/data";
import { quantities, type OptionEntry, type OptionValue, type QuantityDocument } from "@onestep/lab";
import { sources, type Citation } from "@onestep/theory";
import { renderToString } from "katex";

import { noiseOf, type Question } from "./question.ts";

/** What a question is answered with: a document, its formula as HTML and its source in words, or why there is none. */
export type Answer =
  | { readonly document: QuantityDocument; readonly formula: string; readonly source: string }
  | { readonly refusal: string };

/** The answer of the command line, whose seed is 0 when it is left out. */
const SEED = 0;

/** Computes what is asked, as `onestep theory` does; what the library refuses is told in its own words. */
export function answer(question: Question): Answer {
  try {
    const quantity = quantities.find(({ name }) => name === question.quantity)!;
    const given: Record<string, OptionValue | undefined> = {};
    for (const option of quantity.options) given[option.name] = valueOf(option, question.options[option.name] ?? "");
    const law = quantity.needsLaw ? lawOf(question.law) : undefined;
    const document = quantity.compute({ law, options: given, seed: SEED });
    const formula = renderToString(document.formula, { displayMode: true });
    return { document, formula, source: citationText(document.source) };
  } catch (error) {
    if (error instanceof OnestepError) return { refusal: error.message };
    throw error;
  }
}

/** A paper as a reader looks it up; a derivation of our own by the function whose documentation carries it. */
export function citationText({ key, locator }: Citation): string {
  const { authors, year } = sources.find((source) => source.key === key)!;
  return key === "onestep" ? `onestep, ${locator}` : `${authors} (${year}), ${locator}`;
}

function lawOf(law: Question["law"]): PromptLaw {
  const { context, dimension, covariates, target, tasks } = law;
  if (!isGiven(context)) {
    throw new DomainError({
      where: "the law",
      expected: "n, the labelled pairs in a prompt",
      arrived: "nothing",
      hint: "n = 20",
    });
  }
  const flags = { covariates, target, tasks, noise: noiseOf(law) };
  const parts = Object.fromEntries(Object.entries(flags).filter(([, text]) => isGiven(text)));
  const sizes = { context: Number(context), ...(isGiven(dimension) ? { dimension: Number(dimension) } : {}) };
  return parsePromptLaw(lawFileOfFlags({ ...parts, ...sizes }));
}

function isGiven(text: string | undefined): boolean {
  return text !== undefined && text !== "";
}

/** An option as its quantity takes it; whether it makes sense is for the formula to say. */
function valueOf({ type, flag }: OptionEntry, text: string): OptionValue | undefined {
  if (text === "") return undefined;
  if (type === "flag") return true;
  if (type === "number") return Number(text);
  return type === "list of numbers" ? numbersOf(text, flag) : matrixOf(text, flag);
}

function numbersOf(text: string, flag: string): readonly number[] {
  const entries = text.split(",").map((entry) => entry.trim());
  // An entry that is left out would be read as a zero.
  if (!entries.includes("")) return entries.map(Number);
  throw new DomainError({
    where: flag,
    expected: "numbers with commas between them",
    arrived: text.slice(0, 60),
    hint: "0, 0.5, 1",
  });
}

function matrixOf(text: string, flag: string): Matrix {
  const rows = rowsIn(text);
  if (rows !== undefined) return matrixFromRows(rows);
  throw new DomainError({
    where: flag,
    expected: "the rows of a matrix, in JSON",
    arrived: text.slice(0, 60),
    hint: "[[0.04, 0], [0, 0.04]]",
  });
}

function rowsIn(text: string): number[][] | undefined {
  try {
    const json: unknown = JSON.parse(text);
    const isRows = Array.isArray(json) && json.every((row) => Array.isArray(row) && row.every(Number.isFinite));
    return isRows ? (json as number[][]) : undefined;
  } catch {
    return undefined;
  }
}
