import { DomainError } from "@onestep/core";
import { anyEntry, expectClose } from "@onestep/testkit";
import { assert, constantFrom, property } from "fast-check";
import { describe, expect, it } from "vitest";
import { huberLoss, logisticLoss, quantileLoss, squaredLoss, type PredictionLoss } from "./prediction-loss.ts";

const onNumbers: readonly PredictionLoss[] = [
  squaredLoss(),
  huberLoss({ delta: 0.7 }),
  huberLoss({ delta: 100 }),
  quantileLoss({ probability: 0.2 }),
];

describe("a loss of NaN", () => {
  it.each([...onNumbers, logisticLoss()])("is refused, not passed on: $name", ({ value, derivative }) => {
    for (const f of [value, derivative]) expect(() => f(NaN, 1)).toThrow(DomainError);
  });
});

describe("the derivative of a loss", () => {
  const step = 2 ** -17; // about the cube root of the unit roundoff
  const slopeOf = ({ value }: PredictionLoss, prediction: number, response: number): number =>
    (value(prediction + step, response) - value(prediction - step, response)) / (2 * step);

  it("of numbers is its central difference, exact for parabolas and lines, and 0 on a kink", () => {
    assert(
      property(constantFrom(...onNumbers), anyEntry(), anyEntry(), (loss, prediction, response) => {
        const own = loss.derivative(prediction, response);
        // Losses are at most 64 here. Within a step of Huber's change from parabola to line the slope is off by a step.
        const rounding = (8 * 64 * 2 ** -53) / step;
        const tolerance = loss.name === "huber" ? rounding + step : rounding;
        if (loss.name === "quantile" && Math.abs(prediction - response) <= step) {
          expect(own).toBe([0.8, 0, -0.2][1 + Math.sign(response - prediction)]);
        } else {
          expectClose(own, slopeOf(loss, prediction, response), tolerance);
        }
      }),
    );
  });

  it("of quantiles is 0 where prediction and response agree: the minimum over predictions is there", () => {
    expect(quantileLoss({ probability: 0.2 }).derivative(3, 3)).toBe(0);
  });

  it("of log-odds is its central difference", () => {
    assert(
      property(anyEntry(), constantFrom(-1, 1), (logOdds, label) => {
        const loss = logisticLoss();
        // |ℓ'''| ≤ 1/(6√3), and losses are at most 5.
        const tolerance = step ** 2 / (36 * Math.sqrt(3)) + (8 * 5 * 2 ** -53) / step;
        expectClose(loss.derivative(logOdds, label), slopeOf(loss, logOdds, label), tolerance);
      }),
    );
  });

  it("is finite as far as the loss is, and stays right", () => {
    const loss = logisticLoss();
    expect([loss.value(1e4, 1), loss.derivative(1e4, 1)]).toEqual([0, -0]);
    expect([loss.value(-1e4, 1), loss.derivative(-1e4, 1)]).toEqual([1e4, -1]);
    expect([loss.value(1e4, -1), loss.derivative(1e4, -1)]).toEqual([1e4, 1]);
    expect(huberLoss().value(1e200, 0)).toBe(2e200);
  });
});

describe("a loss", () => {
  it("is what it is called", () => {
    expect(squaredLoss().value(1, 3)).toBe(4);
    expectClose(logisticLoss().value(Math.log(3), 1), Math.log(4 / 3), 1e-15);
    expect([0.5, 1, 3].map((residual) => huberLoss().value(residual, 0))).toEqual([0.25, 1, 5]);
    expect(quantileLoss().value(1, 3)).toBe(1);
  });

  it("of quantiles is least at the quantile", () => {
    const responses = [1, 2, 3, 4, 5];
    const loss = quantileLoss({ probability: 0.3 });
    const mean = (prediction: number): number =>
      responses.reduce((sum, response) => sum + loss.value(prediction, response), 0);
    // 30 % of five numbers: the second.
    for (const other of [0, 1, 1.9, 2.1, 3, 4]) expect(mean(other)).toBeGreaterThan(mean(2));
  });

  it("of labels refuses those that are not ±1, and says how to convert them", () => {
    for (const label of [0, 0.5, 2, NaN]) {
      expect(() => logisticLoss().value(1, label)).toThrow(/a label of 1 or −1; got .* 2y − 1/);
      expect(() => logisticLoss().derivative(1, label)).toThrow(DomainError);
    }
  });

  it("records its settings, and refuses those that are none", () => {
    expect(huberLoss({ delta: 2 })).toMatchObject({ name: "huber", settings: { delta: 2 } });
    for (const bad of [0, -1, NaN, Infinity]) expect(() => huberLoss({ delta: bad })).toThrow(DomainError);
    for (const bad of [0, 1, NaN]) {
      expect(() => quantileLoss({ probability: bad })).toThrow(/quantileLoss\.probability: expected a probability/);
    }
  });
});
