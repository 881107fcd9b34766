import { randomKey } from "@onestep/core";
import { parsePromptLaw, type JsonObject } from "@onestep/data";
import { adam, float64Engine, kernelEngine, type PretrainingState } from "@onestep/model";
import { describe, expect, it } from "vitest";
import { trainingPath } from "./training-path.ts";
import { trainingSource } from "./training-source.ts";

const law = (changes: JsonObject = {}) =>
  parsePromptLaw({
    contextLength: 20,
    dimension: 3,
    covariates: { law: "gaussian" },
    target: { law: "linear", tasks: { law: "gaussian" } },
    noise: { law: "gaussian", variance: 0.25 },
    ...changes,
  });
const sparse = { target: { law: "linear", tasks: { law: "sparse", sparsity: 1, variance: 1 } } };
const laplace = { covariates: { law: "laplace" } };

describe("trainingPath", () => {
  it("draws the prompts of Gaussian linear laws, whatever their size", () => {
    expect(trainingPath(law(), 100)).toMatchObject({ kind: "drawn", population: { contextLength: 20 } });
    expect(trainingPath(law({ contextLength: 1_000_000, dimension: 50 }), 1000).kind).toBe("drawn");
    const turned = law({
      dimension: 2,
      covariates: {
        law: "gaussian",
        covariance: [
          [2, 1],
          [1, 1],
        ],
      },
    });
    expect(trainingPath(turned, 100).kind).toBe("drawn");
  });

  it("samples rows where the law has no other way, or a prompt has several queries", () => {
    expect(trainingPath(law(laplace), 100).kind).toBe("rows");
    expect(trainingPath(law({ queries: 2 }), 100).kind).toBe("rows");
  });

  it("draws statistics where long contexts make rows dear, and rows where contexts are short", () => {
    const kindAt = (contextLength: number, dimension: number): string =>
      trainingPath(law({ ...sparse, contextLength, dimension }), 100).kind;
    expect([kindAt(20, 3), kindAt(40, 20)]).toEqual(["rows", "rows"]);
    expect([kindAt(100, 5), kindAt(1000, 5), kindAt(400, 20)]).toEqual(["statistics", "statistics", "statistics"]);
  });

  it("never holds more rows than fit in memory", () => {
    expect(trainingPath(law({ ...laplace, contextLength: 1_000_000 }), 6000).kind).toBe("statistics");
    expect(trainingPath(law({ contextLength: 2 ** 24 }), 6000).kind).toBe("drawn");
    expect(trainingPath(law({ contextLength: 2 ** 24 + 1 }), 6000).kind).toBe("statistics");
  });
});

describe("trainingSource", () => {
  async function afterTwoSteps(
    one: ReturnType<typeof law>,
    engine = kernelEngine({ precision: "float32" }),
  ): Promise<PretrainingState> {
    let last: PretrainingState | undefined;
    const source = trainingSource(one, engine, { key: randomKey(1), count: 50 });
    for await (last of source.pretrain({ key: randomKey(0), optimizer: adam(), steps: 2 }));
    return last ?? expect.fail("no state");
  }

  it("trains on the path of the law, and says which in the state of the run", async () => {
    expect((await afterTwoSteps(law())).path).toBe("wasm-f32 two-column");
    expect((await afterTwoSteps(law(), kernelEngine())).path).toBe("wasm-f64 two-column");
    expect((await afterTwoSteps(law({ ...sparse, contextLength: 200 }))).path).toBe("wasm-f32 vectors on statistics");
    expect((await afterTwoSteps(law(laplace))).path).toBe("wasm-f32 given rows");
  });

  it("gives other engines rows, whatever the law", async () => {
    const { path, loss } = await afterTwoSteps(law(), float64Engine());
    expect(path).toBeUndefined();
    expect(loss).toBeGreaterThan(0);
  });
});
