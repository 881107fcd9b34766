import { checkTrainingConfig } from "@onestep/lab";
import { lawCatalogue, lawFileOfFlags, parsePromptLaw } from "@onestep/data";
import { describe, expect, it } from "vitest";

import { settledDimension, shortLink, startingLaw } from "./choose-law.ts";
import { DEFAULT_LAW, spokenConfig, wholeConfig } from "./lab-setting.ts";
import { short } from "./short-number.ts";
import { largestEntry, weightViews } from "./weight-views.ts";

describe("what is left open", () => {
  it("is planned: in closed form where the law allows it, sampled elsewhere", () => {
    const planned = wholeConfig({ law: DEFAULT_LAW }).training;
    expect(planned).toMatchObject({ method: "rao-blackwell", steps: 600, batch: 1536, starts: 1 });
    const laplace = wholeConfig({ law: lawFileOfFlags({ context: 20, dimension: 5, covariates: "laplace" }) });
    expect(laplace.training).toMatchObject({ method: "sampled", batch: 512 });
    expect(wholeConfig({ law: DEFAULT_LAW, model: { layers: 2 } }).training.method).toBe("sampled");
    expect(wholeConfig({ law: DEFAULT_LAW, backend: "float64" }).training.method).toBe("sampled");
    expect(wholeConfig({ law: DEFAULT_LAW, training: { method: "exact" } }).training.batch).toBeUndefined();
  });

  it("is refused in the library's words where it cannot be", () => {
    expect(() => wholeConfig({ law: DEFAULT_LAW, model: { layers: 2 }, training: { method: "exact" } })).toThrow(
      "config.training.method: expected sampled",
    );
  });

  it("is spoken in few words that mean the same", () => {
    for (const config of [
      { law: DEFAULT_LAW },
      { law: DEFAULT_LAW, model: { layers: 3, family: "tied" }, seed: 4 },
      { law: DEFAULT_LAW, training: { method: "exact", learningRate: 0.01 } },
    ] as const) {
      const whole = wholeConfig(config);
      expect(checkTrainingConfig(spokenConfig(config, whole), "config")).toEqual(whole);
    }
  });
});

describe("a law that is chosen", () => {
  it("comes with what it needs, in some dimension, whatever it is", () => {
    for (const { kind, name } of lawCatalogue) {
      const law = startingLaw(kind, name, 5);
      const file = {
        ...DEFAULT_LAW,
        ...(kind === "covariates" ? { covariates: law } : {}),
        ...(kind === "noise" ? { noise: law } : {}),
        ...(kind === "target" ? { target: law } : {}),
        ...(kind === "tasks" ? { target: { law: "linear", tasks: law } } : {}),
        ...(kind === "link" ? { target: { law: "single-index", link: shortLink(law) } } : {}),
      };
      const dimension = settledDimension(file) ?? 5;
      expect(() => parsePromptLaw({ ...file, dimension }), `${kind} ${name}`).not.toThrow();
    }
  });

  it("keeps the dimension where it can", () => {
    expect(startingLaw("covariates", "gaussian", 5)).toEqual({ law: "gaussian" });
    expect(settledDimension({ ...DEFAULT_LAW })).toBeUndefined();
    expect(shortLink({ name: "tanh" })).toBe("tanh");
  });
});

describe("the matrices of a model", () => {
  it("are told in the gauge u_y = 1", () => {
    const parameters = {
      keyQuery: [
        [2, 0],
        [0, 0],
      ],
      valueProjection: [0.5, 4],
    };
    const views = weightViews(parameters, [[8]]);
    expect(views.map(({ id, rows }) => [id, rows])).toEqual([
      ["gamma", [[8]]],
      [
        "M",
        [
          [8, 0],
          [0, 0],
        ],
      ],
      ["u", [[0.125, 1]]],
    ]);
  });

  it("are those of every layer and head of a deep one", () => {
    const rows = [[1]];
    const views = weightViews(
      {
        P: [
          [rows, rows],
          [rows, rows],
        ],
        Q: [
          [rows, rows],
          [rows, rows],
        ],
        dividesByLength: true,
      },
      undefined,
    );
    expect(views.map(({ label }) => label).slice(0, 3)).toEqual([
      "Q, layer 1, head 1",
      "P, layer 1, head 1",
      "Q, layer 1, head 2",
    ]);
    expect(views).toHaveLength(8);
    expect([largestEntry([[0.1234, -0.5]]), largestEntry([[0]])]).toEqual([0.5, 1]);
  });
});

it("tells numbers far from 1 by their power of ten", () => {
  expect([0.0385, -4.077e-10, 0, 1234567, -2.5].map((value) => short(value, 2))).toEqual([
    "0.039",
    "−4.1e−10",
    "0.0",
    "1.2e+6",
    "−2.5",
  ]);
});
