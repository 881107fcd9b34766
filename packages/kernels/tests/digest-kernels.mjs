// Evaluates kernels and answers with a digest of the bytes of their losses and gradients: the same program in Node and in
// a browser.
import { randomKey } from "@onestep/core";
import { openAdam, openDeep, openDeepOnStatistics, openLsaGradient, openOneLayer, openStream } from "@onestep/kernels";

const PRECISIONS = ["float64", "float32"];
/** More rows than columns, and fewer, with a full covariance of tasks; neither width fills whole tiles by itself. */
const LAWS = [
  { dimension: 5, contextLength: 20, noiseDeviation: 0.5 },
  {
    dimension: 13,
    contextLength: 4,
    noiseDeviation: 0.1,
    task: { factor: { rows: 13, columns: 13, values: normals(169) }, mean: normals(13) },
  },
];
const prompts = { key: randomKey(7), first: 2 ** 32 - 8, count: 200 };

function normals(length) {
  const values = new Float64Array(length);
  openStream(randomKey(1)).fillNormals(values, 0, length);
  return values.map((value) => value / 8);
}

/** FNV-1a over the bytes of numbers. */
function digestOf(...arrays) {
  let hash = 0x811c9dc5;
  for (const array of arrays) {
    for (const byte of new Uint8Array(Float64Array.from(array).buffer)) hash = Math.imul(hash ^ byte, 0x01000193);
  }
  return (hash >>> 0).toString(16).padStart(8, "0");
}

function layerOf({ dimension }) {
  const width = dimension + 1;
  return { keyQuery: normals(width * width), valueProjection: normals(width) };
}

function oneLayer(law, method, precision, antithetic = false) {
  const parameters = layerOf(law);
  const gradient = structuredClone(parameters);
  const layer = openOneLayer(law, { method, precision, antithetic });
  const loss = layer.lossAndGradient(parameters, prompts, gradient);
  return [layer.name, digestOf([loss], gradient.keyQuery, gradient.valueProjection)];
}

function weightsOf({ dimension }, layers) {
  const list = () => Array.from({ length: layers }, () => normals((dimension + 1) ** 2));
  return { valueProjections: list(), keyQueries: list() };
}

function deep(law, layers, form, precision) {
  const weights = weightsOf(law, layers);
  const gradient = structuredClone(weights);
  const opened = openDeep(law, layers, { form, precision });
  const loss = opened.lossAndGradient(weights, prompts, gradient);
  return [opened.name, digestOf([loss], ...gradient.valueProjections, ...gradient.keyQueries)];
}

function onStatistics(law, precision) {
  const [count, dimension, layers] = [50, law.dimension, 2];
  const statistics = {
    count,
    contextLength: law.contextLength,
    dimension,
    covariateGram: normals((count * dimension * (dimension + 1)) / 2),
    crossProduct: normals(count * dimension),
    responseEnergy: normals(count).map((value) => value * value),
    queryCovariates: normals(count * dimension),
    queryResponses: normals(count),
  };
  const weights = weightsOf(law, layers);
  const gradient = structuredClone(weights);
  const opened = openDeepOnStatistics({ dimension, layers, dividesByLength: true }, { precision });
  const loss = opened.lossAndGradient(weights, statistics, gradient);
  return [`${opened.name} on statistics`, digestOf([loss], ...gradient.valueProjections, ...gradient.keyQueries)];
}

function givenRows(law, precision) {
  const { contextLength, dimension } = law;
  const count = 50;
  const given = {
    count,
    contextLength,
    dimension,
    covariates: normals(count * contextLength * dimension),
    responses: normals(count * contextLength),
    queryCovariates: normals(count * dimension),
    queryResponses: normals(count),
  };
  const { keyQuery, valueProjection } = layerOf(law);
  const gradient = layerOf(law);
  const { name, lossAndGradient } = openLsaGradient(precision);
  const loss = lossAndGradient(keyQuery, valueProjection, given, gradient);
  return [name, digestOf([loss], gradient.keyQuery, gradient.valueProjection)];
}

function adam() {
  const { name, position, gradient, move } = openAdam(7);
  const step = { rate: 0.1, meanDecay: 0.9, squareDecay: 0.99, stabilizer: 1e-8 };
  for (let at = 1; at < 20; at++) {
    gradient.set(normals(7 * at).subarray(-7));
    move({ ...step, meanCorrection: 1 - 0.9 / at, squareCorrection: 1 - 0.99 / at });
  }
  return [`${name} adam`, digestOf(position)];
}

/** The path that ran, and the digest of what it gave. */
export function digests() {
  const ofLaws = LAWS.flatMap((law) =>
    PRECISIONS.flatMap((precision) => [
      ...["rows", "two-column", "rao-blackwell"].map((method) => oneLayer(law, method, precision)),
      oneLayer(law, "rao-blackwell", precision, true),
      ...["vectors", "matrices", { gramLayers: 1 }].map((form) => deep(law, 3, form, precision)),
      onStatistics(law, precision),
      givenRows(law, precision),
    ]),
  );
  return [...ofLaws, adam()];
}
