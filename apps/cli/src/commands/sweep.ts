import type { CliContext } from "../context.ts";
import { RelayedError } from "../errors.ts";
import { settle } from "../outcome.ts";
import { formatNumber } from "../render/number.ts";
import { progressBar } from "../render/progress-bar.ts";
import { remainingTime } from "../render/remaining-time.ts";
import { renderPlan, renderSweep } from "../render/sweep-table.ts";
import { openQueueRunner } from "../queue/queue-runner.ts";
import { gridPoints } from "../sweep/grid.ts";
import { withinBudget } from "../sweep/within-budget.ts";
import { readSweep } from "../sweep/read-sweep.ts";
import { runPoints, type PointRunner, type SweepOutcome } from "../sweep/run-points.ts";
import { openSweepDirectory, type SweepDirectory } from "../sweep/sweep-directory.ts";
import { checkPoints, lineOf, type SweepPoint } from "../sweep/sweep-point.ts";
import { openThreadRunner } from "../sweep/thread-runner.ts";
import { listenForInterruption } from "../threads/interruption.ts";

/** The flags of `onestep sweep`. */
export interface SweepFlags {
  readonly config: string;
  readonly set?: readonly string[];
  readonly out?: string;
  readonly workers: number;
  readonly queue?: string;
  readonly budget?: number;
  readonly dryRun: boolean;
  readonly force: boolean;
  readonly jsonl: boolean;
  readonly quiet: boolean;
}

/** A remark of the runner's is repeated this often; the progress line is patient. */
const REMARK_MS = 1000;

/** `onestep sweep`: one training for each point of a grid. */
export default async function sweep(this: CliContext, flags: SweepFlags): Promise<void> {
  await settle(this, { json: flags.jsonl }, async () => {
    const { stdout, stderr } = this.terminal;
    const { config, set, out, workers, queue, dryRun, force, jsonl, quiet } = flags;
    const began = performance.now();
    const file = await readSweep(config, set ?? []);
    const { points, record, promise } = await withinBudget(file, checkPoints(gridPoints(file)), flags);
    if (promise !== "" && !quiet) stderr.write(`${promise}\n`);
    if (dryRun) {
      stdout.write(renderPlan(points));
      return 0;
    }
    const directory = out === undefined ? undefined : openSweepDirectory(out, record, points, { force });
    const missing = points.filter(({ configHash }) => directory?.finished(configHash) === undefined).length;
    const runner =
      queue === undefined ? openThreadRunner(Math.min(workers, missing)) : await openQueueRunner(queue, { force });
    const outcome = await follow(this, flags, points, directory, runner);
    const remark = await directory?.finish(outcome.rows);
    if (remark !== undefined && !quiet) stderr.write(`${remark}\n`);
    const seconds = (performance.now() - began) / 1000;
    if (!jsonl && !quiet) stdout.write(`\n${renderSweep(outcome.rows)}`);
    if (!jsonl) stdout.write(`${outcome.rows.length} of ${points.length} points, ${formatNumber(seconds, 2)} s\n`);
    requireAll(outcome, points.length);
    return 0;
  });
}

/** Runs the points, and tells how far they are. */
async function follow(
  { terminal: { stdout, stderr } }: CliContext,
  { jsonl, quiet, out, queue }: SweepFlags,
  points: readonly SweepPoint[],
  directory: SweepDirectory | undefined,
  runner: PointRunner,
): Promise<SweepOutcome> {
  const names = points.map((_, index) => `point ${index + 1} of ${points.length}`); // whole labels leave no room
  const bar = progressBar(stderr, names, !quiet);
  const parts: number[] = points.map(({ configHash }) => (directory?.finished(configHash) === undefined ? 0 : 1));
  let done = parts.reduce((sum, part) => sum + part, 0);
  const kept = done;
  const began = performance.now();
  const interruption = listenForInterruption({
    command: "sweep",
    what: "the points",
    describe: () => `${parts.filter((part) => part === 1).length} of ${points.length} points done`,
    hint:
      out === undefined
        ? "with --out FOLDER what is finished is kept, and not run again"
        : `run it again: what is in ${out} is not run again${queue === undefined ? "" : ", and jobs go on in the queue"}`,
  });
  const told = setInterval(() => {
    const remark = runner.remark(); // nothing may happen for long, and this is why
    if (remark !== "") bar.update(0, parts[0], remark);
  }, REMARK_MS);
  try {
    return await runPoints(
      points,
      directory,
      runner,
      {
        onProgress(index, part) {
          done += part - parts[index];
          parts[index] = part;
          const pace = remainingTime((performance.now() - began) / 1000, (done - kept) / (points.length - kept));
          bar.update(index, part, [runner.remark(), pace].filter((text) => text !== "").join(", "));
        },
        onRow(row) {
          bar.clear();
          if (jsonl) stdout.write(lineOf(row));
        },
      },
      interruption.promise,
    );
  } finally {
    clearInterval(told);
    interruption.stop();
    await runner.close();
    bar.clear();
  }
}

/** The first failure speaks for all: the others are likely its kin. */
function requireAll({ failures }: SweepOutcome, count: number): void {
  const [first] = failures;
  if (first === undefined) return;
  const message = `${first.report.message} (${failures.length} of ${count} points failed; the others are kept)`;
  throw new RelayedError({ ...first.report, message }, first.exitCode);
}
