import { childKey, type PromptBatch, type RandomKey } from "@onestep/core";
import { drawContext, drawQueries, openPrompt } from "../prompt/open-prompt.ts";
import { promptArrays } from "../prompt/prompt-arrays.ts";
import { promptLaw, type PromptLaw } from "../prompt/prompt-law.ts";
import { drawPrompts } from "../prompt/sample-prompts.ts";
import { exactCheck, type Check } from "./check.ts";
import { firstDifference, firstNotFinite } from "./compare-arrays.ts";

const COUNT = 12;
const CUT = 5;
const MORE = 3;

/**
 * Prompt i of a key is the same whatever was drawn before and however a batch is cut, drawn with others or by itself, a
 * longer context begins with the shorter one, and every number is finite.
 */
export function promptDrawsCheck(law: PromptLaw): Check {
  const { contextLength: n, dimension: d, leastContextLength, queries } = law;
  return exactCheck("draws", (key) => {
    const whole = drawPrompts(law, { key, count: COUNT });
    if (differ(whole, drawPrompts(law, { key, count: COUNT }))) return "one key drew two different batches";
    const tail = drawPrompts(law, { key, count: COUNT - CUT, from: CUT });
    const rest = {
      covariates: whole.covariates.subarray(CUT * n * d),
      responses: whole.responses.subarray(CUT * n),
      queryCovariates: whole.queryCovariates.subarray(CUT * queries * d),
      queryResponses: whole.queryResponses.subarray(CUT * queries),
    };
    if (differ(tail, rest)) return "prompts differ where the batch is cut differently";
    if (differ(whole, drawOneByOne(law, key))) return "a prompt drawn with others is not the one at its address";
    if (leastContextLength === undefined) {
      const longer = drawPrompts(promptLaw({ ...law, contextLength: n + MORE }), { key, count: 1 });
      const beginning = {
        ...longer,
        covariates: longer.covariates.subarray(0, n * d),
        responses: longer.responses.subarray(0, n),
      };
      if (differ(beginning, drawPrompts(law, { key, count: 1 }))) {
        return "a longer context does not begin with the shorter one of the same key";
      }
    }
    const strange = arraysOf(whole)
      .map(firstNotFinite)
      .find((value) => value !== undefined);
    return strange === undefined ? undefined : `a covariate or a response is ${strange}`;
  });
}

/** The same prompts, number by number from the streams of their parts. */
function drawOneByOne(law: PromptLaw, key: RandomKey): Arrays {
  const into = promptArrays(law, COUNT);
  for (let i = 0; i < COUNT; i++) {
    const prompt = openPrompt(law, childKey(key, "prompt", i));
    drawQueries(law, prompt, into, i);
    drawContext(prompt, into, i * law.contextLength, law.dimension);
  }
  return into;
}

type Arrays = Pick<PromptBatch, "covariates" | "responses" | "queryCovariates" | "queryResponses">;

function arraysOf({ covariates, responses, queryCovariates, queryResponses }: Arrays): readonly Float64Array[] {
  return [covariates, responses, queryCovariates, queryResponses];
}

function differ(left: Arrays, right: Arrays): boolean {
  const others = arraysOf(right);
  return arraysOf(left).some((values, i) => firstDifference(values, others[i]) !== undefined);
}
