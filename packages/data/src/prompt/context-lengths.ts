import { childKey, DomainError, openStream, type RandomKey } from "@onestep/core";
import { finiteNumber, refusal } from "../define/parameter.ts";
import { isObject, type Json } from "../define/json.ts";
import { requireKnownNames } from "../define/unknown-name-error.ts";

/** The law of n: uniform on `from`, …, `to`, which are the same for a fixed length. */
export interface ContextLengths {
  readonly from: number;
  readonly to: number;
}

/** A fixed length, or the ends of a uniform one. */
export type ContextLengthInput = number | ContextLengths;

/**
 * Checks the law of n.
 *
 * @throws DomainError unless the lengths are integers with 1 ≤ from ≤ to
 */
export function contextLengths(input: ContextLengthInput): ContextLengths {
  const { from, to } = typeof input === "number" ? { from: input, to: input } : input;
  if (Number.isSafeInteger(from) && Number.isSafeInteger(to) && 1 <= from && from <= to) return { from, to };
  throw new DomainError({
    where: "law.contextLength",
    expected: typeof input === "number" ? "an integer context length n ≥ 1" : "integers 1 ≤ from ≤ to",
    arrived: typeof input === "number" ? String(input) : `from ${from} to ${to}`,
    hint: "a context needs at least one labelled pair",
  });
}

/** The law of n of a prompt law. */
export function lengthsOf(law: {
  readonly contextLength: number;
  readonly leastContextLength?: number | undefined;
}): ContextLengths {
  return { from: law.leastContextLength ?? law.contextLength, to: law.contextLength };
}

/** E n */
export function meanLength({ from, to }: ContextLengths): number {
  return (from + to) / 2;
}

/** E h(n) */
export function lengthExpectation({ from, to }: ContextLengths, h: (contextLength: number) => number): number {
  let sum = 0;
  for (let n = from; n <= to; n++) sum += h(n);
  return sum / (to - from + 1);
}

/** E n(n−1), in closed form */
export function meanPairs({ from, to }: ContextLengths): number {
  // Σ_{n ≤ m} n(n−1) = (m+1)m(m−1)/3, whose differences over the range factor into this quadratic.
  return (to * to + to * from + from * from - to - 2 * from) / 3;
}

/** The length of the prompt at a key. */
export function drawLength({ from, to }: ContextLengths, prompt: RandomKey): number {
  if (from === to) return from;
  return from + Math.floor(openStream(childKey(prompt, "length")).uniform() * (to - from + 1));
}

/** Reads the `contextLength` of a law file. */
export function readContextLength(json: unknown): ContextLengths {
  if (!isObject(json)) {
    if (typeof json === "number") return contextLengths(json);
    throw refusal(
      "law.contextLength",
      'an integer or { "law": "uniform", … }',
      json,
      "give a number of labelled pairs",
    );
  }
  const { law, ...ends } = json;
  const where = "law.contextLength";
  requireKnownNames([String(law)], { where, role: "law of context lengths", candidates: ["uniform"] });
  requireKnownNames(Object.keys(ends), { where, role: "parameter of uniform", candidates: ["from", "to"] });
  return contextLengths({
    from: finiteNumber(ends["from"], `${where}.from`),
    to: finiteNumber(ends["to"], `${where}.to`),
  });
}

/** The law-file form of the law of n. */
export function describeContextLength({ from, to }: ContextLengths): Json {
  return from === to ? from : { law: "uniform", from, to };
}
