import { recipes, type Scale } from "@onestep/lab";
import { join } from "node:path";
import type { TimedReport } from "../recipes/recipe-request.ts";
import { renderReport } from "../render/report-html.ts";
import { digestOf } from "./digest.ts";
import { openFigureWriter } from "./figure-files.ts";
import { readDocument, requireWritable, writeWhole } from "./files.ts";
import { lockFolder } from "./lock.ts";
import { configHashOf, requireSameConfig, writeManifest } from "./manifest.ts";

/** What a run was asked for, but for the recipes: a folder holds the results of one such config. */
export interface RunConfig {
  readonly scale: Scale;
  readonly seed: number;
  readonly defect?: string;
}

/** A folder with the results of `reproduce`, one recipe after the other. */
export interface RunDirectory {
  readonly path: string;
  /** What somebody who looks for a file should know: "" when there is nothing. */
  readonly remark: string;
  /** The report of a recipe that is here already, whole and of this very config. */
  finished(id: string): TimedReport | undefined;
  /** Keeps a recipe's report and figure. */
  save(report: TimedReport): void;
  /** Writes report and manifest over all that is here. */
  finish(): void;
}

/** A recipe's result as its file holds it. */
interface StoredResult {
  /** Of config, version, and the recipe's settings: what must be the same for the result to be. */
  readonly configHash: string;
  /** Of the report without its seconds: the same for the same config on every machine. */
  readonly digest: string;
  readonly report: TimedReport;
}

/**
 * Opens a folder for the results of a run, and makes it where there is none.
 *
 * - `manifest.json`: config and its hash, versions, key scheme, platform, digests of the results
 * - `results/ID.json`: a recipe's report, its config's hash and its digest
 * - `figures/ID.svg`, `.png`, `.vl.json`, `.csv`: its figure drawn, as Vega-Lite, as numbers
 * - `report.json`, `report.html`: all results; the page needs no network
 *
 * @param options.force forgets what is here
 * @throws UsageError where nothing can be written, or the folder holds the results of another config
 */
export async function openRunDirectory(
  path: string,
  config: RunConfig,
  options: { readonly force: boolean },
): Promise<RunDirectory> {
  const run = { command: "reproduce", config, configHash: configHashOf(config) };
  requireWritable(path);
  lockFolder(path);
  if (!options.force) requireSameConfig(path, run);
  const figures = await openFigureWriter();
  const resultOf = (id: string): string => join(path, "results", `${id}.json`);
  const hashFor = (id: string): string =>
    digestOf({
      configHash: run.configHash,
      settings: recipes.find((recipe) => recipe.id === id)?.settings[config.scale],
    });
  const stored = (id: string): StoredResult | undefined => {
    const result = readDocument(resultOf(id)) as StoredResult | undefined;
    const isWhole = result?.configHash === hashFor(id) && result.digest === digestOfReport(result.report);
    return isWhole ? result : undefined;
  };
  const describe = (status: "running" | "finished"): void => {
    const results = recipes.map(({ id }) => stored(id)).filter((result) => result !== undefined);
    const digests = results.map(({ report: { id, verdict, seconds }, digest }) => ({ id, verdict, digest, seconds }));
    const digest = digestOf(digests.map(({ id, digest: own }) => ({ id, digest: own })));
    writeManifest(path, { ...run, status, results: digests, digest });
  };
  const forced = new Set(options.force ? recipes.map(({ id }) => id) : []);
  describe("running");
  return {
    path,
    remark: figures.remark ?? "",
    finished: (id) => (forced.has(id) ? undefined : stored(id)?.report),
    save(report) {
      const { id, figure } = report;
      const result: StoredResult = { configHash: hashFor(id), digest: digestOfReport(report), report };
      figures.write(join(path, "figures", id), figure);
      writeWhole(resultOf(id), `${JSON.stringify(result, null, 2)}\n`);
      describe("running");
    },
    finish() {
      const reports = recipes.map(({ id }) => stored(id)?.report).filter((report) => report !== undefined);
      writeWhole(join(path, "report.json"), `${JSON.stringify({ recipes: reports }, null, 2)}\n`);
      writeWhole(join(path, "report.html"), renderReport(reports));
      describe("finished");
    },
  };
}

function digestOfReport({ seconds: _seconds, ...report }: TimedReport): string {
  return digestOf(report);
}
