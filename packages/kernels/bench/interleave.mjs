/**
 * The median time of each contestant, from rounds in which all of them run in turn: whatever else the machine does falls
 * on all alike, and only ratios within one run are meant to be read.
 *
 * @param {Record<string, () => void>} contestants
 * @param {{ rounds?: number, milliseconds?: number }} [options] rounds, and how long a contestant runs in each
 * @returns {Record<string, number>} processor time a call, in nanoseconds
 */
export function interleave(contestants, { rounds = 31, milliseconds = 10 } = {}) {
  const times = Object.entries(contestants).map(([name, run]) => ({ name, run, calls: 1, samples: [] }));
  // The first pass lets the engine compile, and finds how many calls fill a round.
  for (const one of times) {
    while (nanosecondsOf(one.run, one.calls) < milliseconds * 1e6) one.calls *= 2;
  }
  for (let round = 0; round < rounds; round++) {
    for (const { run, calls, samples } of times) samples.push(nanosecondsOf(run, calls) / calls);
  }
  return Object.fromEntries(times.map(({ name, samples }) => [name, median(samples)]));
}

/** Of this process's own time: what others take from the machine does not count. */
function nanosecondsOf(run, calls) {
  const start = process.cpuUsage();
  for (let call = 0; call < calls; call++) run();
  const { user, system } = process.cpuUsage(start);
  return 1000 * (user + system);
}

function median(samples) {
  return samples.sort((a, b) => a - b)[samples.length >> 1];
}
