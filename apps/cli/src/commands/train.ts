import { runTraining, type TrainingConfig, type TrainingReport } from "@onestep/lab";
import type { CliContext } from "../context.ts";
import { UsageError } from "../errors.ts";
import { exitCodes } from "../exit-codes.ts";
import { openEngines } from "../options/backend.ts";
import { settle } from "../outcome.ts";
import { formatNumber } from "../render/number.ts";
import { plainTable } from "../render/plain-table.ts";
import { progressBar } from "../render/progress-bar.ts";
import { listenForInterruption } from "../threads/interruption.ts";
import { namesConfig, trainConfig, type ConfigFlags } from "../train/train-config.ts";
import { describeTraining, factsOf } from "../train/training-facts.ts";
import {
  finishedTraining,
  openTrainingDirectory,
  readTraining,
  type TrainingDirectory,
} from "../train/training-directory.ts";

/** The flags of `onestep train`. */
export interface TrainFlags extends ConfigFlags {
  readonly out?: string;
  readonly resume: boolean;
  readonly force: boolean;
  readonly checkpointEvery?: number;
  readonly dryRun: boolean;
  readonly json: boolean;
  readonly quiet: boolean;
}

/** A checkpoint is due after so much time, where no number of steps is asked for. */
const SECONDS_BETWEEN_CHECKPOINTS = 5;

/** How long training may keep the thread to itself: signals and the progress bar wait meanwhile. */
const LONGEST_TURN = 50;

/** `onestep train`: one model, from a config, with a folder for all that comes of it. */
export default async function train(this: CliContext, flags: TrainFlags): Promise<void> {
  await settle(this, flags, async () => {
    const { stdout, stderr } = this.terminal;
    const { out, resume, force, json } = flags;
    if (resume) requireFolder(out);
    const found = resume && out !== undefined ? readTraining(out)?.config : undefined;
    if (resume && found === undefined && !namesConfig(flags)) throw nothingToResume(out);
    const config = await trainConfig(flags, found);
    if (flags.dryRun) {
      stdout.write(json ? `${JSON.stringify(config)}\n` : renderPlan(config, flags));
      return 0;
    }
    const kept = out === undefined || force ? undefined : finishedTraining(out, config);
    if (kept !== undefined) {
      if (!json) stdout.write(`  ${out} has this run already, and nothing ran; --force runs it again\n`);
      return conclude(this, flags, kept);
    }
    const directory = out === undefined ? undefined : await openTrainingDirectory(out, config, { force, resume });
    for (const remark of directory?.remarks ?? []) stderr.write(`${remark}\n`);
    const report = await follow(this, flags, config, directory);
    directory?.finish(report);
    return conclude(this, flags, report);
  });
}

/** Trains, keeps what is due, and tells how far it is. */
async function follow(
  { terminal: { stderr } }: CliContext,
  { quiet, checkpointEvery }: TrainFlags,
  config: TrainingConfig,
  directory: TrainingDirectory | undefined,
): Promise<TrainingReport> {
  const { steps } = config.training;
  const bar = progressBar(stderr, ["training"], !quiet);
  const signal = { aborted: false };
  let done = directory?.snapshot?.pretraining.step ?? 0;
  let [turnBegan, lastKept] = [performance.now(), performance.now()];
  const interruption = listenForInterruption({
    command: "train",
    what: "the training",
    describe: () => `${done} of ${steps} steps done`,
    hint:
      directory === undefined
        ? "with --out FOLDER a checkpoint is kept, to go on from"
        : `go on from its checkpoint: onestep train --out ${directory.path} --resume`,
  });
  interruption.promise.catch(() => (signal.aborted = true));
  const isDue = (step: number): boolean =>
    checkpointEvery === undefined
      ? performance.now() - lastKept > 1000 * SECONDS_BETWEEN_CHECKPOINTS
      : step % checkpointEvery === 0;
  try {
    const engines = await openEngines(config.backend);
    const report = await runTraining(config, {
      signal,
      engines,
      snapshot: directory?.snapshot,
      ...(directory === undefined ? {} : { checkpoints: isDue }),
      async onState({ step, loss, point, snapshot }) {
        done = step;
        if (point !== undefined) directory?.record(point);
        if (snapshot !== undefined && directory !== undefined) {
          directory.keep(snapshot);
          lastKept = performance.now();
        }
        if (performance.now() - turnBegan < LONGEST_TURN) return;
        bar.update(0, step / steps, `step ${step} of ${steps}, loss ${formatNumber(loss, 4)}`);
        await new Promise(setImmediate);
        turnBegan = performance.now();
      },
    });
    return report.status === "interrupted" ? await interruption.promise : report;
  } finally {
    bar.clear();
    interruption.stop();
  }
}

/** Prints what came of it. A run that diverged is a refusal of the numbers: exit code 3. */
function conclude({ terminal: { stdout, stderr } }: CliContext, flags: TrainFlags, report: TrainingReport): number {
  const { config, status, steps, path } = report;
  const rows = factsOf(report).map(({ name, value, note }) => [name, value, note]);
  if (flags.json) stdout.write(`${JSON.stringify(report)}\n`);
  else if (!flags.quiet) {
    stdout.write(`  ${describeTraining(config)}${path === undefined ? "" : ` (${path})`}\n\n`);
    const lines = plainTable(["number", "value", "what it is"], rows, ["left", "right", "left"]).split("\n");
    stdout.write(`${lines.map((line) => `  ${line.trimEnd()}`).join("\n")}\n\n`);
  }
  if (status === "finished") {
    if (!flags.json) stdout.write(`  finished${flags.out === undefined ? "" : `: ${flags.out}`}\n`);
    return 0;
  }
  stderr.write(`onestep: training diverged after ${steps} steps. Try: a smaller --learning-rate\n`);
  return exitCodes.refused;
}

function requireFolder(out: string | undefined): void {
  if (out !== undefined) return;
  throw new UsageError({
    where: "--resume",
    expected: "--out FOLDER, where the run is that goes on",
    arrived: "no folder",
    hint: "onestep train --out run --resume",
  });
}

/** A run that ended before it wrote anything has not even left its config. */
function nothingToResume(out: string | undefined): UsageError {
  return new UsageError({
    where: "--resume",
    expected: "a folder with a run, or the config of one",
    arrived: `${out}, which has none`,
    hint: "give its law or --config once more: the run begins anew",
  });
}

function renderPlan(config: TrainingConfig, { out }: TrainFlags): string {
  const where = out === undefined ? "" : `, into ${out}`;
  return `${JSON.stringify(config, null, 2)}\nwould train ${describeTraining(config)}${where}\n`;
}
