// One process that runs the tests of one package with one mutant after the other. Sources on disk are not touched; a
// mutant that never ends is ended from outside, with this process.
import { createVitest } from "vitest/node";

import { mutated } from "./mutants.mjs";

let current;

const vitest = await createVitest(
  "test",
  {
    root: process.argv[2],
    watch: false,
    bail: 1,
    pool: "threads",
    maxWorkers: 1,
    // One graph of modules for all tests of a run; each run begins a new one.
    isolate: false,
    reporters: [{}],
    // The output of a mutant that fails helps nobody.
    silent: true,
  },
  {
    plugins: [
      {
        name: "one-mutant",
        enforce: "pre",
        transform: (source, id) => (id.split("?")[0] === current?.file ? mutated(source, current.mutant) : undefined),
      },
    ],
  },
);
const specifications = new Map((await vitest.globTestSpecifications()).map((one) => [one.moduleId, one]));

process.on("message", (question) => void tryMutant(question));
process.on("disconnect", () => process.exit());
process.send("ready");

async function tryMutant({ file, mutant, tests }) {
  const before = current?.file;
  current = mutant && { file, mutant };
  for (const changed of new Set([before, file])) if (changed) vitest.invalidateFile(changed);
  // Vitest counts failures over all runs, and would bail at once after the first mutant that was noticed.
  vitest.state.filesMap.clear();
  vitest.state.idMap.clear();
  const { testModules, unhandledErrors } = await vitest.runTestSpecifications(
    tests.map((test) => specifications.get(test)),
  );
  const failed = testModules.find((one) => one.state() === "failed");
  process.send({ failed: failed?.moduleId ?? (unhandledErrors.length > 0 ? "an unhandled error" : null) });
}
