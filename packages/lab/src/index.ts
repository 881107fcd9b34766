// claims
export { FALSE_ALARM, judge, verdictOfAll } from "./claim.ts";
export type { Claim, ClaimSource, JudgedClaim, Verdict } from "./claim.ts";

// experiments
export { defineExperiment } from "./experiment.ts";
export type { Experiment, ExperimentSettings, Trial } from "./experiment.ts";
export { experiments } from "./catalogue.ts";
export { trialOfLaw } from "./experiments/own-law.ts";
export { gaussianLinearPopulation } from "./gaussian-linear-law.ts";
export { declaredOptimum } from "./declared-optimum.ts";
export { optimumOfLaw } from "./optimum-of-law.ts";
export type { LawOptimum } from "./optimum-of-law.ts";

// recipes: published results, made again
export { defineRecipe } from "./recipes/recipe.ts";
export type {
  Recipe,
  RecipeContext,
  RecipeDefinition,
  RecipeFindings,
  RecipeSettings,
  Scale,
  Setting,
} from "./recipes/recipe.ts";
export { runRecipe } from "./recipes/run-recipe.ts";
export type { RecipeOptions, RecipeReport } from "./recipes/run-recipe.ts";
export { recipes } from "./recipes/catalogue.ts";

// figures: plain data, and what it is drawn as
export type { Axis, Figure, FigurePoint, FigureSeries } from "./figure/figure.ts";
export { figureColumns, figureCsv, figureRows } from "./figure/csv.ts";
export { paper } from "./figure/paint.ts";
export type { Paint } from "./figure/paint.ts";
export { figureSvg } from "./figure/svg.ts";
export type { Drawing } from "./figure/svg.ts";
export { figureVegaLite } from "./figure/vega-lite.ts";

// does the theorem apply to my law?
export { checkLaw, checkPrompts, DEFAULT_DRAWS } from "./certificate/check-law.ts";
export type { CheckedOptimum, CheckOptions, LawCheck } from "./certificate/check-law.ts";

// quantities: what can be asked of a law
export { quantities } from "./quantities/catalogue.ts";
export { defineQuantity } from "./quantities/quantity.ts";
export type { Quantity, QuantityDefinition, QuantityDocument, QuantityInput } from "./quantities/quantity.ts";
export { flagOption, listOption, matrixOption, numberOption } from "./quantities/option.ts";
export type { Option, OptionEntry, Options, OptionType, OptionValue, OptionValues } from "./quantities/option.ts";
export type { Printable } from "./quantities/plain-json.ts";

// running
export { runTrial } from "./run-trial.ts";
export type { TrialOptions, TrialProgress } from "./run-trial.ts";
export type { TrialReport } from "./report.ts";
export { planTraining } from "./training-budget.ts";
export type { TrainingBudget } from "./training-budget.ts";

// training by a config
export {
  backendNames,
  browserBackendNames,
  familyNames,
  optimizerNames,
  trainingMethods,
} from "./training/config-fields.ts";
export type { BackendName, FamilyName, OptimizerName, TrainingMethod } from "./training/config-fields.ts";
export type { TrainingConfig, TrainingConfigFile } from "./training/config.ts";
export { checkTrainingConfig } from "./training/check-config.ts";
export { trainingConfigSchema } from "./training/config-schema.ts";
export { trainingFigures, type TrainingTrace } from "./training/training-figures.ts";
export { arraysOfParameters } from "./training/weight-arrays.ts";
export { exportedPrompts } from "./training/exported-prompts.ts";
export { knownOptimum } from "./training/known-optimum.ts";
export type { KnownOptimum } from "./training/known-optimum.ts";
export { plannedDistance } from "./training/planned-distance.ts";
export { runTraining } from "./training/run-training.ts";
export type { TrainingOptions, TrainingState } from "./training/run-training.ts";
export type { TrainingEngines } from "./training/training-run.ts";
export type { TrainedParameters, TrainingPoint, TrainingReport, TrainingSnapshot } from "./training/training-report.ts";

// which algorithm is this model?
export { identify, identifyPredictions, IDENTIFY_DRAWS } from "./identify/identify.ts";
export type { IdentifyOptions } from "./identify/identify.ts";
export type { Identification, IdentifiedAlgorithm, IdentifiedParameter } from "./identify/identification.ts";
export { contributionsOf } from "./identify/contributions.ts";
export type { Contribution, PromptExplanation } from "./identify/contributions.ts";
export type { IdentifiedModel } from "./identify/identified-model.ts";

// is this point a global minimum?
export { landscape } from "./landscape/landscape.ts";
export type { LandscapeReport } from "./landscape/landscape.ts";
export type { Inertia } from "./landscape/point.ts";
