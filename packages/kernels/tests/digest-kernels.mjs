// Evaluates kernels and answers with a digest of the bytes of their losses and gradients: the same program in Node and in
// a browser.
import { randomKey } from "@onestep/core";
import { openDeep, openLsaGradient, openOneLayer, openStream } from "@onestep/kernels";

const PRECISIONS = ["float64", "float32"];
const law = { dimension: 5, contextLength: 20, noiseDeviation: 0.5 };
const prompts = { key: randomKey(7), first: 3, count: 200 };
const width = law.dimension + 1;
const normals = (length) => {
  const values = new Float64Array(length);
  openStream(randomKey(1)).fillNormals(values, 0, length);
  return values.map((value) => value / 8);
};

/** FNV-1a over the bytes of numbers. */
function digestOf(...arrays) {
  let hash = 0x811c9dc5;
  for (const array of arrays) {
    for (const byte of new Uint8Array(Float64Array.from(array).buffer)) hash = Math.imul(hash ^ byte, 0x01000193);
  }
  return (hash >>> 0).toString(16).padStart(8, "0");
}

function oneLayer(method, precision) {
  const parameters = { keyQuery: normals(width * width), valueProjection: normals(width) };
  const gradient = structuredClone(parameters);
  const layer = openOneLayer(law, { method, precision });
  const loss = layer.lossAndGradient(parameters, prompts, gradient);
  return [layer.name, digestOf([loss], gradient.keyQuery, gradient.valueProjection)];
}

function deep(form, precision) {
  const weights = () => Array.from({ length: 3 }, () => normals(width * width));
  const gradient = { valueProjections: weights(), keyQueries: weights() };
  const layers = openDeep(law, 3, { form, precision });
  const loss = layers.lossAndGradient({ valueProjections: weights(), keyQueries: weights() }, prompts, gradient);
  return [layers.name, digestOf([loss], ...gradient.valueProjections, ...gradient.keyQueries)];
}

function givenRows(precision) {
  const [count, contextLength, dimension] = [50, law.contextLength, law.dimension];
  const given = {
    count,
    contextLength,
    dimension,
    covariates: normals(count * contextLength * dimension),
    responses: normals(count * contextLength),
    queryCovariates: normals(count * dimension),
    queryResponses: normals(count),
  };
  const gradient = { keyQuery: new Float64Array(width * width), valueProjection: new Float64Array(width) };
  const { name, lossAndGradient } = openLsaGradient(precision);
  const loss = lossAndGradient(normals(width * width), normals(width), given, gradient);
  return [name, digestOf([loss], gradient.keyQuery, gradient.valueProjection)];
}

/** The path that ran, and the digest of what it gave. */
export function digests() {
  return PRECISIONS.flatMap((precision) => [
    ...["rows", "two-column", "rao-blackwell"].map((method) => oneLayer(method, precision)),
    ...["vectors", "matrices"].map((form) => deep(form, precision)),
    givenRows(precision),
  ]);
}
