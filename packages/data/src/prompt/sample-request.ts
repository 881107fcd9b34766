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
 * @throws DomainError unless `count` ≥ 1 and `from` ≥ 0 are integers
 */
export function readRequest(
  where: string,
  { key, count, from = 0 }: SampleRequest,
): Required<SampleRequest> & {
  readonly from: number;
} {
  requireInteger(`${where}.count`, count, 1);
  requireInteger(`${where}.from`, from, 0);
  return { key, count, from };
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
