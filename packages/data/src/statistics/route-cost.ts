/** What the cost of a context depends on. */
export interface ContextSize {
  /** n; of a random length, the largest */
  readonly length: number;
  /** d */
  readonly dimension: number;
  /** m, the directions through which the target sees a row */
  readonly indices: number;
  /** Whether S is wanted. */
  readonly gram: boolean;
}

/** Costs in multiplications, measured: of a normal, and of the stream and the arrays that a shortcut begins with. */
const NORMAL = 6;
const BEGINNING = 3000;

/** The cost of drawing n rows, their responses and their sums. */
export function costOfRows({ length: n, dimension: d, indices: m, gram }: ContextSize): number {
  return n * (NORMAL * d + m * d + d + (gram ? (d * (d + 1)) / 2 : 0));
}

/** The cost of `projectedContexts` where S is wanted, and of `projectedSteps` otherwise. */
export function costOfProjections({ length: n, dimension: d, indices: m, gram }: ContextSize): number {
  const project = NORMAL * m + (m * m) / 2;
  if (!gram) return BEGINNING + n * (project + m + 2) + NORMAL * (d - m) + 4 * m * d;
  const inside = Math.min(n, m + 1);
  const outside = Math.min(n - inside, d - m);
  const columns = inside + outside;
  const rotate = 2 * (m + 1) * (m + 1);
  const normals = NORMAL * (d - m) * (inside + outside / 2);
  const turnBack = 4 * m * d * columns;
  return BEGINNING + n * (project + rotate) + normals + turnBack + (d * d * columns) / 2;
}
