import { openStream, randomKey } from "@onestep/core";
import { describe, expect, it } from "vitest";
import { settingsOfLaws } from "../../tests/settings-of-laws.ts";
import type { CovariateLaw } from "../define/define-covariates.ts";
import { describeLaw } from "../define/definition.ts";
import { resolveLaw } from "../law-file/resolve-law.ts";

function rowsOf({ drawRows, dimension }: CovariateLaw): Float64Array {
  const rows = new Float64Array(4 * dimension);
  drawRows(openStream(randomKey(4)), 4, rows, 0);
  return rows;
}

describe("every law of covariates is the same law again when read from what it records", () => {
  it.each(settingsOfLaws("covariates").map(({ file, law }) => [JSON.stringify(file), law] as const))("%s", (_, law) => {
    const recorded: unknown = JSON.parse(JSON.stringify(describeLaw(law)));
    const again = resolveLaw("covariates", recorded, "law.covariates").build(law.dimension);
    expect(describeLaw(again)).toEqual(recorded);
    expect(again).toMatchObject({ covariance: law.covariance, declares: law.declares });
    expect(rowsOf(again)).toEqual(rowsOf(law));
  });
});
