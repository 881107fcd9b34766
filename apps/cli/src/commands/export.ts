import { promptsToCsv } from "@onestep/data";
import { arraysOfParameters, exportedPrompts, type TrainingConfig, type TrainingReport } from "@onestep/lab";
import { writeNpz, writeSafetensors } from "@onestep/model";
import type { CliContext } from "../context.ts";
import { UsageError } from "../errors.ts";
import { writeWhole } from "../run-directory/files.ts";
import { readTraining } from "../train/training-directory.ts";
import { settle } from "../outcome.ts";

/** The formats that `--to` takes. */
export type ExportFormat = "npz" | "safetensors" | "json" | "csv";

/** The flags of `onestep export`. */
export interface ExportFlags {
  readonly run: string;
  readonly to: ExportFormat;
  readonly out: string;
  readonly prompts: number;
  readonly json: boolean;
}

/** `onestep export`: what a run directory holds, in another format. */
export default async function exportRun(this: CliContext, flags: ExportFlags): Promise<void> {
  await settle(this, flags, () => {
    const { run, to, out, prompts, json } = flags;
    const training = readTraining(run);
    if (training === undefined) throw noRun(run, "a folder that onestep train filled");
    const content = contentOf(to, training, run, prompts);
    const { stdout } = this.terminal;
    // A pipe gets the content and nothing else.
    if (out === "-") {
      stdout.write(content);
      return Promise.resolve(0);
    }
    writeWhole(out, content);
    stdout.write(json ? `${JSON.stringify({ run, to, out })}\n` : `  wrote ${out}\n`);
    return Promise.resolve(0);
  });
}

function contentOf(
  format: ExportFormat,
  { config, report }: { readonly config: TrainingConfig; readonly report: TrainingReport | undefined },
  run: string,
  count: number,
): string | Uint8Array {
  if (format === "json") return `${JSON.stringify(config, null, 2)}\n`;
  if (format === "csv") return promptsToCsv(exportedPrompts(config, count));
  if (report === undefined) throw noRun(run, "a run that is finished");
  const arrays = arraysOfParameters(report.parameters);
  return format === "npz" ? writeNpz(arrays) : writeSafetensors(arrays);
}

function noRun(run: string, expected: string): UsageError {
  return new UsageError({
    where: "--run",
    expected,
    arrived: run,
    hint: `onestep train --out ${run} makes one; with --resume it goes on with one`,
  });
}
