import { covariance, matrix, type LsaParameters, type Matrix } from "@onestep/core";
import { anyCovariance, anyNoiseVariance, anyVector, expectClose } from "@onestep/testkit";
import { assert, asyncProperty, constantFrom, tuple, type Arbitrary } from "fast-check";
import { describe, expect, it } from "vitest";
import { anyLayer } from "../../tests/any-layer.ts";
import { absoluteLaw, promptNodes } from "../../tests/prompt-nodes.ts";
import { factoredHeads } from "../deep/parametrisations/factored-heads.ts";
import { fullTransformer } from "../deep/parametrisations/full.ts";
import { mergedHeads } from "../deep/parametrisations/merged-heads.ts";
import type { Parametrisation } from "../deep/parametrisations/parametrisation.ts";
import { reducedStep } from "../deep/parametrisations/reduced-step.ts";
import { float64Engine } from "../engine/float64-engine.ts";
import { trainableOnPopulation } from "./layer-on-population.ts";
import { populationLoss } from "./population-loss.ts";
import type { GaussianLinearPopulation } from "./task-moments.ts";

const UNIT_ROUNDOFF = 2 ** -53;
type Law = Required<GaussianLinearPopulation>;
type Layer = LsaParameters<Matrix>;

/** A family, and which numbers of a position of absolute values to negate for a prediction that is all negative. */
interface Family<W> {
  readonly parametrisation: Parametrisation<W>;
  readonly isNegated: (at: number) => boolean;
}

function anyLaw(dimension: number, contextLength: number): Arbitrary<Law> {
  return tuple(anyCovariance(dimension), anyCovariance(dimension), anyVector(dimension), anyNoiseVariance()).map(
    ([covariates, tasks, taskMean, noiseVariance]) => ({ contextLength, covariates, tasks, taskMean, noiseVariance }),
  );
}

const twoHeads = (dimension: number): Family<readonly Layer[]> => {
  const width = dimension + 1;
  return {
    parametrisation: mergedHeads({ dimension, heads: 2 }),
    isNegated: (at) => at % (width * width + width) >= width * width, // u
  };
};

async function lossOf<W>({ parametrisation }: Family<W>, law: Law, position: Float64Array): Promise<number> {
  return (await trainableOnPopulation(parametrisation, law).lossAndGradient(position, undefined)).loss;
}

/** What rounding can do to a loss: its terms at absolute values, where none cancels. */
async function roundingOf<W>(family: Family<W>, law: Law, position: Float64Array, nodes = 0): Promise<number> {
  const absolute = position.map((entry, at) => (family.isNegated(at) ? -1 : 1) * Math.abs(entry));
  const roundings = nodes + 16 * (law.covariates.dimension + law.contextLength) + 64;
  return 2 * roundings * UNIT_ROUNDOFF * (await lossOf(family, absoluteLaw(law), absolute));
}

describe("the exact loss of several heads", () => {
  it("is the mean of the squared error of their sum, by a quadrature that is exact for it", async () => {
    const anyCase = constantFrom([1, 1] as const, [1, 2] as const, [2, 1] as const).chain(([d, n]) =>
      tuple(anyLaw(d, n), anyLayer(d), anyLayer(d)),
    );
    await assert(
      asyncProperty(anyCase, async ([law, ...heads]) => {
        const family = twoHeads(law.covariates.dimension);
        const position = family.parametrisation.pack(heads);
        const { prompts, weights } = promptNodes(law);
        const [one, other] = await Promise.all(heads.map((head) => float64Engine().predict(head, prompts)));
        const expected = weights.reduce(
          (sum, weight, at) => sum + weight * (one[at] + other[at] - prompts.queryResponses[at]) ** 2,
          0,
        );
        const tolerance = await roundingOf(family, law, position, weights.length);
        expectClose(await lossOf(family, law, position), expected, tolerance);
      }),
      { numRuns: 40 },
    );
  });

  it("rejects the sum of what each explains alone: heads work together", async () => {
    const law: Law = {
      contextLength: 3,
      covariates: covariance(matrix(1, 1, [2])),
      tasks: covariance(matrix(1, 1, [0.5])),
      taskMean: Float64Array.of(0.25),
      noiseVariance: 0.5,
    };
    const head = { keyQuery: matrix(2, 2, [0.1, 0, 0.2, 0]), valueProjection: matrix(2, 1, [0.1, 0.3]) };
    const family = twoHeads(1);
    const position = family.parametrisation.pack([head, head]);
    const silent = await lossOf(family, law, new Float64Array(position.length));
    const apart = silent + 2 * (populationLoss(law, head).loss - silent);
    const distance = Math.abs(apart - (await lossOf(family, law, position)));
    expect(distance).toBeGreaterThan(1e6 * (await roundingOf(family, law, position)));
  });
});

describe("its gradient, pulled back to the weights of a family", () => {
  it.each<[string, Family<unknown>]>([
    ["two merged heads", twoHeads(2) as Family<unknown>],
    [
      "two heads of separate weights",
      {
        parametrisation: factoredHeads({ dimension: 2, heads: 2, rank: 1, valueRank: 2 }) as Parametrisation<unknown>,
        isNegated: (at) => at % 14 >= 12, // h
      },
    ],
    [
      "the reduced step",
      { parametrisation: reducedStep({ dimension: 2 }) as Parametrisation<unknown>, isNegated: () => true },
    ],
    [
      "a layer of P and Q that divides by n",
      {
        parametrisation: fullTransformer({ dimension: 2, layers: 1 }) as Parametrisation<unknown>,
        isNegated: () => false, // ŷ = −[Z]
      },
    ],
  ])("of %s is the central difference along each number, where the loss is a parabola", async (_, family) => {
    const anyCase = constantFrom(1, 3).chain((n) => tuple(anyLaw(2, n), anyVector(family.parametrisation.size)));
    await assert(
      asyncProperty(anyCase, async ([law, position]) => {
        const model = trainableOnPopulation(family.parametrisation, law);
        const { gradient } = await model.lossAndGradient(position, undefined);
        for (let at = 0; at < position.length; at++) {
          // A parabola: the difference truncates nothing, however large the step.
          const [up, down] = [1, -1].map((by) => position.map((entry, i) => (i === at ? entry + by : entry)));
          const slope = ((await lossOf(family, law, up)) - (await lossOf(family, law, down))) / 2;
          // The gradient's terms are among those of the loss at the larger of the positions.
          const tolerance = (await roundingOf(family, law, up)) + (await roundingOf(family, law, down));
          expectClose(gradient[at], slope, tolerance);
        }
      }),
      { numRuns: 10 },
    );
  });
});
