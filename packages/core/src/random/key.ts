import { DomainError } from "../errors.ts";
import { philox4x32, type Words4 } from "./philox.ts";

/**
 * The address of randomness. A key says *where* a number is drawn, never *when*: the same address gives the same
 * number whatever the batch size, order, backend or machine. Keys are values; drawing does not change them.
 */
export interface RandomKey {
  readonly words: Readonly<Words4>;
  readonly parent: RandomKey | undefined;
  /** The seed of a root key, the label of a child. */
  readonly name: number | string;
  readonly index: number | undefined;
}

const ROOT_KEY_0 = 0x6f6e6573; // "ones"
const ROOT_KEY_1 = 0x74657021; // "tep!"
const TWO_POW_32 = 4294967296;

/** Labels are few and come back in every prompt, so each is hashed once. */
const digests = new Map<string, Words4>();

/**
 * The root of a tree of keys.
 *
 * @param seed an integer 0 ≤ seed < 2⁵³; 0 is a seed like any other
 * @throws DomainError for anything else: there is no "random" seed
 *
 * @example
 * describeKey(childKey(randomKey(7), "train", 12)); // => "7/train:12"
 */
export function randomKey(seed: number): RandomKey {
  if (!Number.isSafeInteger(seed) || seed < 0) {
    throw new DomainError({
      where: "randomKey",
      expected: "an integer seed from 0 to 2^53 - 1",
      arrived: String(seed),
      hint: "pass a whole number such as 0; the same seed always gives the same numbers",
    });
  }
  const words: Words4 = [seed >>> 0, Math.floor(seed / TWO_POW_32), 0, 0];
  philox4x32(words, ROOT_KEY_0, ROOT_KEY_1);
  return { words, parent: undefined, name: seed, index: undefined };
}

/**
 * The key one level below `parent`. Children with different labels or indices are independent, and for one label
 * and index different parents never share a child.
 *
 * The child's words are Philox(parent's words) keyed by the label's digest with the index mixed in, so that all
 * indices of one label are distinct by construction.
 *
 * @param label what the randomness is for: `"prompt"`, `"noise"`
 * @param index which one, an integer 0 ≤ index < 2⁵³; omitted means 0
 *
 * @example
 * describeKey(childKey(childKey(randomKey(0), "prompt", 17), "noise")); // => "0/prompt:17/noise"
 */
export function childKey(parent: RandomKey, label: string, index?: number): RandomKey {
  const [key0, key1] = philoxKeyOf(label, index);
  const words: Words4 = [parent.words[0], parent.words[1], parent.words[2], parent.words[3]];
  philox4x32(words, key0, key1);
  return { words, parent, name: label, index };
}

/**
 * The key under which Philox takes a parent's words to those of its child: for code that opens many children at once.
 *
 * @throws DomainError unless the index is an integer 0 ≤ index < 2⁵³
 */
export function philoxKeyOf(label: string, index = 0): readonly [number, number] {
  if (!Number.isSafeInteger(index) || index < 0) {
    throw new DomainError({
      where: "childKey",
      expected: "an integer index from 0 to 2^53 - 1",
      arrived: String(index),
      hint: "number prompts, steps and workers from 0",
    });
  }
  let digest = digests.get(label);
  if (digest === undefined) {
    digest = digestOf(label);
    digests.set(label, digest);
  }
  return [digest[0] ^ Math.floor(index / TWO_POW_32), digest[1] ^ (index >>> 0)];
}

/**
 * The address in words, as a bug report quotes it: `"7/train:12/prompt:17"`.
 *
 * @example
 * describeKey(childKey(randomKey(7), "train", 12)); // => "7/train:12"
 */
export function describeKey(key: RandomKey): string {
  if (key.parent === undefined) return String(key.name);
  const own = key.index === undefined ? String(key.name) : `${key.name}:${key.index}`;
  return `${describeKey(key.parent)}/${own}`;
}

/** Absorbs a label four UTF-16 units at a time; the length is the start value, so that no padding is ambiguous. */
function digestOf(label: string): Words4 {
  const state: Words4 = [label.length, 0, 0, 0];
  for (let at = 0; at < label.length; at += 4) {
    const unit = (offset: number): number => (at + offset < label.length ? label.charCodeAt(at + offset) : 0);
    philox4x32(state, unit(0) | (unit(1) << 16), unit(2) | (unit(3) << 16));
  }
  return state;
}
