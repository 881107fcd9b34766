import { openStream, randomKey, toRows } from "@onestep/core";
import { describe, expect, it } from "vitest";
import { parsePromptLaw } from "../law-file/parse.ts";
import { describePromptLaw } from "../law-file/describe.ts";
import { gaussianTasks } from "./gaussian.ts";
import { poolTasks } from "./pool.ts";
import { rademacherTasks } from "./rademacher.ts";

const of = gaussianTasks({ dimension: 3, mean: 1 });

describe("poolTasks", () => {
  it("extends a smaller pool of the same seed, and shares nothing with another seed", () => {
    const [small, large, other] = [
      poolTasks({ size: 3, of }),
      poolTasks({ size: 5, of }),
      poolTasks({ size: 3, of, seed: 1 }),
    ];
    expect(large.pool?.slice(0, 3)).toEqual(small.pool);
    expect(large.pool).toHaveLength(5);
    const shared = other.pool?.filter((w) => small.pool?.some((mine) => mine.join() === w.join()));
    expect(shared).toEqual([]);
  });

  it("has the second moment of its own tasks, not of their law", () => {
    const { pool, secondMoment } = poolTasks({ size: 2, of: rademacherTasks({ dimension: 2 }), seed: 4 });
    const [v, w] = pool as [Float64Array, Float64Array];
    const mixed = (v[0] * v[1] + w[0] * w[1]) / 2;
    expect(toRows(secondMoment)).toEqual([
      [1, mixed],
      [mixed, 1],
    ]);
  });

  it("draws every task of the pool and no other", () => {
    const { pool, draw } = poolTasks({ size: 4, of });
    const stream = openStream(randomKey(0));
    const drawn = Array.from({ length: 200 }, () => {
      const taskVector = new Float64Array(3);
      draw(stream, taskVector);
      return taskVector.join();
    });
    expect(new Set(drawn)).toEqual(new Set(pool?.map((w) => w.join())));
  });

  it("records its seed and the law it was drawn from, and reads back", () => {
    const file = {
      contextLength: 2,
      dimension: 3,
      covariates: { law: "gaussian" },
      target: { law: "linear", tasks: { law: "pool", size: 2, of: { law: "sparse", sparsity: 1 } } },
      noise: { law: "none" },
    };
    const described = describePromptLaw(parsePromptLaw(file));
    expect(described["target"]).toEqual({
      law: "linear",
      tasks: { law: "pool", size: 2, of: { law: "sparse", sparsity: 1, variance: 1 }, seed: 0 },
    });
    const again = parsePromptLaw(described);
    expect(describePromptLaw(again)).toEqual(described);
    expect(again.target.tasks?.pool).toEqual(parsePromptLaw(file).target.tasks?.pool);
    expect(again.target.tasks?.pool).toHaveLength(2);
  });

  it("refuses an empty pool", () => {
    expect(() => poolTasks({ size: 0, of })).toThrow("pool tasks.size: expected an integer ≥ 1; got 0");
  });
});
