import { openStream, randomKey } from "@onestep/core";
import { expect, it } from "vitest";
import { settingsOfLaws } from "../../tests/settings-of-laws.ts";
import { gaussianCovariates } from "../covariates/gaussian.ts";
import type { TargetLaw } from "../define/define-target.ts";

/** Root mean square of f(x) over 200 draws of f, at the x with all coordinates `at`. */
function sizeAt(law: TargetLaw, at: number): number {
  const { draw } = law.over(gaussianCovariates({ dimension: law.dimension }));
  const stream = openStream(randomKey(5));
  const x = new Float64Array(law.dimension).fill(at);
  const squares = Array.from({ length: 200 }, () => draw(stream).at(x, 0) ** 2);
  return Math.sqrt(squares.reduce((sum, square) => sum + square, 0) / 200);
}

it.each(settingsOfLaws("target").map(({ file, law }) => [JSON.stringify(file), law] as const))(
  "targets grow as they declare: %s",
  (_, law) => {
    const ratio = sizeAt(law, 1e6) / sizeAt(law, 1e4);
    expect(ratio).toBeGreaterThan(100 ** law.growth / 2);
    expect(ratio).toBeLessThan(100 ** law.growth * 2);
  },
);
