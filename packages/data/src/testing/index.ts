export type { Check, CheckOptions, CheckResult } from "./check.ts";
export { covariateChecks } from "./covariate-checks.ts";
export { linkChecks } from "./link-checks.ts";
export { noiseChecks, type NoiseCheckOptions } from "./noise-checks.ts";
export { promptChecks } from "./prompt-checks.ts";
export { targetChecks, type TargetCheckOptions } from "./target-checks.ts";
export { taskChecks } from "./task-checks.ts";
