import type { TrainingReport } from "@onestep/lab";
import type { RelayedError } from "../errors.ts";
import type { SweepDirectory } from "./sweep-directory.ts";
import { atPoint, rowOf, type SweepPoint, type SweepRow } from "./sweep-point.ts";

/** Where points are trained: threads of this machine, or workers behind a queue. */
export interface PointRunner {
  /** @throws what the training threw */
  run(point: SweepPoint, onProgress: (part: number) => void): Promise<TrainingReport>;
  /** Rejects when nothing can be run any more. */
  readonly lost: Promise<never>;
  /** What somebody who waits should know: "" when there is nothing. */
  remark(): string;
  close(): Promise<void>;
}

/** What is told while points are trained. */
export interface PointListener {
  /** @param part how far the point is, from 0 to 1 */
  onProgress(index: number, part: number): void;
  /** In the order of the grid. */
  onRow(row: SweepRow): void;
}

/** What came of a sweep: one point that fails does not end the others. */
export interface SweepOutcome {
  readonly rows: readonly SweepRow[];
  readonly failures: readonly RelayedError[];
}

type Attempt = { readonly report: TrainingReport } | { readonly error: unknown };

/**
 * Trains the points that the directory has not; the same config is trained once. A report is on disk before anything else
 * happens to it.
 *
 * @throws what `until` and the runner's `lost` reject with, UsageError where the folder takes no more
 */
export async function runPoints(
  points: readonly SweepPoint[],
  directory: SweepDirectory | undefined,
  runner: PointRunner,
  listener: PointListener,
  until: Promise<never>,
): Promise<SweepOutcome> {
  const runs = new Map<string, Promise<Attempt>>();
  const outcomes: (SweepRow | RelayedError | undefined)[] = points.map(() => undefined);
  let told = 0;
  const tell = (): void => {
    for (let outcome = outcomes[told]; outcome !== undefined; outcome = outcomes[++told]) {
      if ("configHash" in outcome) listener.onRow(outcome);
    }
  };
  const train = async (point: SweepPoint, index: number): Promise<Attempt> => {
    const kept = directory?.finished(point.configHash);
    if (kept !== undefined) return { report: kept };
    const attempt = await runner
      .run(point, (part) => listener.onProgress(index, part))
      .then(
        (report): Attempt => ({ report }),
        (error: unknown): Attempt => ({ error }),
      );
    if ("report" in attempt) directory?.keep(point.configHash, attempt.report);
    return attempt;
  };
  const finish = async (point: SweepPoint, index: number): Promise<void> => {
    const run = runs.get(point.configHash) ?? train(point, index);
    runs.set(point.configHash, run);
    const attempt = await run;
    outcomes[index] = "report" in attempt ? rowOf(point, attempt.report) : atPoint(point.label, attempt.error);
    listener.onProgress(index, 1);
    tell();
  };
  await Promise.race([Promise.all(points.map(finish)), runner.lost, until]);
  return {
    rows: outcomes.filter((outcome): outcome is SweepRow => outcome !== undefined && "configHash" in outcome),
    failures: outcomes.filter(
      (outcome): outcome is RelayedError => outcome !== undefined && !("configHash" in outcome),
    ),
  };
}
