/** How many equal blocks the averaged tail of a run is cut into. */
export const TAIL_BLOCKS = 8;

/** The running average of positions over a run's tail, block by block: plain data. */
export interface TailAverage {
  /** Positions per block; 0 when the run is too short for a tail. */
  readonly blockLength: number;
  readonly blocks: readonly { readonly mean: Float64Array; readonly count: number }[];
}

/** An empty tail of `TAIL_BLOCKS` equal blocks that covers about `part` of `steps`. */
export function startTail(steps: number, part: number): TailAverage {
  return { blockLength: Math.floor((steps * part) / TAIL_BLOCKS), blocks: [] };
}

/** The first step that belongs to the tail. */
export function tailStart(steps: number, tail: TailAverage): number {
  return steps - TAIL_BLOCKS * tail.blockLength;
}

/** The tail with one more position. */
export function extendTail(tail: TailAverage, position: Float64Array): TailAverage {
  const open = tail.blocks[tail.blocks.length - 1];
  if (open === undefined || open.count === tail.blockLength) {
    return { ...tail, blocks: [...tail.blocks, { mean: position, count: 1 }] };
  }
  const count = open.count + 1;
  const mean = open.mean.map((value, i) => value + (position[i] - value) / count);
  return { ...tail, blocks: [...tail.blocks.slice(0, -1), { mean, count }] };
}

/** The average over everything in the tail so far; undefined before it has begun. */
export function tailMean(tail: TailAverage): Float64Array | undefined {
  const [first] = tail.blocks;
  if (first === undefined) return undefined;
  const total = tail.blocks.reduce((sum, block) => sum + block.count, 0);
  const mean = new Float64Array(first.mean.length);
  for (const { mean: blockMean, count } of tail.blocks) {
    for (let i = 0; i < mean.length; i++) mean[i] += (count / total) * blockMean[i];
  }
  return mean;
}
