import { AssumptionError, type PromptMoments } from "@onestep/core";
import { promptMoments } from "../moments/prompt-moments.ts";
import type { PromptLaw } from "../prompt/prompt-law.ts";
import { statisticsRoute } from "../statistics/sample-context-statistics.ts";
import type { Check } from "./check.ts";
import { evenPartCheck } from "./even-part-check.ts";
import { promptDrawsCheck } from "./prompt-draws.ts";
import { stepLossCheck } from "./step-loss-check.ts";
import { statisticsCheck } from "./statistics-check.ts";

/**
 * What follows from the parts of a prompt law, as checks against its draws: every prompt has an address, the moments
 * give the loss of any step, and statistics drawn without rows have the law of those of rows.
 *
 * @example
 * const law = parsePromptLaw({
 *   contextLength: 4, dimension: 2,
 *   covariates: { law: "gaussian" },
 *   target: { law: "linear", tasks: { law: "gaussian" } },
 *   noise: { law: "none" },
 * });
 * promptChecks(law).map(({ name }) => name); // => ["draws", "loss of a step", "even part", "statistics"]
 */
export function promptChecks(law: PromptLaw): readonly Check[] {
  const single = law.queries === 1 ? law : { ...law, queries: 1 };
  const moments = declaredMoments(single);
  return [
    promptDrawsCheck(law),
    moments !== undefined && hasMoments(law) && stepLossCheck(single, moments),
    moments?.evenPartDecouples === "proved" && hasMoments(law) && evenPartCheck(single),
    statisticsRoute(single, { withoutRows: true }) !== "rows" && statisticsCheck(single),
  ].filter((check) => check !== false);
}

/** Whether the squared loss of a step has a variance: the fourth power of b and of the responses a mean. */
function hasMoments({ covariates, queryCovariates, noise }: PromptLaw): boolean {
  const few = [covariates, queryCovariates].some(({ finiteMoments = Infinity }) => finiteMoments <= 8);
  return !few && noise.finiteMoments > 4;
}

function declaredMoments(law: PromptLaw): PromptMoments | undefined {
  try {
    return promptMoments(law);
  } catch (error) {
    if (error instanceof AssumptionError) return undefined;
    throw error;
  }
}
