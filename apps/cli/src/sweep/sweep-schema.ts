import { trainingConfigSchema } from "@onestep/lab";

const { $schema, title: _title, required: _required, ...config } = trainingConfigSchema;

/** The JSON Schema of a sweep file. Its base may leave out what the grid or the points give. */
export const sweepSchema: Readonly<Record<string, unknown>> = {
  $schema,
  title: "onestep sweep",
  type: "object",
  required: ["base"],
  additionalProperties: false,
  patternProperties: { "^\\$schema$": { type: "string" } }, // where an editor finds this very schema
  properties: {
    base: { ...config, description: "a training config: what every point begins with" },
    grid: {
      type: "object",
      description:
        'values by path, as in "law.contextLength": [10, 20]: every combination is a point, the last path fastest',
      additionalProperties: { anyOf: [{ type: "array", minItems: 1 }, { type: "object" }] },
    },
    points: {
      type: "array",
      description: "points beside the grid, each the changes that it makes, by path",
      items: { type: "object" },
    },
    replicates: {
      type: "integer",
      description: "how many seeds each point is run with, counted from the base's",
      minimum: 1,
      default: 1,
    },
  },
};
