/**
 * The seed of this test run: `ONESTEP_TEST_SEED` where it is set (by `npm run test:fresh`), else 0.
 *
 * @throws Error when the variable is not an integer in [0, 2³²): a mistyped seed must not pass as the fixed one.
 */
export function seedForTests(): number {
  const written = process.env["ONESTEP_TEST_SEED"];
  if (written === undefined || written === "") return 0;
  const seed = Number(written);
  if (!Number.isInteger(seed) || seed < 0 || seed >= 2 ** 32) {
    throw new Error(
      `ONESTEP_TEST_SEED: expected an integer in [0, 4294967296); got "${written}". Try: ONESTEP_TEST_SEED=7`,
    );
  }
  return seed;
}
