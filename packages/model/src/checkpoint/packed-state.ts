import { DomainError } from "@onestep/core";

/** A state taken apart into its numbers and what is left without them. */
export interface PackedState {
  /**
   * The state as plain JSON, in which a number says where numbers were: −1 for a single one, k for a `Float64Array` of
   * length k.
   */
  readonly skeleton: unknown;
  /** All numbers in the order of the skeleton: none passes through decimal digits. */
  readonly numbers: Float64Array;
}

const SINGLE = -1;

/**
 * Takes a state apart.
 *
 * @throws DomainError, with the path, for NaN, infinity, or a value that is neither plain data nor a `Float64Array`
 */
export function packState(state: unknown, path: string): PackedState {
  const numbers: number[] = [];
  const pack = (value: unknown, at: string, above: readonly unknown[] = []): unknown => {
    if (value instanceof Float64Array) {
      value.forEach((entry, i) => numbers.push(requireFinite(entry, `${at}[${i}]`)));
      return value.length;
    }
    if (typeof value === "number") {
      numbers.push(requireFinite(value, at));
      return SINGLE;
    }
    if (typeof value === "string" || typeof value === "boolean" || value === null) return value;
    // What contains itself has no end.
    if (above.includes(value)) throw unstorable(value, at);
    const within = [...above, value];
    if (Array.isArray(value)) return value.map((entry: unknown, i) => pack(entry, `${at}[${i}]`, within));
    if (!isPlainObject(value)) throw unstorable(value, at);
    return Object.fromEntries(
      Object.entries(value)
        .filter(([, entry]) => entry !== undefined)
        .map(([name, entry]) => [name, pack(entry, `${at}.${name}`, within)]),
    );
  };
  const skeleton = pack(state, path);
  return { skeleton, numbers: Float64Array.from(numbers) };
}

/** Puts a state together again; undefined where skeleton and numbers do not belong together. */
export function unpackState({ skeleton, numbers }: PackedState): unknown {
  let taken = 0;
  const unpack = (value: unknown): unknown => {
    if (value === SINGLE) return numbers[taken++];
    if (typeof value === "number") return numbers.slice(taken, (taken += value));
    if (Array.isArray(value)) return value.map(unpack);
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([name, entry]) => [name, unpack(entry)]));
  };
  const state = unpack(skeleton);
  return taken === numbers.length ? state : undefined;
}

function requireFinite(value: number, at: string): number {
  if (Number.isFinite(value)) return value;
  throw new DomainError({
    where: at,
    expected: "finite numbers",
    arrived: String(value),
    hint: "a run that diverged keeps its last finite state: store that",
  });
}

function isPlainObject(value: unknown): value is object {
  if (typeof value !== "object" || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

function unstorable(value: unknown, at: string): DomainError {
  return new DomainError({
    where: at,
    expected: "plain data: numbers, strings, booleans, null, Float64Array, and arrays and objects of them",
    arrived: value === undefined ? "undefined" : Object.prototype.toString.call(value),
    hint: "store what the run must remember, and build the rest anew when it resumes",
  });
}
