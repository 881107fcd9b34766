import { DomainError } from "@onestep/core";
import { expectClose } from "@onestep/testkit";
import { expect, test } from "vitest";
import { wishartSpectrum, expectedTrace } from "../spectrum/wishart-spectrum.ts";
import { finitePretrainingRisk } from "./finite-pretraining.ts";

const sizes = { contextRatio: 10, taskRatio: 0.5, promptRatio: 2, noiseRatio: 0.01 };

test.each([
  [0.2, 0.864],
  [0.5, 0.821],
  [0.85, 2.228],
  [1.15, 2.775],
  [1.5, 1.224],
  [2, 0.891],
])("a double descent: at τ = %d the loss is %d", (promptRatio, loss) => {
  expectClose(finitePretrainingRisk({ ...sizes, promptRatio }).value, loss, 5e-4);
});

test("on endless prompts and tasks it is the best step of the proportional limit, 1 + ρ − α/(1 + α + ρ)", () => {
  const endless = finitePretrainingRisk({ ...sizes, taskRatio: 1e9, promptRatio: 1e9 }).value;
  expectClose(endless, 1.01 - 10 / 11.01, 1e-8);
});

test("without prompts nothing is predicted", () => {
  expectClose(finitePretrainingRisk({ ...sizes, promptRatio: 1e-12 }).value, 1.01, 1e-10);
});

test("on endless prompts it is the loss of R(R + qI)⁻¹, averaged over the spectrum of a large pool", () => {
  const [d, pool] = [60, 30];
  const q = 1.01 / 10;
  const spectrum = wishartSpectrum({ contextLength: pool, dimension: d });
  const mean = (f: (eigenvalue: number) => number): number => expectedTrace(spectrum, (s) => f(s / pool)) / d;
  const gain = mean((r) => r / (r + q));
  const energy = mean((r) => (r / (r + q)) ** 2);
  const loss = finitePretrainingRisk({ ...sizes, promptRatio: 1e12 }).value;
  expectClose(loss, 1.01 - 2 * gain + (1 + q) * energy, 5e-3);
});

test("nonsense is refused", () => {
  expect(() => finitePretrainingRisk({ ...sizes, promptRatio: 1 })).toThrow(/diverges/);
  expect(() => finitePretrainingRisk({ ...sizes, taskRatio: 0 })).toThrow(DomainError);
  expect(() => finitePretrainingRisk({ ...sizes, noiseRatio: -1 })).toThrow(/noise ratio/);
});
