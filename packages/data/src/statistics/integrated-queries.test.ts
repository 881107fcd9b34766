import { randomKey, toRows } from "@onestep/core";
import { expectClose } from "@onestep/testkit";
import { describe, expect, it } from "vitest";
import { parsePromptLaw } from "../law-file/parse.ts";
import type { PromptLaw } from "../prompt/prompt-law.ts";
import { expectedSquaredError, integrateQueries } from "./integrated-queries.ts";

const some = { key: randomKey(4), count: 12 };
const lawOf = (parts: object): PromptLaw =>
  parsePromptLaw({
    contextLength: 3,
    dimension: 2,
    covariates: { law: "gaussian" },
    target: { law: "linear", tasks: { law: "rademacher" } },
    noise: { law: "none" },
    ...parts,
  });

describe("integrateQueries", () => {
  it("takes the law of each prompt where it has one of its own", () => {
    const law = lawOf({
      covariates: { law: "gaussian-prompt-mixture", weights: [0.5, 0.5], covariances: [1, [4, 9]] },
    });
    const queries = integrateQueries(law, some);
    expect(new Set(queries.secondMoments!.map((matrix) => JSON.stringify(toRows(matrix))))).toEqual(
      new Set(["[[1,0],[0,1]]", "[[4,0],[0,9]]"]),
    );
    queries.secondMoments!.forEach((matrix, i) => {
      const variances = [matrix.values[0], matrix.values[3]];
      expect(queries.energy[i]).toBe(variances[0] + variances[1]);
      // ŷ = ⟨θ, x⟩ with θ = w predicts without error.
      const task = queries.cross.slice(2 * i, 2 * i + 2).map((entry, j) => entry / variances[j]);
      expectClose(expectedSquaredError(queries, i, task), 0, 1e-14);
    });
    expect(toRows(queries.secondMoment)).toEqual([
      [2.5, 0],
      [0, 5],
    ]);
  });

  it("sees a query of a chain as the Gaussian row that it is", () => {
    const target = { law: "single-index", link: "tanh" };
    const [chain, independent] = [{ law: "gaussian-ar1", correlation: 0.5 }, { law: "gaussian" }].map((covariates) =>
      integrateQueries(lawOf({ covariates, target }), some),
    );
    expect(chain.cross).toEqual(independent.cross);
    expect(chain.energy).toEqual(independent.energy);
  });

  it("refuses moments that are infinite", () => {
    const covariates = { law: "student-product", degreesOfFreedom: 5 };
    const law = lawOf({ covariates, target: { law: "coordinate", link: "cube" } });
    expect(() => integrateQueries(law, some)).toThrow("integrateQueries: expected tails that leave E‖x‖⁶ finite");
  });
});
