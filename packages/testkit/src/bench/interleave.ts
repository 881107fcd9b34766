/** How long contestants run. */
export interface Rounds {
  /** Omitted means 31. */
  readonly rounds?: number;
  /** How long a contestant runs in each round; omitted means 10. */
  readonly milliseconds?: number;
}

/**
 * The median time of each contestant, from rounds in which all of them run in turn: whatever else the machine does falls
 * on all alike, and only ratios within one run are meant to be read.
 *
 * @returns processor time a call, in nanoseconds
 */
export function interleave<Name extends string>(
  contestants: Readonly<Record<Name, () => void>>,
  { rounds = 31, milliseconds = 10 }: Rounds = {},
): Record<Name, number> {
  const times = (Object.keys(contestants) as Name[]).map((name) => ({
    name,
    run: contestants[name],
    calls: 1,
    samples: [] as number[],
  }));
  // The first pass lets the engine compile, and finds how many calls fill a round.
  for (const one of times) {
    while (nanosecondsOf(one.run, one.calls) < milliseconds * 1e6) one.calls *= 2;
  }
  for (let round = 0; round < rounds; round++) {
    for (const { run, calls, samples } of times) samples.push(nanosecondsOf(run, calls) / calls);
  }
  return Object.fromEntries(times.map(({ name, samples }) => [name, median(samples)])) as Record<Name, number>;
}

/** Of this process's own time: what others take from the machine does not count. */
function nanosecondsOf(run: () => void, calls: number): number {
  const start = process.cpuUsage();
  for (let call = 0; call < calls; call++) run();
  const { user, system } = process.cpuUsage(start);
  return 1000 * (user + system);
}

function median(samples: number[]): number {
  return samples.sort((a, b) => a - b)[samples.length >> 1];
}
