import type { PromptBatch } from "@onestep/core";
import { promptLaw, type PromptLaw } from "../prompt/prompt-law.ts";
import { samplePrompts } from "../prompt/sample-prompts.ts";
import { exactCheck, type Check } from "./check.ts";
import { firstDifference, firstNotFinite } from "./compare-arrays.ts";

const COUNT = 12;
const CUT = 5;
const MORE = 3;

/**
 * Prompt i of a key is the same whatever was drawn before and however a batch is cut, a longer context begins with the
 * shorter one, and every number is finite.
 */
export function promptDrawsCheck(law: PromptLaw): Check {
  const { contextLength: n, dimension: d, leastContextLength, queries } = law;
  return exactCheck("draws", (key) => {
    const whole = samplePrompts(law, { key, count: COUNT });
    if (differ(whole, samplePrompts(law, { key, count: COUNT }))) return "one key drew two different batches";
    const tail = samplePrompts(law, { key, count: COUNT - CUT, from: CUT });
    const rest = {
      covariates: whole.covariates.subarray(CUT * n * d),
      responses: whole.responses.subarray(CUT * n),
      queryCovariates: whole.queryCovariates.subarray(CUT * queries * d),
      queryResponses: whole.queryResponses.subarray(CUT * queries),
    };
    if (differ(tail, rest)) return "prompts differ where the batch is cut differently";
    if (leastContextLength === undefined) {
      const longer = samplePrompts(promptLaw({ ...law, contextLength: n + MORE }), { key, count: 1 });
      const beginning = {
        ...longer,
        covariates: longer.covariates.subarray(0, n * d),
        responses: longer.responses.subarray(0, n),
      };
      if (differ(beginning, samplePrompts(law, { key, count: 1 }))) {
        return "a longer context does not begin with the shorter one of the same key";
      }
    }
    const strange = arraysOf(whole)
      .map(firstNotFinite)
      .find((value) => value !== undefined);
    return strange === undefined ? undefined : `a covariate or a response is ${strange}`;
  });
}

type Arrays = Pick<PromptBatch, "covariates" | "responses" | "queryCovariates" | "queryResponses">;

function arraysOf({ covariates, responses, queryCovariates, queryResponses }: Arrays): readonly Float64Array[] {
  return [covariates, responses, queryCovariates, queryResponses];
}

function differ(left: Arrays, right: Arrays): boolean {
  const others = arraysOf(right);
  return arraysOf(left).some((values, i) => firstDifference(values, others[i]) !== undefined);
}
