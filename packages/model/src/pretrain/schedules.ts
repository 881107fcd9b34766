import { cos, DomainError, integerPower } from "@onestep/core";

/** The learning rate's factor when a fraction of the run is done, from 0 to 1; those made here refuse any other number. */
export type Schedule = (done: number) => number;

/**
 * 1 throughout.
 *
 * @example
 * constantRate()(0.7); // => 1
 */
export function constantRate(): Schedule {
  return onRun("constantRate", () => 1);
}

/**
 * Up from 0 to 1 at the peak, and down to 0 at the end.
 *
 * @param peak where the factor is 1, default ½
 * @throws DomainError unless 0 ≤ peak ≤ 1
 *
 * @example
 * [0.1, 0.2, 0.6].map(triangleRate({ peak: 0.2 })); // => [0.5, 1, 0.5]
 */
export function triangleRate({ peak = 0.5 }: { readonly peak?: number } = {}): Schedule {
  requireFraction("triangleRate", "peak", peak);
  return onRun("triangleRate", (done) => (done < peak ? done / peak : (1 - done) / (1 - peak || 1)));
}

/**
 * Half a cosine wave from 1 down to the final factor.
 *
 * @param final the factor at the end, default 0
 * @throws DomainError unless 0 ≤ final ≤ 1
 *
 * Source: Loshchilov & Hutter, arXiv 1608.03983, equation 5, without restarts.
 *
 * @example
 * cosineRate()(0.5); // ≈ 0.5
 */
export function cosineRate({ final = 0 }: { readonly final?: number } = {}): Schedule {
  requireFraction("cosineRate", "final", final);
  return onRun("cosineRate", (done) => final + ((1 - final) * (1 + cos(Math.PI * done))) / 2);
}

/**
 * Multiplied by a factor each time that another share of the run is done.
 *
 * @param every the share, 0 < every ≤ 1
 * @param factor default ½
 * @throws DomainError for a share or a factor outside its range
 *
 * @example
 * [0, 0.25, 0.6].map(stepDecay({ every: 0.25 })); // => [1, 0.5, 0.25]
 */
export function stepDecay({ every, factor = 0.5 }: { readonly every: number; readonly factor?: number }): Schedule {
  requireFraction("stepDecay", "every", every, 0);
  requireFraction("stepDecay", "factor", factor);
  return onRun("stepDecay", (done) => integerPower(factor, Math.floor(done / every)));
}

/**
 * 1 at first, then cooling as 1/t to the final factor.
 *
 * @param from the part of the run that is done when cooling begins, default 0
 * @param final the factor at the end, 0 < final ≤ 1
 * @throws DomainError for numbers outside their range
 *
 * @example
 * [0.2, 0.6, 1].map(inverseTime({ from: 0.2, final: 0.25 })); // => [1, 0.4, 0.25]
 */
export function inverseTime({ from = 0, final }: { readonly from?: number; readonly final: number }): Schedule {
  requireFraction("inverseTime", "from", from);
  requireFraction("inverseTime", "final", final, 0);
  return onRun("inverseTime", (done) => {
    const cooled = done <= from ? 0 : (done - from) / (1 - from);
    return 1 / (1 + (1 / final - 1) * cooled);
  });
}

/**
 * Rises from 0 to 1 over a part of the run, then follows another schedule over the rest as if that were the run.
 *
 * @param part the part of the run, 0 < part ≤ 1
 * @param next default `constantRate()`
 * @throws DomainError for a part outside its range
 *
 * @example
 * [0.125, 0.25, 0.625].map(warmUp({ part: 0.25, next: cosineRate() })); // ≈ [0.5, 1, 0.5]
 */
export function warmUp({ part, next = constantRate() }: { readonly part: number; readonly next?: Schedule }): Schedule {
  requireFraction("warmUp", "part", part, 0);
  return onRun("warmUp", (done) => (done < part ? done / part : next((done - part) / (1 - part || 1))));
}

function onRun(where: string, rate: Schedule): Schedule {
  return (done) => {
    requireFraction(where, "done", done);
    return rate(done);
  };
}

/** @param above unless given 0 itself is allowed */
function requireFraction(where: string, name: string, value: number, above = -1): void {
  if (value >= 0 && value > above && value <= 1) return;
  throw new DomainError({
    where: `${where}.${name}`,
    expected: above === 0 ? "a fraction above 0, up to 1" : "a fraction from 0 to 1",
    arrived: String(value),
    hint: "schedules count in parts of the run, whatever its length",
  });
}
