import { childKey, covariance, matrix, meanAccumulator, randomKey, type Estimate } from "@onestep/core";
import { expectRejected, expectWithin, seedForTests } from "@onestep/testkit";
import { expect, it } from "vitest";
import { layerOnPopulation, trainableOnPopulation } from "../population/layer-on-population.ts";
import type { GaussianLinearPopulation } from "../population/task-moments.ts";
import { mergedHeads } from "../deep/parametrisations/merged-heads.ts";
import type { Trainable } from "../pretrain/trainable.ts";
import type { DrawnPrompts } from "./drawn-prompts.ts";
import { layerOnDrawnPrompts } from "./layer-on-drawn-prompts.ts";
import { transformerOnDrawnPrompts } from "./transformer-on-drawn-prompts.ts";

/** Everything that white coordinates turn: correlated covariates and tasks, a task mean, noise. */
const law: Required<GaussianLinearPopulation> = {
  contextLength: 6,
  covariates: covariance(matrix(2, 2, [1, 0.4, 0.4, 0.5])),
  tasks: covariance(matrix(2, 2, [0.3, -0.1, -0.1, 0.2])),
  taskMean: Float64Array.of(0.8, -0.5),
  noiseVariance: 0.3,
};
const parameters = {
  keyQuery: matrix(3, 3, [0.12, -0.05, 7, 0.08, 0.1, 7, 0.08, -0.02, 7]),
  valueProjection: matrix(3, 1, [-0.3, 0.2, 0.9]),
};
const family = mergedHeads({ dimension: 2 });
const exact = layerOnPopulation(law);

const dot = (one: Float64Array, other: Float64Array): number =>
  one.reduce((sum, entry, at) => sum + entry * other[at], 0);

/** The loss and its slope along a direction of positions, over many minibatches. */
async function observe<P>(
  { lossAndGradient }: Trainable<P, DrawnPrompts>,
  position: Float64Array,
  direction: Float64Array,
  lossScale: number,
): Promise<{ loss: Estimate; slope: Estimate }> {
  const [losses, slopes] = [meanAccumulator(), meanAccumulator()];
  for (let step = 0; step < 300; step++) {
    const key = childKey(randomKey(seedForTests()), "drawn prompts", step);
    const { loss, gradient } = await lossAndGradient(position, { key, count: 480 });
    losses.push(loss);
    slopes.push(lossScale * dot(gradient, direction));
  }
  return { loss: losses.estimate(), slope: slopes.estimate() };
}

const ahead = Float64Array.from({ length: 12 }, (_, at) => Math.sin(at + 1)); // any direction does
const ofLayer = layerOnDrawnPrompts(law);
const alongLayer = ofLayer.unpack(ahead);
/** E y² = tr ΣΩ + μᵀΣμ + σ², the unit in which the frame has the loss. */
const energy = 0.32 + 0.445 + 0.3;

it.each(["two-column", "rao-blackwell"] as const)(
  "a layer on drawn prompts has the population's loss and gradient on average: %s",
  async (method) => {
    const layer = layerOnDrawnPrompts(law, { method });
    const { loss, slope } = await observe(layer, layer.pack(parameters), ahead, energy);
    const population = await exact.lossAndGradient(exact.pack(parameters), undefined);
    expectWithin(loss, population.loss);
    expectWithin(slope, dot(population.gradient, exact.pack(alongLayer)));

    const { taskMean: _, ...centred } = law;
    const wrong = await layerOnPopulation(centred).lossAndGradient(exact.pack(parameters), undefined);
    expectRejected(loss, wrong.loss);
    expectRejected(slope, dot(wrong.gradient, exact.pack(alongLayer)));
  },
);

it("so has a transformer of one layer", async () => {
  const transformer = transformerOnDrawnPrompts(family, law);
  const position = family.pack([parameters]);
  const { loss, slope } = await observe(transformer, position, ahead, 1);
  const population = await trainableOnPopulation(family, law).lossAndGradient(position, undefined);
  expectWithin(loss, population.loss);
  expectWithin(slope, dot(population.gradient, ahead));
  expectRejected(slope, dot(population.gradient, ahead) / law.contextLength);
  expect(transformer.path).toMatch(/^wasm-f64 /);
});
