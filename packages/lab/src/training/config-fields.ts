import { choiceParameter, positive, positiveInteger, wholeNumber, type About, type Parameter } from "@onestep/data";

/** The backends that training runs on, by their names. */
export const backendNames = ["float64", "wasm", "wasm-f32", "tfjs:cpu", "tfjs:wasm", "tfjs-node"] as const;
/** Those that run on a graphics processor, which only a browser has. */
export const browserBackendNames = ["tfjs:webgl", "tfjs:webgpu"] as const;
export type BackendName = (typeof backendNames)[number] | (typeof browserBackendNames)[number];

/** How much of the mean over prompts is taken in closed form. */
export const trainingMethods = ["sampled", "rao-blackwell", "exact"] as const;
export type TrainingMethod = (typeof trainingMethods)[number];

/** The rules that move a model against its gradient. */
export const optimizerNames = ["adam", "adam-w", "gradient-descent"] as const;
export type OptimizerName = (typeof optimizerNames)[number];

/** What of a transformer is free. */
export const familyNames = ["full", "sparse", "tied", "gd-plus-plus"] as const;
export type FamilyName = (typeof familyNames)[number];

/** One field of a config: how it is read, and the same as JSON Schema says it. */
export interface Field<Value> {
  readonly parameter: Pick<Parameter<unknown, Value>, "fallback" | "read">;
  readonly schema: Readonly<Record<string, unknown>>;
}

/** The fields of the groups of a config. */
export interface ConfigFields {
  readonly model: {
    readonly layers: Field<number>;
    readonly family: Field<FamilyName>;
    readonly heads: Field<number>;
  };
  readonly training: {
    readonly method: Field<TrainingMethod>;
    readonly steps: Field<number>;
    readonly batch: Field<number>;
    readonly optimizer: Field<OptimizerName>;
    readonly learningRate: Field<number>;
    readonly starts: Field<number>;
  };
  readonly backend: Field<BackendName>;
  readonly seed: Field<number>;
}

/** The fields of a training config beside its law. Those without a default are planned from the law and the others. */
export const configFields: ConfigFields = {
  model: {
    layers: count("L, the layers", 1),
    family: choice(
      familyNames,
      "what is free: every P and Q (full), a step A_l a layer (sparse), one A for all layers (tied), A_l and B_l (gd-plus-plus)",
      "full",
    ),
    heads: count("H, the heads of a layer; more than one in the full family alone", 1),
  },
  training: {
    method: choice(
      trainingMethods,
      "minibatches of prompts (sampled), their mean over query and context as far as it is known (rao-blackwell), or the loss itself (exact): the last two for one layer on Gaussian linear laws",
      "sampled",
    ),
    steps: count("training steps"),
    batch: count("prompts a step; the exact loss takes none"),
    optimizer: choice(optimizerNames, "the rule that moves the weights", "adam"),
    learningRate: size("the learning rate that the run begins with, in whitened coordinates"),
    starts: count("random starts that race over the first steps"),
  },
  backend: choice(
    [...backendNames, ...browserBackendNames],
    "what the training runs on: wasm unless it is exact, which is float64",
  ),
  seed: whole("the same seed gives the same numbers", 0),
};

function count(description: string, fallback?: number): Field<number> {
  return field(positiveInteger(about(description, fallback)), { type: "integer", minimum: 1 });
}

function whole(description: string, fallback?: number): Field<number> {
  return field(wholeNumber(about(description, fallback)), { type: "integer", minimum: 0 });
}

function size(description: string): Field<number> {
  return field(positive(about(description)), { type: "number", exclusiveMinimum: 0 });
}

function choice<Name extends string>(names: readonly Name[], description: string, fallback?: Name): Field<Name> {
  return field(choiceParameter(names, about(description, fallback)), { enum: names });
}

function about(description: string, fallback?: number | string): About {
  return { description, ...(fallback === undefined ? {} : { fallback }) };
}

function field<Input, Value>(parameter: Parameter<Input, Value>, keywords: object): Field<Value> {
  const { description, fallback } = parameter;
  return { parameter, schema: { ...keywords, description, ...(fallback === undefined ? {} : { default: fallback }) } };
}
