import { readDimension } from "../define/definition.ts";
import { isObject } from "../define/json.ts";
import { refusal } from "../define/parameter.ts";
import { requireKnownNames } from "../define/unknown-name-error.ts";
import { readContextLength } from "../prompt/context-lengths.ts";
import { promptLaw, type PromptLaw } from "../prompt/prompt-law.ts";
import { resolveLaw } from "./resolve-law.ts";

const ENTRIES = ["contextLength", "dimension", "covariates", "target", "noise", "query", "queries"];

/**
 * Reads a law file. The dimension may be left out where a list or a matrix implies it.
 *
 * Names are resolved before values are read, so that a misspelt name is reported as such and not by its consequences.
 *
 * @param json the parsed JSON
 * @throws UnknownNameError for a name of no law, link, parameter or entry: it names the nearest
 * @throws DomainError, ShapeError or NumericalError whose `where` is the path in the file: `"law.noise.variance"`
 *
 * @example
 * parsePromptLaw({
 *   contextLength: 20,
 *   covariates: { law: "gaussian", covariance: [[2, 0.5], [0.5, 1]] },
 *   target: { law: "linear", tasks: { law: "gaussian", covariance: 1, mean: 0 } },
 *   noise: { law: "none" },
 * }).dimension; // => 2
 */
export function parsePromptLaw(json: unknown): PromptLaw {
  if (!isObject(json)) throw refusal("law", "an object", json, 'write { "contextLength": 20, "covariates": … }');
  requireKnownNames(Object.keys(json), { where: "law", role: "entry of a law file", candidates: ENTRIES });

  const covariates = resolveLaw("covariates", json["covariates"], "law.covariates");
  const target = resolveLaw("target", json["target"], "law.target");
  const noise = resolveLaw("noise", json["noise"], "law.noise");
  const query = resolveQuery(json["query"]);

  const contextLength = readContextLength(json["contextLength"]);
  const implied = [covariates, target, query].find((law) => law?.impliedDimension !== undefined)?.impliedDimension;
  const written = json["dimension"] === undefined ? implied : json["dimension"];
  if (written === undefined) {
    throw refusal(
      "law.dimension",
      "a dimension",
      undefined,
      'add "dimension", or write a covariance as list or matrix',
    );
  }
  const dimension = readDimension(written, "law.dimension");
  return promptLaw({
    contextLength,
    covariates: covariates.build(dimension),
    target: target.build(dimension),
    noise: noise.build(1),
    queryCovariates: query?.build(dimension),
    queries: readQueries(json["queries"]),
  });
}

function resolveQuery(json: unknown): ReturnType<typeof resolveLaw<"covariates">> | undefined {
  if (json === undefined) return undefined;
  if (!isObject(json)) throw refusal("law.query", 'an object { "covariates": … }', json, "leave it out, or name a law");
  requireKnownNames(Object.keys(json), { where: "law.query", role: "entry of query", candidates: ["covariates"] });
  return json["covariates"] === undefined
    ? undefined
    : resolveLaw("covariates", json["covariates"], "law.query.covariates");
}

function readQueries(json: unknown): number | undefined {
  if (json === undefined || typeof json === "number") return json;
  throw refusal("law.queries", "an integer number of queries ≥ 1", json, "leave it out for one query a prompt");
}
