import { childKey, isotropic, matrixFromRows, randomKey, zeros } from "@onestep/core";
import { sparseHead, type LinearTransformer } from "@onestep/model";
import { expectRejected, expectWithin, seedForTests } from "@onestep/testkit";
import { tiedDepth } from "@onestep/theory";
import { expect, it } from "vitest";
import { meanOf } from "./mean-of.ts";
import { weighedContexts } from "./weighed-contexts.ts";

/** Three loops of one layer that shares aI + bJ, J a quarter turn. */
function loops(a: number, b: number): LinearTransformer {
  const head = sparseHead(
    matrixFromRows([
      [a, b],
      [-b, a],
    ]),
    zeros(2, 2),
  );
  return { layers: [[head], [head], [head]], dividesByLength: true };
}

it("a loop that turns is better than the best loop that does not: the best multiple of I is no minimum", () => {
  const law = { contextLength: 40, covariates: isotropic(2), tasks: isotropic(2), noiseVariance: 0 };
  const key = childKey(randomKey(seedForTests()), "looped turn");
  const contexts = weighedContexts(law, { key, count: 40_000 });
  const best = tiedDepth({ contextLength: 40, dimension: 2, noiseVariance: 0 }, 3).value;
  const lossOf = (model: LinearTransformer): Float64Array =>
    contexts.errorsOf(model).map((error, i) => contexts.weights[i] * error);
  const [straight, turning] = [loops(best.stepSizes[0], 0), loops(0.893, 0.237)].map(lossOf);
  expectWithin(meanOf(straight), best.loss);
  const gain = meanOf(straight.map((error, i) => error - turning[i]));
  expectRejected(gain, 0);
  expect(gain.value / best.loss).toBeGreaterThan(0.1);
});
