/**
 * @typedef {{ file: string, line: number, code: string, change: string, killed: boolean }} Outcome
 * @typedef {Record<string, { code: string, change: string | string[], why: string }[]>} Explained by file; a change, several,
 *   or "*" for whatever is changed in that line of code
 */

/**
 * The share of mutants that tests kill, with its 95 % interval (Wilson's). A mutant that computes the same as the source
 * is no mistake: it counts neither way where the list says why.
 *
 * @param {Outcome[]} outcomes
 * @param {Explained} explained
 */
export function tally(outcomes, explained) {
  const isExplained = ({ file, code, change }) =>
    (explained[file] ?? []).some(
      (one) => one.code === code && [change, "*"].some((own) => [one.change].flat().includes(own)),
    );
  const counted = outcomes.filter((one) => one.killed || !isExplained(one));
  const killed = counted.filter((one) => one.killed).length;
  const [low, high] = wilson(killed, counted.length);
  return {
    killed,
    counted: counted.length,
    equivalent: outcomes.length - counted.length,
    low,
    high,
    survivors: counted.filter((one) => !one.killed),
  };
}

function wilson(successes, trials) {
  if (trials === 0) return [0, 1];
  const z = 1.96;
  const p = successes / trials;
  const middle = p + z ** 2 / (2 * trials);
  const half = z * Math.sqrt((p * (1 - p)) / trials + z ** 2 / (4 * trials ** 2));
  return [middle - half, middle + half].map((one) => one / (1 + z ** 2 / trials));
}
