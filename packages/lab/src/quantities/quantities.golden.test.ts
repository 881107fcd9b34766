import { matrixFromRows } from "@onestep/core";
import { parsePromptLaw, UnknownNameError, type PromptLaw } from "@onestep/data";
import {
  expectClose,
  expectMatrixClose,
  goldenCases,
  goldenQuantities,
  lawFileOfGolden,
  type GoldenCase,
  type GoldenQuantity,
} from "@onestep/testkit";
import { describe, expect, test, type TestContext } from "vitest";
import { quantities } from "./catalogue.ts";
import type { OptionValue } from "./option.ts";

/** Asks a quantity of the law of a golden case and returns its value, of the type that the output contract promises. */
type Ask = <Value = number>(quantity: string, options?: Record<string, OptionValue>) => Value;

interface Step {
  readonly stepSize: number;
  readonly preconditioner: number[][];
  readonly loss: number;
}

interface Layers {
  readonly stepSizes: number[];
  readonly loss: number;
  readonly bestPolynomialLoss: number;
}

type Checks = { readonly [Q in GoldenQuantity]?: (ask: Ask, golden: GoldenCase<Q>) => void };

/** For each golden quantity: what to ask, and what must come back. */
const checks: Checks = {
  single_layer_optimum(ask, { value, abs_tol }) {
    expectClose(ask<Step>("optimum").stepSize, value.eta, abs_tol);
    expectClose(ask<Step>("optimum").loss, value.loss, abs_tol);
  },
  gamma_star: (ask, { value, abs_tol }) => expectMatrixClose(ask<Step>("optimum").preconditioner, value, abs_tol),
  loss_star: (ask, { value, abs_tol }) => expectClose(ask<Step>("optimum").loss, value, abs_tol),
  gamma_star_and_loss(ask, { value, abs_tol }) {
    expectMatrixClose(ask<Step>("optimum").preconditioner, value.gamma, abs_tol);
    expectClose(ask<Step>("optimum").loss, value.loss, abs_tol);
  },
  nonlinear_summary(ask, { value, abs_tol }) {
    const { signalEnergy, targetEnergy, targetSecondMoment } =
      ask<Record<"signalEnergy" | "targetEnergy" | "targetSecondMoment", number>>("moments");
    expectClose([signalEnergy, targetEnergy, targetSecondMoment], [value.beta_norm2, value.f2x2, value.ef2], abs_tol);
    const { stepSize, loss } = ask<Step>("optimum");
    expectClose([stepSize, loss], [value.eta, value.loss], abs_tol);
  },
  risk_one_step_gd: (ask, { eta, value, abs_tol }) =>
    expectClose(ask("one-step-risk", { stepSize: eta }), value, abs_tol),
  ridge_risk: (ask, { ridge_lambda, value, abs_tol }) =>
    expectClose(ask("ridge-risk", { lambda: ridge_lambda }), value, abs_tol),
  bayes_risk(ask, { ridge_lambda, value, abs_tol }) {
    expectClose(ask("bayes-risk"), value, abs_tol);
    expectClose(ask("ridge-risk", { lambda: ridge_lambda }), value, abs_tol);
  },
  bayes_risk_marchenko_pastur(ask, { value, abs_tol, exact_finite }) {
    expectClose(ask("bayes-risk", { asymptotic: true }), value, abs_tol);
    expectClose(ask("bayes-risk"), exact_finite, 1e-9);
  },
  bayes_risk_deterministic_equivalent: (ask, { value, abs_tol }) =>
    expectClose(ask("bayes-risk", { asymptotic: true }), value, abs_tol),
  ols_risk: (ask, { value, abs_tol }) => expectClose(ask("least-squares-risk"), value, abs_tol),
  k_step_gd_risk: (ask, { k, a, value, abs_tol }) =>
    expectClose(ask("gradient-descent-risk", { steps: k, rate: a }), value, abs_tol),
  shift_risk: (ask, { gamma, value, abs_tol }) =>
    expectClose(ask("shift", { preconditioner: matrixFromRows(gamma) }), value, abs_tol),
  multilayer_optimum(ask, { L, value, abs_tol }) {
    const { stepSizes, loss, bestPolynomialLoss } = ask<Layers>("depth", { layers: L });
    expectClose(stepSizes, value.a, abs_tol);
    expectClose([loss, bestPolynomialLoss], [value.loss, value.best_polynomial_loss ?? value.loss], abs_tol);
  },
  // The fixture's parameters are good but not the best: what the search finds must not be worse.
  gdpp_loss: (ask, { a, value, abs_tol }) =>
    expect(ask<Layers>("gd-plus-plus", { layers: a.length }).loss).toBeLessThanOrEqual(value + abs_tol),
  wishart_trace_moments(ask, { law, value }) {
    const options = { context: law.n, dimension: law.d, order: value.length - 1 };
    expect(ask<string[]>("wishart-moments", options)).toEqual(value.slice(1).map(String));
  },
  multihead_optimum(ask, { value, abs_tol }) {
    const { unconstrained, preconditionerOnly } =
      ask<Record<"unconstrained" | "preconditionerOnly", number>>("multi-head");
    expectClose([unconstrained, preconditionerOnly], [value.multihead, value.gamma_only], abs_tol);
  },
  rank_constrained_optimum(ask, golden) {
    const { preconditioner, loss } = ask<Step>("rank", { rank: golden.rank });
    expectMatrixClose(preconditioner, golden.value.gamma, golden.abs_tol);
    expectClose(loss, golden.value.loss, golden.abs_tol);
  },
  plateau_losses: (ask, { value, abs_tol }) => expectClose(ask<number[]>("plateaus"), value, abs_tol),
  flow_gamma_hat: (ask, { times, gamma_hat0, value, abs_tol }) =>
    expectClose(ask<number[]>("dynamics", { times, initial: gamma_hat0 }), value, abs_tol),
  relu_attention_optimum(ask, { value, abs_tol }) {
    const { stepSize, loss } = ask<Step>("relu-attention");
    expectClose([stepSize, loss], [value.eta, value.loss], abs_tol);
  },
};

/** Golden quantities of a single prompt or of given weights: no law is asked anything. */
const ofOtherPackages = ["multilayer_query_token", "extracted_gamma", "population_loss_w_M"];

test("every golden quantity is checked here or belongs to a model", () => {
  expect([...Object.keys(checks), ...ofOtherPackages].sort()).toEqual([...goldenQuantities()].sort());
});

describe.each(Object.keys(checks) as (keyof Checks)[])("%s", (name) => {
  test.for(goldenCases(name).map((golden) => ({ id: golden.id, golden })))("$id", ({ golden }, context) => {
    const law = lawOrSkip(golden, context);
    const ask = (quantity: string, options: Record<string, OptionValue> = {}): unknown => {
      const document = quantities.find((one) => one.name === quantity)!.compute({ law, options, seed: 0 });
      return document["value"] ?? document;
    };
    const check = checks[name] as (ask: Ask, golden: GoldenCase) => void;
    check(ask as Ask, golden);
  });
});

/** A law that `data` does not know yet skips its case, and says which law that is. */
function lawOrSkip(golden: GoldenCase, { skip }: TestContext): PromptLaw | undefined {
  const file = lawFileOfGolden(golden);
  try {
    return file === null ? undefined : parsePromptLaw(file);
  } catch (error) {
    if (error instanceof UnknownNameError) {
      const reason = `no such law yet: ${error.unknown} (${error.where})`;
      process.stdout.write(`${golden.id} skipped: ${reason}\n`);
      skip(reason);
    }
    throw error;
  }
}
