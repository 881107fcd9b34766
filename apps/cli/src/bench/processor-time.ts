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
  let steps = 0;
  // Asking for the time can cost a fifth of a short step: so it is asked a few times only, after twice as many steps each.
  for (let burst = 1; ;) {
    for (let left = burst; left > 0; left--) {
      const pending = step();
      if (pending !== undefined) await pending;
    }
    steps += burst;
    const { user, system } = process.cpuUsage(start);
    const taken = (user + system) / 1e6;
    if (taken >= seconds) return (steps * batch) / taken;
    const wanted = Math.ceil((steps * (seconds - taken)) / Math.max(taken, 1e-6));
    burst = Math.min(steps, wanted);
  }
}
