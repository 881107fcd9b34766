import { DomainError, log } from "@onestep/core";

/**
 * Steps evenly spaced on a logarithmic scale, for a plan's checkpoints: every step at first, then ever fewer. A step
 * counts where it is the first at or beyond one of the powers 10^{k/perDecade}.
 *
 * @param perDecade how many from a step to ten times as many, default 8
 * @throws DomainError unless that is a whole number, at least 1
 *
 * @example
 * [1, 2, 3, 4, 5, 9, 10, 11, 31, 32, 100].filter(logSpaced({ perDecade: 2 })); // => [1, 4, 10, 32, 100]
 */
export function logSpaced({ perDecade = 8 }: { readonly perDecade?: number } = {}): (step: number) => boolean {
  if (!(Number.isSafeInteger(perDecade) && perDecade >= 1)) {
    throw new DomainError({
      where: "logSpaced.perDecade",
      expected: "a whole number of at least 1",
      arrived: String(perDecade),
      hint: "8 a decade show a curve well",
    });
  }
  // Rounding must not leave a power of ten below its own grid point.
  const gridPoint = (step: number): number => Math.floor((perDecade * log(step)) / log(10) + 2 ** -40);
  return (step) => gridPoint(step) > gridPoint(step - 1);
}
