import { randomKey } from "@onestep/core";
import { nearestName } from "@onestep/data";
import { recipes, verdictOfAll, type Recipe, type Scale } from "@onestep/lab";
import type { CliContext } from "../context.ts";
import { UsageError } from "../errors.ts";
import { exitCodeOfVerdict } from "../exit-code.ts";
import { settle } from "../outcome.ts";
import type { TimedReport } from "../recipes/recipe-request.ts";
import { runRecipes } from "../recipes/run-recipes.ts";
import { progressBar } from "../render/progress-bar.ts";
import { renderOutcome, renderRecipe, renderRecipes } from "../render/recipe-table.ts";
import { styleFor } from "../render/style.ts";
import { openRunDirectory } from "../run-directory/run-directory.ts";

/** The flags of `onestep reproduce`. */
export interface ReproduceFlags {
  readonly scale: Scale;
  readonly seed: number;
  readonly out?: string;
  readonly force: boolean;
  readonly defect?: string;
  readonly dryRun: boolean;
  readonly json: boolean;
  readonly quiet: boolean;
}

/** `onestep reproduce`: published results, made again. */
export default async function reproduce(
  this: CliContext,
  flags: ReproduceFlags,
  ...ids: readonly string[]
): Promise<void> {
  await settle(this, flags, async () => {
    const { stdout, stderr } = this.terminal;
    const { scale, seed, defect, force, out, json, quiet } = flags;
    const style = styleFor(stdout, process.env);
    const chosen = recipesOf(ids);
    requireDefect(defect, chosen);
    randomKey(seed); // refuses what is no seed before a folder is made for it
    if (flags.dryRun) {
      stdout.write(json ? `${JSON.stringify(planOf(chosen, flags))}\n` : renderPlan(chosen, flags));
      return 0;
    }
    const config = { scale, seed, ...(defect === undefined ? {} : { defect }) };
    const directory = out === undefined ? undefined : await openRunDirectory(out, config, { force });
    const bar = progressBar(
      stderr,
      chosen.map(({ id }) => id),
      !quiet,
    );
    const { reports, failures } = await runRecipes(
      chosen.map(({ id }) => ({ id, ...config })),
      directory,
      {
        onProgress: (index, { part, doing }) => bar.update(index, part, doing),
        onReport(_, report) {
          bar.clear();
          if (!json && !quiet) stdout.write(`\n${renderRecipe(report, style)}`);
        },
      },
    );
    directory?.finish();
    if (directory !== undefined && directory.remark !== "") stderr.write(`${directory.remark}\n`);
    const [failure, ...others] = failures;
    for (const { message } of others) stderr.write(`onestep: ${message}\n`);
    if (json && failure === undefined) stdout.write(`${JSON.stringify({ recipes: reports.map(rowOf) })}\n`);
    if (!json && reports.length > 0) {
      stdout.write(`${quiet ? "" : `\n${renderRecipes(reports, style)}\n`}${renderOutcome(reports, style)}`);
    }
    if (failure !== undefined) throw failure;
    return exitCodeOfVerdict(verdictOfAll(reports.map(({ verdict }) => verdict)));
  });
}

/** What `reproduce --dry-run --json` prints. */
function planOf(chosen: readonly Recipe[], { scale, seed, defect }: ReproduceFlags): object {
  return { recipes: chosen.map(({ id, settings }) => ({ id, settings: settings[scale] })), scale, seed, defect };
}

function renderPlan(chosen: readonly Recipe[], { scale, seed }: ReproduceFlags): string {
  const lines = chosen.map(({ id, title, settings }) => {
    const given = Object.entries(settings[scale]).map(([name, value]) => `${name} ${JSON.stringify(value)}`);
    return `  ${id.padEnd(28)} ${title}\n      ${given.join(" · ")}\n`;
  });
  return `${lines.join("")}would run ${chosen.length} recipes: scale ${scale}, seed ${seed}\n`;
}

/** The output contract of `reproduce --json`: a report without its figure. */
function rowOf({ figure: _figure, ...row }: TimedReport): object {
  return row;
}

function recipesOf(ids: readonly string[]): readonly Recipe[] {
  const known = recipes.map(({ id }) => id);
  for (const id of ids) if (id !== "all" && !known.includes(id)) throw unknownRecipe(id, known);
  if (ids.length === 0 || ids.includes("all")) return recipes;
  return recipes.filter(({ id }) => ids.includes(id));
}

function unknownRecipe(id: string, known: readonly string[]): UsageError {
  const nearest = nearestName(id, [...known, "all"]);
  return new UsageError({
    where: "reproduce",
    expected: `a recipe (${known.join(", ")}) or all`,
    arrived: id,
    hint: nearest === undefined ? "onestep list recipes" : `did you mean ${nearest}?`,
  });
}

function requireDefect(defect: string | undefined, chosen: readonly Recipe[]): void {
  if (defect === undefined) return;
  const [recipe, ...others] = chosen;
  const known = Object.keys(recipe.defects);
  if (others.length === 0 && known.includes(defect)) return;
  throw new UsageError({
    where: "--defect",
    expected: others.length > 0 ? "one recipe: each has mistakes of its own" : `one of ${known.join(", ")}`,
    arrived: others.length > 0 ? `${chosen.length} recipes` : defect,
    hint: `onestep list recipes --json names them; ${nearestName(defect, known) ?? known[0]} is one of ${recipe.id}'s`,
  });
}
