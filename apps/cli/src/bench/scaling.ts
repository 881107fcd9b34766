import { runBench } from "./run-bench.ts";
import type { BenchSize } from "./size.ts";
import type { Variant } from "./variant.ts";

/** How the cost of a prompt grows along one number of the size. */
export interface Scaling {
  readonly axis: keyof BenchSize;
  readonly variant: string;
  readonly points: readonly { readonly at: number; readonly nanosecondsPerPrompt: number }[];
  /** Of the power law that fits best on log axes: 0 where the cost does not depend on it. */
  readonly exponent: number;
}

const START: BenchSize = { layers: 1, dimension: 20, context: 40, batch: 1024 };

/** One number varies, the others stay; contexts from a size where nothing is special up to what no rows could be drawn of. */
const AXES: Readonly<
  Record<keyof BenchSize, { readonly values: readonly number[]; readonly others?: Partial<BenchSize> }>
> = {
  context: { values: [40, 400, 4000, 40_000, 400_000, 4_000_000] },
  dimension: { values: [5, 10, 20, 40, 80], others: { batch: 256 } },
  layers: { values: [1, 2, 3, 4, 5, 6], others: { dimension: 10, batch: 256 } },
  batch: { values: [96, 256, 1024, 4096] },
};

/** The sizes of all axes, each of them once. */
export async function measureScaling(
  variants: readonly Variant[],
  onProgress?: (what: string, part: number) => void,
): Promise<Scaling[]> {
  const found: Scaling[] = [];
  for (const [name, { values, others }] of Object.entries(AXES)) {
    const axis = name as keyof BenchSize;
    const sizes = values.map((value) => ({ ...START, ...others, [axis]: value }));
    const { rows } = await runBench(variants, {
      sizes,
      rounds: 5,
      seconds: 0.04,
      longestStep: 1,
      ...(onProgress && { onProgress }),
    });
    for (const { name: variant } of variants) {
      const points = rows
        .filter((row) => row.variant === variant)
        .map((row) => ({ at: row[axis], nanosecondsPerPrompt: 1e9 / row.promptsPerSecond }));
      if (points.length > 1) found.push({ axis, variant, points, exponent: exponentOf(points) });
    }
  }
  return found;
}

/** The slope of the least-squares line through the logarithms. */
export function exponentOf(points: Scaling["points"]): number {
  const logs = points.map(({ at, nanosecondsPerPrompt }) => [Math.log(at), Math.log(nanosecondsPerPrompt)]);
  const mean = (column: number): number => logs.reduce((sum, log) => sum + log[column], 0) / logs.length;
  const [across, up] = [mean(0), mean(1)];
  const products = logs.reduce((sum, [x, y]) => sum + (x - across) * (y - up), 0);
  return products / logs.reduce((sum, [x]) => sum + (x - across) ** 2, 0);
}
