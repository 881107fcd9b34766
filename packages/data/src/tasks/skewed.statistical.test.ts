import { childKey, meanAccumulator, openStream, randomKey } from "@onestep/core";
import { expectRejected, expectWithin, seedForTests } from "@onestep/testkit";
import { describe, it } from "vitest";
import { skewedTasks } from "./skewed.ts";

describe("skewed tasks have the skewness they are named after", () => {
  it.each([1.5, -0.6])("γ = %d", (skewness) => {
    const stream = openStream(childKey(randomKey(seedForTests()), "skewed tasks"));
    const law = skewedTasks({ dimension: 1, skewness, variance: 4 });
    const [cube, taskVector] = [meanAccumulator(), new Float64Array(1)];
    for (let i = 0; i < 200_000; i++) {
      law.draw(stream, taskVector);
      cube.push((taskVector[0] / 2) ** 3);
    }
    expectWithin(cube.estimate(), skewness);
    expectRejected(cube.estimate(), skewness * 0.5);
  });
});
