import { DomainError, ShapeError } from "@onestep/core";
import { describe, expect, it } from "vitest";
import { rowsFromCsv } from "./rows.ts";

describe("points in a table", () => {
  it.each([
    ["without a header", "1,2\n3,4"],
    ["with one", "x1,x2\n1,2\n3,4\n"],
    ["with quotes, spaces and Windows line ends", '\uFEFF"a, b" ,"c\nd"\r\n\r\n "1", 2e0\r\n+3.,4\r\n'],
  ])("are read %s", (_, text) => {
    expect(rowsFromCsv(text)).toEqual([
      [1, 2],
      [3, 4],
    ]);
  });

  it.each([
    ["", ShapeError, "line 1: expected at least one row of numbers"],
    ["x1,x2\n", ShapeError, "line 1: expected at least one row of numbers"],
    ["x1,x2\n1,2\n\n3\n", ShapeError, "line 4: expected 2 cells, like the first line; got 1"],
    ["1,2\n3,NA\n", DomainError, "line 2: expected finite numbers; got NA"],
    ["1,NA\n3,4\n", DomainError, "line 1: expected finite numbers; got NA"],
    ['"a\nb",c\n1,0b1\n', DomainError, "line 3: expected finite numbers; got 0b1"],
    ['1,"2"3\n', DomainError, "line 1: expected a cell that is in quotes"],
  ])("are refused by the line: %j", (text, kind, message) => {
    expect(() => rowsFromCsv(text)).toThrow(kind);
    expect(() => rowsFromCsv(text)).toThrow(message);
  });
});
