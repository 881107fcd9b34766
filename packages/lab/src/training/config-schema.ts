import { configFields, type Field } from "./config-fields.ts";

/** The JSON Schema of a training config, from the table by which configs are read. */
export const trainingConfigSchema: Readonly<Record<string, unknown>> = {
  $schema: "https://json-schema.org/draft/2020-12/schema",
  title: "onestep training config",
  type: "object",
  required: ["law"],
  additionalProperties: false,
  patternProperties: { "^\\$schema$": { type: "string" } }, // where an editor finds this very schema
  properties: {
    law: {
      type: "object",
      description: "the law of prompts; onestep list laws says what it may contain",
      required: ["contextLength", "covariates", "target", "noise"],
    },
    model: objectOf(configFields.model),
    training: objectOf(configFields.training),
    backend: configFields.backend.schema,
    seed: configFields.seed.schema,
  },
};

function objectOf(fields: Readonly<Record<string, Field<unknown>>>): object {
  const properties = Object.fromEntries(Object.entries(fields).map(([name, { schema }]) => [name, schema]));
  return { type: "object", additionalProperties: false, properties };
}
