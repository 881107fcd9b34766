// prompts
export { promptLaw } from "./prompt/prompt-law.ts";
export type { PromptLaw, PromptLawParts } from "./prompt/prompt-law.ts";
export type { ContextLengthInput, ContextLengths } from "./prompt/context-lengths.ts";
export { promptBatches } from "./prompt/prompt-batches.ts";
export type { BatchesRequest } from "./prompt/prompt-batches.ts";
export { samplePrompts } from "./prompt/sample-prompts.ts";
export type { SampleRequest } from "./prompt/sample-request.ts";
export { LARGEST_MEASURABLE, requireMeasurable } from "./prompt/measurable.ts";
export { splitQueries } from "./prompt/split-queries.ts";
export { discretePosterior } from "./prompt/task-pool.ts";
export type { PoolEvidence, PoolPosterior } from "./prompt/task-pool.ts";
export { interleavedTokens, jointTokens } from "./prompt/token-layouts.ts";
export type { TokenSequences } from "./prompt/token-layouts.ts";

// statistics of contexts
export { sampleContextStatistics, statisticsRoute } from "./statistics/sample-context-statistics.ts";
export { expectedSquaredError, integrateQueries } from "./statistics/integrated-queries.ts";
export type { IntegratedQueries } from "./statistics/integrated-queries.ts";
export type { StatisticsRequest } from "./statistics/sample-context-statistics.ts";
export type { StatisticsRoute } from "./statistics/route.ts";

// moments
export { estimatePromptMoments } from "./moments/estimate-prompt-moments.ts";
export type { EstimatedMoments, MomentEstimation } from "./moments/estimate-prompt-moments.ts";
export { lackingMoment, ordersOfStandardErrors, requireDrawableMoments } from "./moments/needed-moments.ts";
export type { LackingMoment, MomentOrders } from "./moments/needed-moments.ts";
export { evenPartDecouples } from "./moments/even-part.ts";
export { promptMoments, targetMoments } from "./moments/prompt-moments.ts";
export { sphereAverage } from "./moments/sphere-average.ts";
export type { SphereAverage } from "./moments/sphere-average.ts";

// does the theorem apply to my law?
export { certifySymmetry } from "./symmetry/certify.ts";
export type { CertifyOptions } from "./symmetry/certify.ts";
export type { EstimatedMatrix, EstimatedPromptMoments } from "./symmetry/estimated-moments.ts";
export type { ExcessRiskRatio } from "./symmetry/excess-risk-ratio.ts";
export { promptMomentsAccumulator } from "./symmetry/moments-of-prompts.ts";
export type { PromptMomentsAccumulator } from "./symmetry/moments-of-prompts.ts";
export type {
  AdjustedCondition,
  Conclusion,
  DeclaredOptimum,
  EstimatedOptimum,
  StepForm,
  SymmetryReport,
} from "./symmetry/symmetry-report.ts";
export { testSymmetries } from "./symmetry/symmetry-tests.ts";
export type { SymmetryTest } from "./symmetry/symmetry-tests.ts";
export { promptsFromCsv, promptsToCsv } from "./prompt/csv.ts";

// law files
export { parsePromptLaw } from "./law-file/parse.ts";
export { rowsFromCsv } from "./csv/rows.ts";
export { withTables } from "./law-file/tables.ts";
export { describePromptLaw } from "./law-file/describe.ts";
export { lawFileOfFlags } from "./law-file/parse-flags.ts";
export type { LawFlags } from "./law-file/parse-flags.ts";
export { lawCatalogue, lawShelf } from "./catalogue.ts";
export type { CatalogueEntry, CatalogueParameter, LawByKind } from "./catalogue.ts";
export { nearestName } from "@onestep/core";
export { UnknownNameError } from "./define/unknown-name-error.ts";

// laws and links, listed by tools/generate-catalogue.mjs
export * from "./covariates/all.generated.ts";
export * from "./tasks/all.generated.ts";
export * from "./targets/all.generated.ts";
export * from "./noise/all.generated.ts";
export * from "./links/all.generated.ts";
export { linkShelf } from "./links/shelf.ts";

// defining laws
export { defineCovariates } from "./define/define-covariates.ts";
export type {
  CovariateDeclarations,
  CovariateLatent,
  CovariateLaw,
  CovariatesDefinition,
  CovariateStratum,
  CovariateTraits,
  DrawRows,
  FourthMoment,
  MissingMoment,
} from "./define/define-covariates.ts";
export { defineTask } from "./define/define-task.ts";
export type { DrawTaskVector, TaskDefinition, TaskLaw } from "./define/define-task.ts";
export { defineTarget } from "./define/define-target.ts";
export type {
  DrawTarget,
  QueryMoments,
  Target,
  TargetDefinition,
  TargetIndices,
  TargetLaw,
  TargetMoments,
  TargetOnCovariates,
} from "./define/define-target.ts";
export { drawFromNormals } from "./define/from-normals.ts";
export type { DrawFromNormals, FromNormals } from "./define/from-normals.ts";
export { targetOfIndex, targetOfIndices } from "./define/target-indices.ts";
export { defineNoise } from "./define/define-noise.ts";
export type { DrawLevel, DrawNoise, NoiseDefinition, NoiseLaw, NoiseMoments } from "./define/define-noise.ts";
export { defineLink, linkParameter } from "./define/define-link.ts";
export type { Link, LinkDefinition, LinkMoments } from "./define/define-link.ts";
export {
  between,
  flag,
  nonNegative,
  numberList,
  positive,
  positiveInteger,
  real,
  wholeNumber,
} from "./define/parameter.ts";
export type { About, InputsOf, Parameter, Parameters, Reading, Site, ValuesOf } from "./define/parameter.ts";
export { covarianceParameter, matrixParameter, vectorParameter } from "./define/matrix-parameters.ts";
export { choiceParameter } from "./define/choice-parameter.ts";
export { listOf } from "./define/list-parameter.ts";
export { weightsParameter } from "./define/weights-parameter.ts";
export { degreesOfFreedomParameter } from "./define/degrees-of-freedom-parameter.ts";
export { radiusParameter } from "./define/radius-parameter.ts";
export { rowsParameter } from "./define/rows-parameter.ts";
export { lawParameter } from "./define/law-parameter.ts";
export { describeLaw } from "./define/definition.ts";
export { requireRoom } from "./define/room.ts";
export type { Definition, DimensionalInputs, Factory, RecordedLaw } from "./define/definition.ts";
export type { Json, JsonObject } from "./define/json.ts";
export type { Invariance, LawKind } from "./define/law-kind.ts";
