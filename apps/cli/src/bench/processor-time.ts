/**
 * Repeats a step for about that long, one step at least.
 *
 * @returns prompts per second of this process's own time: what others take from the machine does not count
 */
export async function promptsPerSecond(
  step: () => void | Promise<void>,
  batch: number,
  seconds: number,
): Promise<number> {
  const start = process.cpuUsage();
  for (let steps = 1; ; steps++) {
    const pending = step();
    if (pending !== undefined) await pending;
    const { user, system } = process.cpuUsage(start);
    const taken = (user + system) / 1e6;
    if (taken >= seconds) return (steps * batch) / taken;
  }
}
