import { randomKey } from "@onestep/core";
import { describePromptLaw, nearestName } from "@onestep/data";
import {
  experiments,
  trialOfLaw,
  verdictOfAll,
  type ExperimentSettings,
  type Trial,
  type TrialReport,
  type Verdict,
} from "@onestep/lab";
import type { CliContext } from "../context.ts";
import { exitCodeOfVerdict } from "../exit-code.ts";
import type { BackendName } from "../options/backend-names.ts";
import { namesParts, type LawSource } from "../options/law-flags.ts";
import { readLaw } from "../options/read-law.ts";
import { settle } from "../outcome.ts";
import { formatNumber } from "../render/number.ts";
import { progressBar } from "../render/progress-bar.ts";
import { styleFor } from "../render/style.ts";
import { renderSummary, renderTrial } from "../render/verdict-table.ts";
import { runTrials } from "../trials/run-trials.ts";
import type { TrialRequest } from "../trials/trial-request.ts";
import { UsageError } from "../errors.ts";

/** The flags of `onestep verify`. */
export interface VerifyFlags extends LawSource {
  readonly noiseVariance?: number;
  readonly seed: number;
  readonly steps?: number;
  readonly backend: BackendName;
  readonly dryRun: boolean;
  readonly json: boolean;
  readonly quiet: boolean;
}

/** `onestep verify`: train, compare with the closed form, judge. */
export default async function verify(this: CliContext, flags: VerifyFlags, ...ids: readonly string[]): Promise<void> {
  await settle(this, flags, async () => {
    const { stdout, stderr } = this.terminal;
    const began = performance.now();
    const style = styleFor(stdout, process.env);
    const trials = trialsOf(flags, ids);
    randomKey(flags.seed); // refuses what is no seed before anything runs
    if (flags.dryRun) {
      stdout.write(flags.json ? `${JSON.stringify(planOf(trials, flags))}\n` : renderPlan(trials, flags));
      return 0;
    }
    const bar = progressBar(
      stderr,
      trials.map(({ id }) => id),
      !flags.quiet,
    );
    const reports = await runTrials(requestsOf(trials, flags), {
      onProgress: (index, { step, steps, loss }) =>
        bar.update(index, step / steps, `step ${step}, loss ${formatNumber(loss, 4)}`),
      onReport(report) {
        bar.clear();
        if (!flags.json && !flags.quiet) stdout.write(`\n${renderTrial(report, style)}`);
      },
    });
    const verdict = verdictOfAll(reports.map((report) => report.verdict));
    const seconds = (performance.now() - began) / 1000;
    if (flags.json) stdout.write(`${JSON.stringify(documentOf(reports, verdict, flags, seconds))}\n`);
    else stdout.write(`\n${renderSummary(reports, verdict, seconds, style)}`);
    return exitCodeOfVerdict(verdict);
  });
}

function trialsOf(flags: VerifyFlags, ids: readonly string[]): readonly Trial[] {
  const { dimension, context: contextLength, noiseVariance } = flags;
  if (isOwnLaw(flags)) {
    refuseBesideOwnLaw([ids[0], noiseVariance === undefined ? undefined : "--noise-variance"]);
    return [trialOfLaw(readLaw("verify", flags))];
  }
  const all = experiments.flatMap((experiment) => experiment.trials({ dimension, contextLength, noiseVariance }));
  if (ids.length === 0) return all;
  const known = [...new Set([...experiments.map(({ id }) => id), ...all.map(({ id }) => id)])];
  for (const id of ids) if (!known.includes(id)) throw unknownTrial(id, known);
  return all.filter(({ id }) => ids.some((wanted) => id === wanted || id.startsWith(`${wanted}/`)));
}

function requestsOf(trials: readonly Trial[], flags: VerifyFlags): TrialRequest[] {
  const { dimension, context: contextLength, noiseVariance, seed, steps, backend } = flags;
  const settings: ExperimentSettings = { dimension, contextLength, noiseVariance };
  return trials.map((trial) => ({
    trial: isOwnLaw(flags) ? { law: describePromptLaw(trial.law) } : { id: trial.id, settings },
    seed,
    steps,
    backend,
  }));
}

/** What `verify --dry-run --json` prints. */
function planOf(trials: readonly Trial[], { seed, backend, steps }: VerifyFlags): object {
  const planned = trials.map(({ id, title, law }) => ({ id, title, law: describePromptLaw(law) }));
  return { trials: planned, seed, backend, steps: steps ?? "planned" };
}

function renderPlan(trials: readonly Trial[], { seed, backend, steps }: VerifyFlags): string {
  const lines = trials.map(({ id, title }) => `  ${id.padEnd(14)} ${title}\n`);
  const length = steps === undefined ? "as many steps as its law needs" : `${steps} steps`;
  return `${lines.join("")}would train ${trials.length} layers: seed ${seed}, ${backend}, ${length}\n`;
}

/** The output contract of `verify --json`; with one trial, `law` is its law file. */
function documentOf(reports: readonly TrialReport[], verdict: Verdict, flags: VerifyFlags, seconds: number): object {
  return {
    claims: reports.flatMap(({ id, claims }) => claims.map((claim) => ({ experiment: id, ...claim }))),
    trainingLoss: reports.flatMap(({ id, trainingLoss }) =>
      trainingLoss.map((point) => ({ experiment: id, ...point })),
    ),
    verdict,
    seed: flags.seed,
    law: reports.length === 1 ? reports[0]?.law : null,
    backend: flags.backend,
    seconds,
    experiments: reports.map(
      ({ claims: _claims, trainingLoss: _loss, seed: _seed, backend: _backend, ...rest }) => rest,
    ),
  };
}

/** Sizes alone are those of the experiments. */
function isOwnLaw(flags: VerifyFlags): boolean {
  return flags.law !== undefined || namesParts(flags);
}

function refuseBesideOwnLaw(others: readonly (string | undefined)[]): void {
  const other = others.find((one) => one !== undefined);
  if (other === undefined) return;
  throw new UsageError({
    where: "verify",
    expected: "--law alone, or the parts of a law: either says it all",
    arrived: `${other} beside it`,
    hint: "leave one of them out; the noise of a law is --noise gaussian:variance=0.25",
  });
}

function unknownTrial(id: string, known: readonly string[]): UsageError {
  const nearest = nearestName(id, known);
  return new UsageError({
    where: "verify",
    expected: `an experiment (${known.join(", ")})`,
    arrived: id,
    hint: nearest === undefined ? "onestep list experiments" : `did you mean ${nearest}?`,
  });
}
