import { expect, it } from "vitest";

import { addressOf, commandsOf, configOf, DEFAULT_SETTING, poolAt, STEPS } from "./pool-setting.ts";

it("a training is told by its address", () => {
  const setting = { tasks: 64, contextLength: 40, dimension: 3, noiseVariance: 1, seed: 9 };
  expect(addressOf({ setting, step: 200 })).toBe("tasks=64&n=40&d=3&noise=1&seed=9&step=200");
  expect(poolAt(`?${addressOf({ setting, step: 200 })}`)).toEqual({ setting, step: 200 });
});

it("an address that offers what the controls do not is the default", () => {
  for (const address of ["", "?tasks=3&n=x&d=-1&noise=0&seed=-1&step=1.5"]) {
    expect(poolAt(address), address).toEqual({ setting: DEFAULT_SETTING, step: 0 });
  }
  expect(poolAt("?step=99999").step).toBe(STEPS);
});

it("the commands mean the config", () => {
  const { law, training, seed } = configOf({ ...DEFAULT_SETTING, seed: 2 });
  const [echo, train] = commandsOf({ ...DEFAULT_SETTING, seed: 2 });
  expect(JSON.parse(/^echo '(.*)' > pool\.json$/.exec(echo)![1])).toEqual(law);
  expect(train).toBe("npm start -- train --law pool.json --steps 500 --batch 512 --starts 4 --seed 2");
  expect(training).toMatchObject({ method: "sampled", steps: 500, batch: 512, starts: 4 });
  expect(seed).toBe(2);
});
