import {
  childKey,
  DomainError,
  NumericalError,
  openStream,
  randomKey,
  ShapeError,
  type PromptBatch,
} from "@onestep/core";
import { describe, expect, it } from "vitest";
import { promptsFromCsv, promptsToCsv } from "./csv.ts";

const draw = (name: string, count: number): Float64Array => {
  const values = new Float64Array(count);
  openStream(childKey(randomKey(3), name)).fillNormals(values, 0, count);
  return values;
};
const sizes = { count: 4, contextLength: 3, dimension: 2 };
const batch: PromptBatch = {
  ...sizes,
  covariates: draw("x", 24),
  responses: draw("y", 12),
  queryCovariates: draw("xq", 8),
  queryResponses: draw("yq", 4),
};

describe("prompts in a table", () => {
  it("are read as they were written, to the last bit", () => {
    expect(promptsFromCsv(promptsToCsv(batch))).toEqual(batch);
  });

  it("may have several queries, and contexts of different lengths filled with zeros", () => {
    const lengths = Int32Array.of(3, 1, 2, 3);
    const [covariates, responses] = [batch.covariates.slice(), batch.responses.slice()];
    covariates.fill(0, 8, 12); // rows 2 and 3 of prompt 1
    responses.fill(0, 4, 6);
    covariates.fill(0, 16, 18); // row 3 of prompt 2
    responses.fill(0, 8, 9);
    const ragged: PromptBatch = {
      ...sizes,
      covariates,
      responses,
      queryCovariates: draw("two queries", 16),
      queryResponses: draw("two responses", 8),
      queries: 2,
      lengths,
    };
    expect(promptsFromCsv(promptsToCsv(ragged))).toEqual(ragged);
  });

  it("may come in any order, with Windows line ends, a byte-order mark, spaces and blank lines", () => {
    const text =
      "\uFEFFprompt, role, x1, y\r\nb,query,3,4\r\na,query,1,2\r\n\r\nb,context, 7,8\r\na,context,5,6e-1\r\n";
    expect(promptsFromCsv(text)).toEqual({
      count: 2,
      contextLength: 1,
      dimension: 1,
      covariates: Float64Array.of(7, 5),
      responses: Float64Array.of(8, 0.6),
      queryCovariates: Float64Array.of(3, 1),
      queryResponses: Float64Array.of(4, 2),
    });
  });

  it("may have quotes around any cell", () => {
    const quoted = '"prompt","role","x1","y"\n"a, ""b""",context,"1",2\n"a, ""b""",query,3,"4"\n';
    expect(promptsFromCsv(quoted)).toEqual(promptsFromCsv("prompt,role,x1,y\n0,context,1,2\n0,query,3,4\n"));
  });

  it("may be held to sizes that can be computed with, by the line", () => {
    const text = "prompt,role,x1,y\n0,context,1,2\n0,query,-1e31,4\n";
    expect(promptsFromCsv(text).queryCovariates).toEqual(Float64Array.of(-1e31));
    expect(() => promptsFromCsv(text, { largest: 1e30 })).toThrow(NumericalError);
    expect(() => promptsFromCsv(text, { largest: 1e30 })).toThrow("line 3: expected numbers of at most 1e+30 in size");
  });

  it.each([
    ["", "line 1: expected the header prompt,role,x1,…,xd,y; got nothing"],
    ["prompt,role,y", "line 1: expected the header"],
    ["prompt,role,x1,x3,y", "line 1: expected the header"],
    ["prompt,role,x1,y\n0,context,1,2\n0,test,1,2", "line 3: expected the role context or query; got test"],
    ["prompt,role,x1,y\n0,context,1,2\n0,query,1,", "line 3: expected finite numbers; got an empty cell"],
    ["prompt,role,x1,y\n0,context,NaN,2", "line 2: expected finite numbers; got NaN"],
    ["prompt,role,x1,y\n0,context,1e999,2", "line 2: expected finite numbers; got 1e999"],
    ["prompt,role,x1,y\n0,context,0x1F,2", "line 2: expected finite numbers; got 0x1F"],
    ["prompt,role,x1,y\n0,context,1,2\n ,query,1,2", "line 3: expected the name of a prompt; got an empty cell"],
    ['prompt,role,x1,y\n0,context,"1,2\n', "line 2: expected a cell that is in quotes from its beginning to its end"],
  ])("refuse what is not a number, a role or the header: %j", (text, message) => {
    expect(() => promptsFromCsv(text)).toThrow(DomainError);
    expect(() => promptsFromCsv(text)).toThrow(message);
  });

  it.each([
    ["prompt,role,x1,y\n", "line 2: expected at least one prompt; got none"],
    ["prompt,role,x1,y\n0,context,1", "line 2: expected 4 cells, like the first line; got 3"],
    ["prompt,role,x1,y\n0,query,1,2", "prompt 0, line 2: expected at least one pair with the role context"],
    ["prompt,role,x1,y\n0,context,1,2", "prompt 0, line 2: expected a pair with the role query"],
    [
      "prompt,role,x1,y\n0,context,1,2\n0,query,1,2\n1,context,1,2\n1,query,1,2\n1,query,1,2",
      "prompt 1, line 4: expected as many queries as the first prompt has, 1; got 2",
    ],
  ])("refuse rows that do not make prompts: %j", (text, message) => {
    expect(() => promptsFromCsv(text)).toThrow(ShapeError);
    expect(() => promptsFromCsv(text)).toThrow(message);
  });
});
