import {
  add,
  DomainError,
  identity,
  isotropic as isotropicCovariance,
  matrixFromRows,
  scale,
  trace,
  type Matrix,
} from "@onestep/core";
import { defineCovariates, parsePromptLaw, promptLaw, type PromptLaw } from "@onestep/data";
import { expectClose, expectMatrixClose } from "@onestep/testkit";
import { describe, expect, test } from "vitest";
import { quantities } from "./catalogue.ts";
import type { OptionValue } from "./option.ts";

const lawOf = (parts: object): PromptLaw =>
  parsePromptLaw({
    contextLength: 12,
    covariates: { law: "gaussian" },
    target: { law: "linear", tasks: { law: "gaussian" } },
    noise: { law: "gaussian", variance: 0.3 },
    ...parts,
  });
const gaussian = (covariance: unknown): object => ({ covariates: { law: "gaussian", covariance } });
const linear = (tasks: object): object => ({ target: { law: "linear", tasks: { law: "gaussian", ...tasks } } });

const isotropic = lawOf({ dimension: 3 });
/** The isotropic law in other units: x is twice as large, w half as large. */
const stretched = lawOf({ dimension: 3, ...gaussian(4), ...linear({ covariance: 0.25 }) });
/** The isotropic law in other coordinates: Ω = Σ⁻¹. */
const whitened = lawOf({ ...gaussian([4, 1, 0.25]), ...linear({ covariance: [0.25, 1, 4] }) });
const tilted = lawOf({
  ...gaussian([
    [2, 0.5],
    [0.5, 1],
  ]),
  ...linear({ mean: [1, 0] }),
});
const tanh = lawOf({ dimension: 3, target: { law: "single-index", link: "tanh" } });

function ask<V = number>(quantity: string, law?: PromptLaw, options: Record<string, OptionValue> = {}): V {
  const document = quantities.find(({ name }) => name === quantity)!.compute({ law, options, seed: 0 });
  return (document["value"] ?? document) as V;
}
interface Step {
  readonly stepSize: number | null;
  readonly whitenedStepSize?: number;
  readonly preconditioner: readonly (readonly number[])[];
  readonly loss: number;
}
const multiple = (factor: number): Matrix => scale(identity(3), factor);
const gradientAt = (law: PromptLaw, preconditioner: Matrix): Matrix =>
  matrixFromRows(ask<{ gradient: number[][] }>("gradient", law, { preconditioner }).gradient);

test.each(["one-step-risk", "shift"])("%s averages over spectra that each prompt draws: λᵢ ~ Exp(r)", (quantity) => {
  const [n, d, rate, variance, omega, eta] = [12, 3, 2, 0.3, 0.7, 0.05];
  const law = lawOf({
    dimension: d,
    covariates: { law: "gaussian-random-spectrum", rate },
    ...linear({ covariance: omega }),
  });
  const [m1, m2, m3] = [1 / rate, 2 / rate ** 2, 6 / rate ** 3]; // E λᵏ
  // Given Λ, E S² = n(n + 1)Λ² + n tr(Λ)Λ; independent λᵢ have E tr(Λ)tr(Λ²) = d m₃ + d(d − 1) m₁m₂.
  const cubic = omega * (n * (n + 1) * d * m3 + n * (d * m3 + d * (d - 1) * m1 * m2));
  const quadratic = eta ** 2 * (cubic + variance * n * d * m2);
  const expected = omega * d * m1 + variance - 2 * eta * n * omega * d * m2 + quadratic;
  expectClose(ask(quantity, law, { stepSize: eta, preconditioner: multiple(eta) }), expected, 1e-14);
});

describe("one law in other units and coordinates", () => {
  test.each(["relu-attention", "random-length"])(
    "%s keeps its loss, and its step is told in the law's own units",
    (quantity) => {
      const options = { from: 3, to: 9 };
      const [own, scaled, turned] = [isotropic, stretched, whitened].map((law) =>
        ask<Step>(quantity, law, options),
      ) as [Step, Step, Step];
      expectClose([scaled.loss, turned.loss], [own.loss, own.loss], 1e-14);
      expectClose(scaled.stepSize!, own.stepSize! / 4, 1e-16);
      expectClose(turned.whitenedStepSize ?? turned.stepSize!, own.stepSize!, 1e-16);
    },
  );

  test.each(["bayes-risk", "least-squares-risk", "coalescence", "ridge-risk", "gradient-descent-risk"])(
    "%s",
    (quantity) => {
      const options = (unit: number): Record<string, number> => ({
        layers: 2,
        lambda: 0.7 * unit,
        steps: 3,
        rate: 0.4 / unit,
      });
      expectClose(ask(quantity, stretched, options(4)), ask(quantity, isotropic, options(1)), 1e-12);
    },
  );

  test("the passport says which coordinates a step is told in", () => {
    const remarksOn = (law: PromptLaw): string =>
      quantities
        .find(({ name }) => name === "relu-attention")!
        .compute({ law, seed: 0 })
        .hypotheses.join("; ");
    expect(remarksOn(isotropic)).not.toMatch(/coordinates|scaled/);
    expect(remarksOn(stretched)).toMatch(/variance 4 are scaled to 1.*Γ = ηI/);
    expect(remarksOn(whitened)).toMatch(/whitened coordinates.*Γ = ηΣ⁻¹/);
  });
});

describe("quantities agree with one another", () => {
  test.each([
    ["isotropic", isotropic],
    ["tilted, with a mean", tilted],
    ["tanh", tanh],
  ] as const)("at the optimum of the %s law", (_, law) => {
    const { preconditioner, loss } = ask<Step>("optimum", law);
    const options = { preconditioner: matrixFromRows(preconditioner), rank: law.dimension, from: 12, to: 12 };
    expectClose(ask("shift", law, options), loss, 1e-13);
    expectClose(ask<{ loss: number }>("gradient", law, options).loss, loss, 1e-13);
    expectMatrixClose(gradientAt(law, options.preconditioner), scale(identity(law.dimension), 0), 1e-12);
    expectMatrixClose(ask<Step>("rank", law, options).preconditioner, preconditioner, 1e-14);
    expectClose(ask<Step>("random-length", law, options).loss, loss, 1e-13);
    expectClose(ask<{ preconditionerOnly: number }>("multi-head", law).preconditionerOnly, loss, 1e-13);
    expect(ask<{ floor: number }>("depth-floor", law).floor).toBeLessThan(loss);
  });

  test("a random length makes the average gradient vanish, by the closed form and by the moments", () => {
    for (const law of [stretched, tanh]) {
      const { preconditioner } = ask<Step>("random-length", law, { from: 2, to: 5 });
      const total = [2, 3, 4, 5].map(
        (contextLength) => gradientAt({ ...law, contextLength }, matrixFromRows(preconditioner)).values[0],
      );
      expectClose(
        total.reduce((sum, entry) => sum + entry, 0),
        0,
        1e-12,
      );
    }
  });

  test("autoregressive steps make the gradient averaged over positions vanish", () => {
    const { unnormalised, normalised } = ask<Record<"unnormalised" | "normalised", number>>(
      "autoregressive",
      stretched,
      { length: 4 },
    );
    const slopeAt = (contextLength: number, eta: number): number =>
      gradientAt({ ...stretched, contextLength }, multiple(eta)).values[0];
    const lengths = [1, 2, 3, 4];
    expectClose(
      lengths.reduce((sum, k) => sum + slopeAt(k, unnormalised), 0),
      0,
      1e-12,
    );
    expectClose(
      lengths.reduce((sum, k) => sum + slopeAt(k, normalised / k) / k, 0),
      0,
      1e-12,
    );
  });

  test("the flow starts where it is told and ends at the optimum", () => {
    const limit = ask<Step>("optimum", stretched).stepSize! * 12;
    expectClose(ask<number[]>("dynamics", stretched, { times: [0, 1e3], initial: 0.001 }), [0.001, limit], 1e-14);
  });

  test("below the threshold two layers take different steps, above it the same", () => {
    const threshold = ask("coalescence", whitened, { layers: 2 });
    const stepsAt = (variance: number): number[] =>
      ask<{ stepSizes: number[] }>(
        "depth",
        { ...whitened, noise: lawOf({ dimension: 1, noise: { law: "gaussian", variance } }).noise },
        { layers: 2 },
      ).stepSizes;
    const gap = ([first, second]: number[]): number => second / first - 1;
    expect(gap(stepsAt(0.99 * threshold))).toBeGreaterThan(0.01);
    expect(gap(stepsAt(1.01 * threshold))).toBeLessThan(1e-6);
  });

  test("a tied model of one layer is the untied one, of two layers it is worse", () => {
    const loss = (layers: number, tied: boolean): number =>
      ask<{ loss: number }>("depth", isotropic, { layers, tied }).loss;
    expectClose(loss(1, true), loss(1, false), 1e-12);
    expect(loss(2, true)).toBeGreaterThan(loss(2, false));
  });

  test("a known mean of the tasks leaves the Bayes risk alone", () => {
    expect(ask("bayes-risk", lawOf({ dimension: 3, ...linear({ mean: 2 }) }))).toBe(ask("bayes-risk", isotropic));
  });

  test("where the tasks' sign is fair, heads cannot use their mean", () => {
    const { target } = linear({ mean: 1 }) as { target: object };
    const { unconstrained, preconditionerOnly } = ask<Record<"unconstrained" | "preconditionerOnly", number>>(
      "multi-head",
      lawOf({ dimension: 3, target: { law: "random-sign", of: target } }),
    );
    expect(unconstrained).toBe(preconditionerOnly);
    expect(ask<{ unconstrained: number }>("multi-head", lawOf({ dimension: 3, target })).unconstrained).toBeLessThan(
      unconstrained,
    );
  });

  test("cross-entropy reads sign labels, behind a random sign and in other units too", () => {
    const labels = (covariance: unknown, target: object): Step =>
      ask<Step>(
        "cross-entropy",
        lawOf({ contextLength: 2, dimension: 3, ...gaussian(covariance), target, noise: { law: "none" } }),
      );
    const sign = { law: "single-index", link: "sign" };
    const plain = labels(1, sign);
    expectClose([plain.stepSize!, plain.loss], [0.507098, 0.559418], 5e-7); // theory.md j.6
    expect(labels(1, { law: "random-sign", of: sign })).toEqual(plain);
    expectClose(labels(4, sign).stepSize!, plain.stepSize! / 4, 1e-15);
    expect(labels([4, 1, 0.25], { ...sign, whiten: true })).toEqual(plain);
  });
});

describe("what has no finite value", () => {
  test.each([11, 12, 13])(
    "least squares at n = %i, d = 12, and ridge without penalty, are infinite",
    (contextLength) => {
      const law = lawOf({ contextLength, dimension: 12 });
      expect(ask("least-squares-risk", law)).toBe("infinite");
      expect(ask("ridge-risk", law, { lambda: 0 })).toBe("infinite");
    },
  );
});

/** Every refusal names what the law does not meet, and something to ask instead. */
const refusals: readonly (readonly [quantity: string, law: PromptLaw, says: RegExp])[] = [
  ["ridge-risk", tanh, /a linear target.*single-index target with link tanh.*one-step-risk/],
  ["ridge-risk", tilted, /Σ = sI.*bayes-risk/],
  ["gradient-descent-risk", whitened, /Σ = sI.*depth/],
  ["depth", tilted, /Ω = ω²Σ⁻¹.*depth-floor/],
  ["relu-attention", tilted, /isotropic once the covariates are whitened/],
  ["dynamics", tilted, /a mean/],
  ["dynamics", whitened, /not a multiple of I/],
  [
    "plateaus",
    lawOf({
      ...gaussian([
        [2, 0.5],
        [0.5, 1],
      ]),
      ...linear({ covariance: [1, 2] }),
    }),
    /shared eigenbasis.*rank/,
  ],
  ["bayes-risk", tanh, /N\(μ, Ω\).*single-index/],
  ["cross-entropy", tanh, /link sign; got a single-index target with link tanh/],
  ["depth-floor", lawOf({ dimension: 3, query: gaussian(2) }), /a query with a law of its own/],
  ["softmax-heads", lawOf({ dimension: 3, query: gaussian(2) }), /a query with a law of its own/],
];

describe("a law outside the hypotheses", () => {
  test.each(refusals)("%s refuses it", (quantity, law, says) => {
    const options = { lambda: 1, steps: 2, rate: 1, layers: 2, times: [1], initial: 1 };
    expect(() => ask(quantity, law, options)).toThrowError(
      expect.objectContaining({ code: "assumption", message: expect.stringMatching(says) as string }),
    );
  });

  test("whose moments are not those of independent rows is refused, whatever it calls itself", () => {
    const heavy = defineCovariates({
      name: "heavy",
      summary: "Says that it is Gaussian, with twice the fourth moment.",
      parameters: {},
      covariance: ({ dimension }) => isotropicCovariance(dimension),
      fourthMoment: () => (omega) => scale(add(scale(omega, 2), scale(identity(omega.rows), trace(omega))), 2),
      declares: { centered: true, invariance: "rotations", gaussian: true },
      draw: () => (stream, count, into, offset) => stream.fillNormals(into, offset, 3 * count),
    })({ dimension: 3 });
    const law = promptLaw({ ...isotropic, covariates: heavy, queryCovariates: heavy });
    expect(() => ask("ridge-risk", law, { lambda: 1 })).toThrowError(/independent rows and independent noise/);
    expect(ask("one-step-risk", law, { stepSize: 0 })).toBeCloseTo(3.3, 12);
  });

  test("a query spelled out to be like the rows is one", () => {
    expect(ask("softmax-heads", lawOf({ dimension: 3, query: gaussian([1, 1, 1]) }))).toEqual(
      ask("softmax-heads", isotropic),
    );
  });
});

describe("options", () => {
  test("a missing one is named, with what it means", () => {
    expect(() => ask("depth", isotropic)).toThrowError(
      /depth\.layers: expected how many layers, a number; got nothing/,
    );
  });

  test("one outside the mathematics is refused by the formula", () => {
    expect(() => ask("depth", isotropic, { layers: 0 })).toThrowError(DomainError);
    expect(() => ask("ridge-risk", isotropic, { lambda: -1 })).toThrowError(DomainError);
    expect(() => ask("random-length", isotropic, { from: 5, to: 4 })).toThrowError(/1 ≤ from ≤ to; got from 5 to 4/);
  });

  test("a quantity of a law refuses to do without", () => {
    expect(() => ask("optimum")).toThrowError(/expected a law; got nothing/);
  });
});

test("names are distinct, and every option is described", () => {
  expect(new Set(quantities.map(({ name }) => name)).size).toBe(quantities.length);
  for (const { options } of quantities)
    for (const { flag, description } of options) expect(`${flag} ${description}`).toMatch(/^--[a-z-]+ \S/);
});
