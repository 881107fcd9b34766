// prompts
export { promptLaw } from "./prompt/prompt-law.ts";
export type { PromptLaw, PromptLawParts } from "./prompt/prompt-law.ts";
export type { ContextLengthInput, ContextLengths } from "./prompt/context-lengths.ts";
export { samplePrompts } from "./prompt/sample-prompts.ts";
export type { SampleRequest } from "./prompt/sample-request.ts";
export { splitQueries } from "./prompt/split-queries.ts";
export { interleavedTokens, jointTokens } from "./prompt/token-layouts.ts";
export type { TokenSequences } from "./prompt/token-layouts.ts";

// moments
export { promptMoments, targetMoments } from "./moments/prompt-moments.ts";
export { sphereAverage } from "./moments/sphere-average.ts";
export type { SphereAverage } from "./moments/sphere-average.ts";

// law files
export { parsePromptLaw } from "./law-file/parse.ts";
export { describePromptLaw } from "./law-file/describe.ts";
export { lawCatalogue, lawShelf } from "./catalogue.ts";
export type { CatalogueEntry, CatalogueParameter, LawByKind } from "./catalogue.ts";
export { nearestName, UnknownNameError } from "./define/unknown-name-error.ts";

// laws
export { gaussianCovariates } from "./covariates/gaussian.ts";
export type { GaussianCovariatesInputs } from "./covariates/gaussian.ts";
export { gaussianTasks } from "./tasks/gaussian.ts";
export type { GaussianTasksInputs } from "./tasks/gaussian.ts";
export { linearTarget } from "./targets/linear.ts";
export { randomSignTarget } from "./targets/random-sign.ts";
export { singleIndexTarget } from "./targets/single-index.ts";
export type { SingleIndexInputs } from "./targets/single-index.ts";
export { gaussianNoise } from "./noise/gaussian.ts";
export { noNoise } from "./noise/none.ts";

// links
export { absLink } from "./links/abs.ts";
export { cosLink } from "./links/cos.ts";
export { cubeLink } from "./links/cube.ts";
export { erfLink } from "./links/erf.ts";
export { geluLink } from "./links/gelu.ts";
export { hermiteLink } from "./links/hermite.ts";
export { identityLink } from "./links/identity.ts";
export { leakyReluLink } from "./links/leaky-relu.ts";
export { reluLink } from "./links/relu.ts";
export { sigmoidLink } from "./links/sigmoid.ts";
export { signLink } from "./links/sign.ts";
export { sinLink } from "./links/sin.ts";
export { softplusLink } from "./links/softplus.ts";
export { tanhLink } from "./links/tanh.ts";
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
} from "./define/define-covariates.ts";
export { defineTask } from "./define/define-task.ts";
export type { DrawTaskVector, TaskDefinition, TaskLaw } from "./define/define-task.ts";
export { defineTarget } from "./define/define-target.ts";
export type {
  DrawTarget,
  Target,
  TargetDefinition,
  TargetIndices,
  TargetLaw,
  TargetMoments,
  TargetOnCovariates,
} from "./define/define-target.ts";
export { targetOfIndex, targetOfIndices } from "./define/target-indices.ts";
export { defineNoise } from "./define/define-noise.ts";
export type { DrawNoise, NoiseDefinition, NoiseLaw, NoiseMoments } from "./define/define-noise.ts";
export { defineLink, linkParameter } from "./define/define-link.ts";
export type { Link, LinkDefinition, LinkMoments } from "./define/define-link.ts";
export { flag, nonNegative, numberList, positive, real } from "./define/parameter.ts";
export type { About, InputsOf, Parameter, Parameters, Reading, Site, ValuesOf } from "./define/parameter.ts";
export { covarianceParameter, matrixParameter, vectorParameter } from "./define/matrix-parameters.ts";
export { lawParameter } from "./define/law-parameter.ts";
export { describeLaw } from "./define/definition.ts";
export type { Definition, DimensionalInputs, Factory, RecordedLaw } from "./define/definition.ts";
export type { Json, JsonObject } from "./define/json.ts";
export type { Invariance, LawKind } from "./define/law-kind.ts";
