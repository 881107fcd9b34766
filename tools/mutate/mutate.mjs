// `npm run mutate -- [theory|lsa …] [--sample 150|all] [--from 0] [--under depth,spectrum] [--quick] [--parallel 2]`:
// makes small mistakes, one at a time, and asks the tests to notice. --from passes over the first ones of the sample,
// --under looks at some folders or files only, and with --quick slow tests are not asked: what survives one of them may
// still notice.
// What was found is kept in runs/mutation/, and a second run carries on: only new mutants and survivors are tried.
import { fork } from "node:child_process";
import { createHash } from "node:crypto";
import { appendFileSync, existsSync, mkdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { parseArgs } from "node:util";

import { readJson, root } from "../workspace.mjs";
import { mutantsOf } from "./mutants.mjs";
import { tally } from "./tally.mjs";
import { importsUnder, isTest, nameIn, testsOf } from "./tests-of.mjs";

/** What is mutated, and how much of it must be noticed. */
const TARGETS = {
  theory: { folder: join(root, "packages/theory"), under: "packages/theory/src/", sample: 150 },
  lsa: { folder: join(root, "packages/model"), under: "packages/model/src/lsa/", sample: 60 },
};
const GOAL = 0.85;

const here = join(root, "tools", "mutate");

/** Milliseconds of a test file that runs together with others; slower ones run one by one, where no quick one noticed. */
const QUICK = 1500;
/** Milliseconds after which tests never end: for the start of a process, and times what they took without a mutant. */
const PATIENCE = { start: 60_000, times: 20 };

const { values, positionals } = parseArgs({
  options: {
    sample: { type: "string" },
    from: { type: "string", default: "0" },
    under: { type: "string", default: "" },
    quick: { type: "boolean" },
    parallel: { type: "string", default: "2" },
  },
  allowPositionals: true,
});
const explained = readJson(join(here, "explained.json"));
const shares = [];
for (const name of positionals.length > 0 ? positionals : Object.keys(TARGETS)) shares.push(await mutate(name));
process.exitCode = shares.every((share) => share >= GOAL) ? 0 : 1;

async function mutate(name) {
  const { folder, under, sample } = TARGETS[name];
  const places = values.under.split(",").map((place) => under + place);
  const importsOf = importsUnder(folder);
  const durations = durationsOf(folder, importsOf);
  const durationOf = (test) => durations.get(nameIn(folder, test));
  const tried = journal(name);
  const all = [...importsOf.keys()]
    .filter((file) => places.some((place) => nameIn(root, file).startsWith(place)) && !isTest(file))
    .flatMap((file) => mutantsIn(file));
  // In an order of its own, that a longer sample begins with a shorter one.
  const chosen = all
    .toSorted((a, b) => (a.id < b.id ? -1 : 1))
    .slice(Number(values.from))
    .slice(0, values.sample === "all" ? Infinity : Number(values.sample ?? sample));
  const left = chosen.filter(({ id }) => !tried.has(id) || !tried.get(id).killed);

  console.log(`${name}: ${chosen.length} of ${all.length} mutants, ${left.length} to try`);
  let done = 0;
  const work = async () => {
    const runner = supervised(folder, durationOf);
    const [untouched] = inStages(
      [...durations.keys()].map((test) => join(folder, test)),
      durationOf,
    );
    const requirePass = async () => {
      const broken = await runner.run({ tests: untouched });
      if (broken !== undefined) throw new Error(`mutate: expected tests that pass without a mutant; got ${broken}`);
    };
    await requirePass();
    for (let one = left.shift(); one !== undefined; one = left.shift()) {
      const tests = testsOf(one.path, importsOf);
      const isDirect = (test) => importsOf.get(test).includes(one.path);
      const isNear = (test) => dirname(test) === dirname(one.path);
      const by = await firstThatFails(runner, one, inStages(tests, durationOf, [isDirect, isNear]));
      const { id, file, line, code, change } = one;
      const outcome = { id, file, line, code, change, killed: by !== undefined, by: by && nameIn(folder, by) };
      tried.set(id, outcome);
      appendFileSync(journalFile(name), `${JSON.stringify(outcome)}\n`);
      done += 1;
      if (!outcome.killed) console.log(`  ${file}:${line}: ${change} survives`);
      else if (done % 20 === 0) console.log(`  ${done} tried`);
    }
    // What was noticed was the mutants, and nothing that they left behind.
    await requirePass();
    runner.stop();
  };
  await Promise.all(Array.from({ length: Number(values.parallel) }, work));
  return report(
    name,
    chosen.map(({ id }) => tried.get(id)),
  );
}

function mutantsIn(path) {
  const source = readFileSync(path, "utf8");
  const file = nameIn(root, path);
  return mutantsOf(source, path).map((mutant) => ({
    ...mutant,
    mutant,
    path,
    file,
    id: createHash("sha256").update(`${file}\n${source}\n${mutant.start} ${mutant.text}`).digest("hex").slice(0, 16),
  }));
}

/** How long each test file took when all of them ran last; only tests that passed can notice anything. */
function durationsOf(folder, importsOf) {
  const file = join(folder, "dist", "test-summary.json");
  const summary = existsSync(file) ? readJson(file) : undefined;
  const durations = new Map(
    summary?.testResults.map((one) => [
      nameIn(folder, one.name),
      one.assertionResults.reduce((sum, { duration }) => sum + (duration ?? 0), 0),
    ]),
  );
  // A run of some tests leaves a summary of those.
  const tests = [...importsOf.keys()].filter(isTest).map((test) => nameIn(folder, test));
  const isWhole = durations.size === tests.length && tests.every((test) => durations.has(test));
  if (!summary?.success || !isWhole) {
    const run = `cd ${nameIn(root, folder)} && npx vitest run`;
    throw new Error(`mutate: expected a run of all ${tests.length} test files that passed. Try: ${run}`);
  }
  return durations;
}

/** Quick tests, what the first criterion picks first, then what the second does, …, and slow ones one by one. */
function inStages(tests, durationOf, criteria = []) {
  let quick = tests.filter((test) => durationOf(test) <= QUICK);
  const preferred = criteria.map((isPreferred) => {
    const own = quick.filter(isPreferred);
    quick = quick.filter((test) => !isPreferred(test));
    return own;
  });
  const slow = tests.filter((test) => durationOf(test) > QUICK).toSorted((a, b) => durationOf(a) - durationOf(b));
  return [...preferred, quick, ...(values.quick ? [] : slow.map((test) => [test]))].filter((stage) => stage.length > 0);
}

async function firstThatFails(runner, { path, mutant }, stages) {
  for (const tests of stages) {
    const failed = await runner.run({ file: path, mutant, tests });
    if (failed !== undefined) return failed;
  }
  return undefined;
}

/** A runner that is begun again where a mutant did not let it end. */
function supervised(folder, durationOf) {
  let child;
  const start = async () => {
    child = fork(join(here, "runner.mjs"), [folder], { stdio: ["ignore", "ignore", "ignore", "ipc"] });
    if ((await answer(child)) !== "ready") throw new Error("mutate: expected vitest to start in a process of its own");
  };
  return {
    async run(question) {
      if (child === undefined) await start();
      child.send(question);
      const took = question.tests.reduce((sum, test) => sum + durationOf(test), 0);
      const said = await answer(child, PATIENCE.start + PATIENCE.times * took);
      if (said === undefined) {
        child.kill("SIGKILL");
        child = undefined;
        return "never ends";
      }
      return said.failed ?? undefined;
    },
    stop: () => child?.kill(),
  };
}

function answer(child, patience) {
  return new Promise((resolve) => {
    const timer = patience && setTimeout(() => settle(undefined), patience);
    const settle = (said) => {
      clearTimeout(timer);
      child.off("message", settle).off("exit", gone);
      resolve(said);
    };
    const gone = () => settle(undefined);
    child.on("message", settle).on("exit", gone);
  });
}

function report(name, outcomes) {
  const { killed, counted, equivalent, low, high, survivors } = tally(outcomes, explained);
  const percent = (share) => `${(100 * share).toFixed(1)} %`;
  for (const { file, line, change, code } of survivors)
    console.log(`survives: ${file}:${line}: ${change}   in: ${code}`);
  const withThem = percent(killed / (counted + equivalent));
  const aside = equivalent > 0 ? `; ${equivalent} that change nothing are set aside, ${withThem} with them` : "";
  console.log(
    `${name}: ${killed} of ${counted} killed, ${percent(killed / counted)} (95 %: ${percent(low)} to ${percent(high)})${aside}`,
  );
  return killed / counted;
}

function journalFile(name) {
  const file = join(root, "runs", "mutation", `${name}.jsonl`);
  mkdirSync(dirname(file), { recursive: true });
  return file;
}

/** A process that was interrupted may have left half a line. */
function journal(name) {
  const file = journalFile(name);
  const lines = existsSync(file) ? readFileSync(file, "utf8").split("\n") : [];
  const outcomes = lines.filter((line) => line.endsWith("}")).map((line) => JSON.parse(line));
  return new Map(outcomes.map((one) => [one.id, one]));
}
