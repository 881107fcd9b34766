import { describe, expect, it } from "vitest";

import { readImport } from "./read-import.ts";

const law = {
  contextLength: 6,
  dimension: 2,
  covariates: { law: "laplace" },
  target: { law: "linear", tasks: { law: "gaussian" } },
  noise: { law: "none" },
};
const PROMPTS = "prompt,role,x1,y\n0,context,1,2\n0,query,3,6\n";

describe("what a reader brings in", () => {
  it("is a law file, or a config around one", () => {
    const text = JSON.stringify(law);
    expect(readImport([{ name: "law.json", text }])).toEqual({ kind: "law", name: "law.json", config: { law } });
    const config = { law, training: { steps: 5 }, seed: 2 };
    expect(readImport([{ name: "c.json", text: `\n ${JSON.stringify(config)}` }])).toMatchObject({
      kind: "law",
      config,
    });
  });

  it("is a table of prompts, whatever its name", () => {
    expect(readImport([{ name: "mine.txt", text: PROMPTS }])).toEqual({
      kind: "prompts",
      name: "mine.txt",
      text: PROMPTS,
    });
    expect(readImport([{ name: "a.csv", text: `\uFEFF"prompt",role,x1,y\n` }]).kind).toBe("prompts");
  });

  it("is a law with the table that it names", () => {
    const text = JSON.stringify({ ...law, covariates: { law: "empirical", file: "data/rows.csv" } });
    const files = [
      { name: "rows.csv", text: "1,2\n3,4\n5,7\n" },
      { name: "law.json", text },
    ];
    const rows = [
      [1, 2],
      [3, 4],
      [5, 7],
    ];
    expect(readImport(files)).toMatchObject({ config: { law: { covariates: { law: "empirical", rows } } } });
    expect(() => readImport(files.slice(1))).toThrow("expected the table data/rows.csv together with the law");
  });

  it.each([
    ["text of no kind", "hello", "expected a law file or a config in JSON, or a table of prompts"],
    ["broken JSON", '{ "contextLength": ', "expected JSON"],
    ["a misspelt law", JSON.stringify({ ...law, covariates: { law: "laplas" } }), "laplace"],
    ["a law without a length", JSON.stringify({ ...law, contextLength: undefined }), "contextLength"],
  ])("is refused in the library's words: %s", (_, text, message) => {
    expect(() => readImport([{ name: "given", text }])).toThrow(message);
  });
});
