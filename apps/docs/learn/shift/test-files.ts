import { toRows } from "@onestep/core";

import { stepAtTest, type TestLaw } from "./shifted-risks.ts";
import type { TrainedSetting } from "./shift-setting.ts";

/** The file of the law at test, as the command line reads it and the worker samples it. */
export function lawFileOf(law: TestLaw): Readonly<Record<string, object | number>> {
  return {
    contextLength: law.contextLength,
    dimension: law.dimension,
    covariates: { law: "gaussian", covariance: law.covariateVariance },
    target: { law: "linear", tasks: { law: "gaussian", covariance: law.taskVariance } },
    noise: law.noiseVariance === 0 ? { law: "none" } : { law: "gaussian", variance: law.noiseVariance },
    query: { covariates: { law: "gaussian", covariance: law.queryVariance } },
  };
}

/** A command that writes the law at test. */
export function lawFileText(law: TestLaw): string {
  return `echo '${JSON.stringify(lawFileOf(law))}' > test.json`;
}

/** A command that writes Γ, the step that the trained layer takes on contexts at test. */
export function stepFileText(trained: TrainedSetting, law: TestLaw): string {
  return `echo '${JSON.stringify(toRows(stepAtTest(trained, law)))}' > step.json`;
}
