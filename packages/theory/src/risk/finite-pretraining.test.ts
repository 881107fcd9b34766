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

/** m with 1/m = x + κ/(κ + m), the transform of the Marčenko–Pastur law of the pool's second moment, by bisection. */
function transformByBisection(kappa: number, x: number): number {
  let [low, high] = [0, 1 / x];
  for (let round = 0; round < 200; round++) {
    const m = (low + high) / 2;
    if (m * (x + kappa / (kappa + m)) < 1) low = m;
    else high = m;
  }
  return low;
}

test.each([
  [0.5, 0.3, 2],
  [0.5, 20, 0.4],
  [1, 3, 0.1],
  [7, 0.2, 5],
  [7, 40, 1e-3],
])("κ = %d, α = %d, ρ = %d: both branches by the fixed point behind the transform", (kappa, alpha, rho) => {
  const q = (1 + rho) / alpha;
  const risk = (promptRatio: number): number =>
    finitePretrainingRisk({ contextRatio: alpha, taskRatio: kappa, promptRatio, noiseRatio: rho }).value;
  // Few prompts: a pool of κ/τ.
  const tau = 0.6;
  const mu = q * transformByBisection(kappa / tau, q);
  const noise = 1 - tau * (1 - mu) ** 2 + mu * (rho / q - 1);
  const few = ((tau * (1 + q)) / (1 - tau)) * noise - 2 * tau * (1 - mu) + 1 + rho;
  expectClose(risk(tau) / few, 1, 1e-12);
  // Many: the best step on the pool, and the variance that falls like 1/(τ − 1).
  const m = transformByBisection(kappa, q);
  // 1/m = x + κ/(κ + m) differentiated: −m'/m² = 1 − κm'/(κ + m)².
  const slope = -1 / (1 / (m * m) - kappa / (kappa + m) ** 2);
  const best = 1 + rho - 2 * (1 - q * m) + (1 + q) * (1 - 2 * q * m - q * q * slope);
  const variance = (1 + q) * m * (rho + q * (1 - q * m));
  for (const many of [1.25, 3]) expectClose(risk(many) / (best + variance / (many - 1)), 1, 1e-11);
});
