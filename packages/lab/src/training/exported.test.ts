import { childKey, matrix, matrixFromRows, randomKey } from "@onestep/core";
import { parsePromptLaw, samplePrompts } from "@onestep/data";
import { layerOfArrays, transformerOfArrays } from "@onestep/model";
import { describe, expect, it } from "vitest";
import type { TrainingConfig } from "./config.ts";
import { exportedPrompts } from "./exported-prompts.ts";
import { arraysOfParameters } from "./weight-arrays.ts";

describe("prompts of a training", () => {
  const law: TrainingConfig["law"] = {
    contextLength: 4,
    dimension: 2,
    covariates: { law: "gaussian" },
    target: { law: "linear", tasks: { law: "gaussian" } },
    noise: { law: "gaussian", variance: 0.25 },
  };

  it("are those of its law at seed/export, and fewer of them are the first of them", () => {
    const config = { law, seed: 7 };
    const prompts = exportedPrompts(config, 3);
    expect(prompts).toEqual(samplePrompts(parsePromptLaw(law), { key: childKey(randomKey(7), "export"), count: 3 }));
    expect(exportedPrompts(config, 2).responses).toEqual(prompts.responses.slice(0, 2 * 4));
    expect(exportedPrompts({ ...config, seed: 8 }, 3).responses).not.toEqual(prompts.responses);
  });
});

describe("weights of a report, as arrays of a file", () => {
  const rows = (from: number): number[][] => [
    [from, from + 1],
    [from + 2, from + 3],
  ];

  it("are the layer", () => {
    const arrays = arraysOfParameters({ keyQuery: rows(1), valueProjection: [5, 6] });
    expect(layerOfArrays(arrays)).toEqual({
      keyQuery: matrixFromRows(rows(1)),
      valueProjection: matrix(2, 1, [5, 6]),
    });
  });

  it.each([true, false])("are the transformer, each head in its layer, divided by n or not: %s", (dividesByLength) => {
    const P = [
      [rows(1), rows(5)],
      [rows(9), rows(13)],
    ];
    const Q = [
      [rows(21), rows(25)],
      [rows(29), rows(33)],
    ];
    const head = (l: number, h: number) => ({
      valueProjection: matrixFromRows(P[l][h]),
      keyQuery: matrixFromRows(Q[l][h]),
    });
    expect(transformerOfArrays(arraysOfParameters({ P, Q, dividesByLength }))).toMatchObject({
      layers: [0, 1].map((l) => [head(l, 0), head(l, 1)]),
      dividesByLength,
    });
  });
});
