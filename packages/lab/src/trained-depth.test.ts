import { childKey, float64Backend, randomKey } from "@onestep/core";
import { parsePromptLaw, sampleContextStatistics } from "@onestep/data";
import {
  adam,
  clipped,
  construct,
  cosineRate,
  gdPlusPlusTransformer,
  pretrain,
  sparseTransformer,
  tiedTransformer,
  trainableTransformer,
  transformerEngine,
  type LinearTransformer,
  type Parametrisation,
} from "@onestep/model";
import {
  gdPlusPlusRisk,
  optimalDepth,
  optimalGdPlusPlus,
  tiedDepth,
  type GdPlusPlusParameters,
  type OptimalDepth,
} from "@onestep/theory";
import { describe, expect, it } from "vitest";

const setting = { contextLength: 20, dimension: 5, noiseVariance: 0.25 };
const { contextLength, dimension } = setting;
const law = parsePromptLaw({
  contextLength,
  dimension,
  covariates: { law: "gaussian" },
  target: { law: "linear", tasks: { law: "gaussian" } },
  noise: { law: "gaussian", variance: setting.noiseVariance },
});
const engine = transformerEngine(float64Backend());
const fresh = sampleContextStatistics(law, { key: randomKey(1), count: 20_000 });

interface Training {
  readonly steps: number;
  readonly learningRate?: number;
  readonly averagedPart?: number;
}

/**
 * The transformer that training ends with, from small random matrices. Gradients are clipped, since a rare prompt of
 * large covariates outweighs hundreds of others: its loss is a polynomial of degree 16 in them for two layers of GD++.
 * A rate so small that nothing needs clipping leaves the flat valley of GD++ unwalked.
 */
async function train<W>(
  family: Parametrisation<W>,
  { steps, learningRate = 0.04, averagedPart = 0.6 }: Training,
): Promise<LinearTransformer> {
  const run = pretrain({
    key: childKey(randomKey(0), "initial"),
    model: () => trainableTransformer(family, engine),
    prompts: (step) => sampleContextStatistics(law, { key: childKey(randomKey(0), "train", step), count: 150 }),
    optimizer: clipped(adam({ learningRate }), { norm: 1 }),
    schedule: cosineRate({ final: 0.02 }),
    averagedPart,
    steps,
  });
  let weights: W | undefined;
  for await (const { parameters } of run) weights = parameters;
  return family.transformer(weights!);
}

/**
 * The loss of a trained transformer: that of a reference, exact by theory, and the difference of the two on the same
 * fresh prompts, whose standard error is a fifth of a percent.
 */
async function lossBeside(trained: LinearTransformer, reference: Reference): Promise<number> {
  const [own, others] = [await engine.predict(trained, fresh), await engine.predict(reference.transformer, fresh)];
  const excess = own.reduce((sum, prediction, at) => {
    const response = fresh.queryResponses[at];
    return sum + (prediction - response) ** 2 - (others[at] - response) ** 2;
  }, 0);
  return reference.loss + excess / fresh.count;
}

/** A model whose loss theory knows, as the transformer that it is. */
interface Reference {
  readonly transformer: LinearTransformer;
  readonly loss: number;
}

function gradientDescent({ stepSizes, loss }: OptimalDepth): Reference {
  return { transformer: construct.gradientDescent({ dimension, stepSizes }), loss };
}

function gdPlusPlus(parameters: GdPlusPlusParameters): Reference {
  const contractions = parameters.a.map((a, l) => a * (parameters.b[l] ?? 0));
  return {
    transformer: construct.gdPlusPlus({ dimension, stepSizes: parameters.a, contractions }),
    loss: gdPlusPlusRisk(setting, parameters).value,
  };
}

/** Two equal layers of GD++, found by a compass search over their a and b. */
function bestLoopOfTwo(): GdPlusPlusParameters {
  const loop = (a: number, b: number): GdPlusPlusParameters => ({ a: [a, a], b: [b] });
  const lossOf = ([a, b]: number[]): number => gdPlusPlusRisk(setting, loop(a, b)).value;
  let best = [0.75, 0];
  for (let reach = 0.25; reach > 1e-3;) {
    const [a, b] = best;
    const around = [1, -1].flatMap((sign) => [
      [a + sign * reach, b],
      [a, b + (sign * reach) / 4],
      [a + sign * reach, b - (sign * reach) / 4],
    ]);
    const lowest = around.reduce((one, other) => (lossOf(other) < lossOf(one) ? other : one));
    if (lossOf(lowest) < lossOf(best)) best = lowest;
    else reach /= 2;
  }
  return loop(best[0], best[1]);
}

const sparse = (layers: number) => sparseTransformer({ dimension, layers });

describe("deep linear attention, trained on sampled prompts", () => {
  it.each([
    { layers: 2, steps: 400 },
    { layers: 3, steps: 500 },
  ])(
    "of $layers layers ends within 2 percent of the best step sizes, though matrices are free",
    async ({ layers, steps }) => {
      const best = optimalDepth(setting, layers).value;
      const loss = await lossBeside(await train(sparse(layers), { steps }), gradientDescent(best));
      expect(Math.abs(loss / best.loss - 1)).toBeLessThan(0.02);
      expect(loss).toBeLessThan(tiedDepth(setting, layers).value.loss);
      expect(loss).toBeLessThan(0.8 * optimalDepth(setting, layers - 1).value.loss);
    },
  );

  it("of two layers is better untied than tied, and with GD++ than without, each as theory says", async () => {
    const plusPlus = (layers: number) => gdPlusPlusTransformer({ dimension, layers });
    const references = {
      looped: gradientDescent(tiedDepth(setting, 2).value),
      loopedPlusPlus: gdPlusPlus(bestLoopOfTwo()),
      plusPlus: gdPlusPlus(optimalGdPlusPlus(setting, 2).value),
    };
    const trained = {
      looped: await train(tiedTransformer({ repetitions: 2, loop: sparse(1) }), { steps: 300 }),
      // The best loop stands close to the cliff where prompts diverge: small steps, and no average over the way there.
      loopedPlusPlus: await train(tiedTransformer({ repetitions: 2, loop: plusPlus(1) }), {
        steps: 800,
        learningRate: 0.03,
        averagedPart: 0.2,
      }),
      plusPlus: await train(plusPlus(2), { steps: 1000, averagedPart: 0.3 }),
    };
    const looped = await lossBeside(trained.looped, references.looped);
    const loopedPlusPlus = await lossBeside(trained.loopedPlusPlus, references.loopedPlusPlus);
    const best = await lossBeside(trained.plusPlus, references.plusPlus);
    expect(Math.abs(looped / references.looped.loss - 1)).toBeLessThan(0.02);
    expect(Math.abs(loopedPlusPlus / references.loopedPlusPlus.loss - 1)).toBeLessThan(0.02);
    expect(Math.abs(best / references.plusPlus.loss - 1)).toBeLessThan(0.02);
    const free = optimalDepth(setting, 2).value.loss; // within 2 % of what training reaches, by the test above
    expect([best, loopedPlusPlus, free, looped]).toEqual([best, loopedPlusPlus, free, looped].sort((a, b) => a - b));
  });
});
