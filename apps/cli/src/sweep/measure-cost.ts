import type { TrainingConfig, TrainingReport } from "@onestep/lab";
import { digestOf } from "../run-directory/digest.ts";
import type { ThreadPool } from "../threads/thread-pool.ts";
import type { PointCost } from "./budget.ts";

type Pool = ThreadPool<TrainingConfig, number, TrainingReport>;

/** So many different points are measured; the others are taken to cost what the measured one before them does. */
const MOST_MEASURED = 4;

/** Two lengths by two minibatches tell apart what grows with either, and what with both. */
const PROBE = { steps: [100, 600], batches: [64, 256] };

/** The same where a training is slow, and for the first, which loads the laboratory into every thread. */
const SMALL_PROBE = { steps: [25, 100], batches: [16, 64] };
const SLOW_SECONDS = 0.1;

/** Measures what the points cost on this machine, with every thread at work as in the sweep itself. */
export async function measureCosts(
  configs: readonly TrainingConfig[],
  pool: Pool,
  workers: number,
): Promise<readonly PointCost[]> {
  const kinds = configs.map(({ seed: _seed, ...kind }) => digestOf(kind));
  const distinct = [...new Set(kinds)];
  const stride = Math.ceil(distinct.length / MOST_MEASURED);
  const measured: PointCost[] = [];
  for (let at = 0; at < distinct.length; at += stride) {
    const config = configs[kinds.indexOf(distinct[at])];
    if (at === 0) await measureCost(config, SMALL_PROBE, pool, workers);
    const isSlow = (await secondsOf(config, SMALL_PROBE, [0, 0], pool, workers)) > SLOW_SECONDS;
    measured.push(await measureCost(config, isSlow ? SMALL_PROBE : PROBE, pool, workers));
  }
  return kinds.map((kind) => measured[Math.floor(distinct.indexOf(kind) / stride)]);
}

async function measureCost(
  config: TrainingConfig,
  probe: typeof PROBE,
  pool: Pool,
  workers: number,
): Promise<PointCost> {
  const time = (length: number, width: number): Promise<number> =>
    secondsOf(config, probe, [length, width], pool, workers);
  const [short, long, wide, both] = [await time(0, 0), await time(1, 0), await time(0, 1), await time(1, 1)];
  const {
    steps: [fewer, more],
    batches: [less, larger],
  } = probe;
  const prompt = Math.max(0, both - wide - long + short) / ((more - fewer) * (larger - less));
  const step = Math.max(0, (long - short) / (more - fewer) - less * prompt);
  const width = Math.max(0, (wide - short) / (larger - less) - fewer * prompt);
  return { fixed: Math.max(0, short - fewer * (step + less * prompt) - less * width), step, width, prompt };
}

/** Of one training, while every thread has one. */
async function secondsOf(
  config: TrainingConfig,
  { steps, batches }: typeof PROBE,
  [length, width]: readonly [number, number],
  pool: Pool,
  workers: number,
): Promise<number> {
  const began = performance.now();
  const probe = { ...config, training: { ...config.training, steps: steps[length], batch: batches[width] } };
  await Promise.all(Array.from({ length: workers }, () => pool.run(probe, () => undefined)));
  return (performance.now() - began) / 1000;
}
