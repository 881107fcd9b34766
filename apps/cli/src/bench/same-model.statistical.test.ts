import { openStream, randomKey, type Estimate } from "@onestep/core";
import { expectRejected, expectWithin } from "@onestep/testkit";
import { afterAll, describe, expect, test } from "vitest";
import { kernelVariants } from "./kernel-variants.ts";
import { tfjsFamily } from "./peers/tfjs-family.ts";
import { reasonWithoutTorch } from "./peers/torch-process.ts";
import { torchFamilies } from "./peers/torch.ts";
import type { Family, ProbePoint, Variant } from "./variant.ts";

const shape = { dimension: 3, context: 7, batch: 64 };
const width = shape.dimension + 1;

const SPREADS: Readonly<Record<number, number>> = { 1: 0.4, 3: 0.1 };

/** So many batches that the transposed model is ten standard errors away. */
const STEPS: Readonly<Record<number, number>> = { 1: 250, 3: 500 };

/**
 * Three layers are a polynomial in normals of so high a degree that a mean cannot be estimated. But there all variants
 * draw a batch of the same law, so that bounded functions of it have one mean.
 */
function bounded(value: number, layers: number): number {
  return layers === 1 ? value : value / (4 + Math.abs(value));
}

/** A point that is near nothing special, or the same with every Q transposed, and a direction that moves all numbers. */
function probeAt(layers: number, steps: number, seed: number, transposed = false): ProbePoint {
  const draw = (name: number): number[] => {
    const values = new Float64Array(2 * layers * width * width);
    openStream(randomKey(name)).fillNormals(values, 0, values.length);
    return [...values];
  };
  const turned = (values: readonly number[]): number[] =>
    values.map((_, at) => {
      const [matrix, row, column] = [Math.floor(at / width ** 2), Math.floor(at / width) % width, at % width];
      return matrix < layers ? values[at] : values[matrix * width ** 2 + column * width + row];
    });
  const [point, direction] = [draw(1).map((value) => SPREADS[layers] * value), draw(2)];
  if (!transposed) return { point, direction, steps, seed };
  return { point: turned(point), direction: turned(direction), steps, seed };
}

/** The mean of loss and slope together: one number that a mistake in either moves. */
async function estimated({ open }: Variant, layers: number, at: ProbePoint): Promise<Estimate> {
  const contestant = await open({ layers, ...shape });
  const { losses, slopes } = await contestant.probe(at);
  contestant.close();
  const values = losses.map((loss, step) => bounded(loss + slopes[step], layers));
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { value: mean, standardError: Math.sqrt(squares / (values.length - 1) / values.length), count: values.length };
}

// Where a Python with torch is under another name than this, the variable names it.
const candidates = [process.env["ONESTEP_TORCH_PYTHON"] ?? "python3", "/usr/bin/python3"];
const python = candidates.find((name) => reasonWithoutTorch(name) === undefined);
const families: Record<string, Family> = {
  ...(await tfjsFamily()),
  ...(python === undefined ? {} : await torchFamilies([python])),
};
const peers = Object.values(families).flatMap((family) => ("missing" in family ? [] : family.variants));
afterAll(() => {
  for (const family of Object.values(families)) if ("close" in family) family.close?.();
});

const [exact] = kernelVariants.filter(({ name }) => name === "wasm-f64");

describe.each([1, 3])("with %i layers", (layers) => {
  const [here, transposed] = [false, true].map((wrong) => estimated(exact, layers, probeAt(layers, 4000, 5, wrong)));
  const does = ({ name, refuses }: Variant): boolean =>
    name !== exact.name && refuses?.({ layers, ...shape }) === undefined;

  test.each([...kernelVariants, ...peers].filter(does))("$name has our loss and its slope", async (variant) => {
    const reference = await here;
    const { value, standardError, count } = await estimated(variant, layers, probeAt(layers, STEPS[layers], 6));
    const difference: Estimate = {
      value: value - reference.value,
      standardError: Math.hypot(standardError, reference.standardError),
      count,
    };
    expectWithin(difference, 0);
    expectRejected(difference, (await transposed).value - reference.value);
  });
});

test.skipIf(python === undefined)("PyTorch takes part, in five ways", () => {
  expect(peers.map(({ name }) => name).filter((name) => name.startsWith("torch-"))).toHaveLength(5);
});
