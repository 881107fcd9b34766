import { DomainError, type RandomKey } from "@onestep/core";

/** Which prompts to draw. */
export interface SampleRequest {
  readonly key: RandomKey;
  readonly count: number;
  /** The index of the first one; omitted means 0. */
  readonly from?: number | undefined;
}

/**
 * Checks a request and fills in where it begins.
 *
 * @throws DomainError unless there is a key, `count` ≥ 1 and `from` ≥ 0 are integers, and every index is below 2⁵³
 */
export function readRequest(
  where: string,
  { key, count, from = 0 }: SampleRequest,
): Required<SampleRequest> & {
  readonly from: number;
} {
  requireKey(where, key);
  requireInteger(`${where}.count`, count, 1);
  requireInteger(`${where}.from`, from, 0);
  requireIndices(`${where}.from`, from, count);
  return { key, count, from };
}

/** @throws DomainError for what is no key: callers without types may forget it */
export function requireKey(where: string, key: RandomKey | undefined): void {
  if (key?.words !== undefined) return;
  throw new DomainError({
    where: `${where}.key`,
    expected: "a random key",
    arrived: key === undefined ? "nothing" : typeof key,
    hint: "pass randomKey(0), or a child of it: the same key gives the same prompts",
  });
}

/** Prompt i has an address of its own only while i + 1 is another number. */
function requireIndices(where: string, from: number, count: number): void {
  const last = Number.MAX_SAFE_INTEGER - count;
  if (from <= last) return;
  throw new DomainError({
    where,
    expected: `at most ${last}, so that ${count} prompts can be numbered`,
    arrived: String(from),
    hint: "begin at a smaller index, or draw at another key",
  });
}

/** @throws DomainError unless a value is an integer, `least` or more */
export function requireInteger(where: string, value: number, least: number): void {
  if (Number.isSafeInteger(value) && value >= least) return;
  throw new DomainError({
    where,
    expected: `an integer ≥ ${least}`,
    arrived: String(value),
    hint: "prompts are counted, and numbered from 0",
  });
}
