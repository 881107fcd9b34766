import { UsageError } from "../errors.ts";

/** A problem that every variant solves: L layers on isotropic noisy linear prompts. */
export interface BenchSize {
  readonly layers: number;
  readonly dimension: number;
  readonly context: number;
  readonly batch: number;
}

/** Of every size the noise is this: ridge regression with a proper penalty, neither trivial nor hopeless. */
export const NOISE_DEVIATION = 0.5;

const SHAPES = [
  { dimension: 5, context: 20, batch: 1000 },
  { dimension: 10, context: 20, batch: 2048 },
  { dimension: 20, context: 40, batch: 2048 },
  { dimension: 20, context: 400, batch: 512 },
  { dimension: 64, context: 512, batch: 64 },
] as const;

/** One layer and three, at five shapes. */
export const sizes: readonly BenchSize[] = [1, 3].flatMap((layers) => SHAPES.map((shape) => ({ layers, ...shape })));

/** What a user may say of a size. */
export type AskedSize = { readonly [Name in keyof BenchSize]?: number | undefined };

/**
 * The one size that was asked for, its other numbers those of the first; all sizes if none was.
 *
 * @throws UsageError for a number that is no count
 */
export function sizesOf(asked: AskedSize): readonly BenchSize[] {
  const given = Object.entries(asked).filter(([, value]) => value !== undefined);
  for (const [name, value] of given) {
    if (Number.isSafeInteger(value) && (value ?? 0) >= 1) continue;
    throw new UsageError({
      where: `bench --${name}`,
      expected: "a whole number from 1 on",
      arrived: String(value),
      hint: "--layers 1 --dimension 5 --context 20 --batch 1000",
    });
  }
  return given.length === 0 ? sizes : [{ ...sizes[0], ...(Object.fromEntries(given) as Partial<BenchSize>) }];
}

/** Whether two sizes are one. */
export function isSameSize(one: BenchSize, other: BenchSize): boolean {
  const { layers, dimension, context, batch } = one;
  return layers === other.layers && dimension === other.dimension && context === other.context && batch === other.batch;
}

/** `L=1 d=5 n=20 B=1000` */
export function nameOfSize({ layers, dimension, context, batch }: BenchSize): string {
  return `L=${layers} d=${dimension} n=${context} B=${batch}`;
}
