import { childKey, matrix, meanAccumulator, openStream, randomKey, type Estimate } from "@onestep/core";
import { expectRejected, expectWithin, seedForTests } from "@onestep/testkit";
import { describe, it } from "vitest";
import { whiteLoss, type WhiteLaw } from "../../tests/white-population.ts";
import type { OneLayerParameters } from "./block-sums.ts";
import type { LinearGaussianLaw } from "./law.ts";
import { openOneLayer, type OneLayerOptions } from "./one-layer.ts";

const key = childKey(randomKey(seedForTests()), "one-layer");
const BATCHES = 400;
const BATCH = 1920;

const normals = (label: string, length: number): Float64Array => {
  const values = new Float64Array(length);
  openStream(childKey(randomKey(0), label)).fillNormals(values, 0, length);
  return values;
};

/** A layer somewhere, with predictions of the size of responses, and a direction to leave it by. */
function layerAndDirection({
  dimension,
  contextLength,
}: LinearGaussianLaw): Record<"at" | "along", OneLayerParameters> {
  const width = dimension + 1;
  const at = { keyQuery: normals("M", width * width), valueProjection: normals("u", width) };
  for (const [i, entry] of at.valueProjection.entries()) at.valueProjection[i] = entry / (contextLength + width);
  return { at, along: { keyQuery: normals("along M", width * width), valueProjection: normals("along u", width) } };
}

const inner = (x: Float64Array, y: Float64Array): number => x.reduce((sum, entry, i) => sum + entry * y[i], 0);

/** Loss and directional derivatives, estimated from independent batches. */
function estimates(law: LinearGaussianLaw, options: OneLayerOptions): Record<"loss" | "alongM" | "alongU", Estimate> {
  const layer = openOneLayer(law, { precision: "float32", ...options });
  const { at, along } = layerAndDirection(law);
  const gradient = structuredClone(at);
  const own = childKey(key, layer.name);
  const means = { loss: meanAccumulator(), alongM: meanAccumulator(), alongU: meanAccumulator() };
  for (let batch = 0; batch < BATCHES; batch++) {
    means.loss.push(layer.lossAndGradient(at, { key: own, first: batch * BATCH, count: BATCH }, gradient));
    means.alongM.push(inner(gradient.keyQuery, along.keyQuery));
    means.alongU.push(inner(gradient.valueProjection, along.valueProjection));
  }
  return { loss: means.loss.estimate(), alongM: means.alongM.estimate(), alongU: means.alongU.estimate() };
}

/** The same of the population; the loss is quadratic in M and in u, so that central differences are exact. */
function population(law: WhiteLaw): Record<"loss" | "alongM" | "alongU", number> {
  const { at, along } = layerAndDirection(law);
  const slope = (name: "keyQuery" | "valueProjection"): number => {
    const [ahead, behind] = [1, -1].map((step) =>
      whiteLoss(law, { ...at, [name]: at[name].map((entry, i) => entry + step * along[name][i]) }),
    );
    return (ahead - behind) / 2;
  };
  return { loss: whiteLoss(law, at), alongM: slope("keyQuery"), alongU: slope("valueProjection") };
}

const longer = (law: WhiteLaw): WhiteLaw => ({ ...law, contextLength: law.contextLength + 2 });
const variants: readonly OneLayerOptions[] = [
  { method: "rows" },
  { method: "two-column" },
  { method: "rao-blackwell" },
  { method: "two-column", antithetic: true },
  { method: "rao-blackwell", antithetic: true },
];

describe("loss and gradient in float32 are those of the population, whatever is drawn", () => {
  const law = { dimension: 3, contextLength: 2, noiseDeviation: 0.5 }; // n < d
  it.each(variants)("%o", (options) => {
    const estimate = estimates(law, options);
    const [expected, wrong] = [population(law), population(longer(law))];
    for (const name of ["loss", "alongM", "alongU"] as const) {
      expectWithin(estimate[name], expected[name]);
      expectRejected(estimate[name], wrong[name]);
    }
  });

  it("a context of one row, whose factor has one column", () => {
    const short = { dimension: 2, contextLength: 1, noiseDeviation: 1 };
    const estimate = estimates(short, { method: "two-column" });
    expectWithin(estimate.alongU, population(short).alongU);
    expectRejected(estimate.alongU, population(longer(short)).alongU);
  });
});

describe("any task law", () => {
  it("has the same gradient by columns as by rows", () => {
    const task = { factor: matrix(2, 2, Float64Array.of(1, 0.5, -1, 2)), mean: Float64Array.of(1, -0.5) };
    const law = { dimension: 2, contextLength: 4, noiseDeviation: 0.5, task };
    const difference = (other: LinearGaussianLaw): Estimate => {
      const [rows, columns] = [estimates(law, { method: "rows" }), estimates(other, { method: "rao-blackwell" })];
      const standardError = Math.hypot(rows.alongM.standardError, columns.alongM.standardError);
      return { value: rows.alongM.value - columns.alongM.value, standardError, count: BATCHES };
    };
    expectWithin(difference(law), 0);
    expectRejected(difference({ ...law, task: { ...task, mean: Float64Array.of(1, 0.5) } }), 0);
  });
});
