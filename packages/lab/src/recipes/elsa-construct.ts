import {
  childKey,
  type Estimate,
  frobeniusNorm,
  identity,
  integerPower,
  matrix,
  type Matrix,
  multiply,
  multiplyVector,
  openStream,
  type RandomKey,
  subtract,
  symmetricEigen,
  transpose,
} from "@onestep/core";
import {
  expectedSquaredError,
  gaussianCovariates,
  gaussianNoise,
  gaussianTasks,
  integrateQueries,
  linearTarget,
  promptLaw,
  samplePrompts,
  type PromptLaw,
} from "@onestep/data";
import { extendedAttention, ridgeStepHeads, ridgeTokens, type ExtendedHead, type TokenMap } from "@onestep/model";
import { bayesRisk, gradientDescentRisk, leastSquaresRisk } from "@onestep/theory";
import type { Claim } from "../claim.ts";
import { meanOf } from "../measure/mean-of.ts";
import { defineRecipe, type Recipe } from "./recipe.ts";

/** How far layers may be from the algorithm that they carry out, in units of its result. */
const EXACT = 1e-12;

/** 2503.23814: linear attention with bias matrices, and weights of it that are gradient descent on the ridge objective. */
export const elsaConstruct: Recipe = defineRecipe({
  id: "elsa-construct",
  title: "extended linear attention that is gradient descent for ridge regression, by construction",
  question: "Can linear attention with bias matrices carry out ridge regression step by step, without any training?",
  source: { key: "hagiwara-2025", locator: "construction of ridge gradient descent" },
  settings: {
    ci: {
      dimension: 5,
      contextLength: 20,
      noiseVariance: 1,
      rate: 0.2,
      steps: [1, 2, 4, 8, 16, 32, 80],
      contexts: 500,
    },
    paper: {
      dimension: 5,
      contextLength: 20,
      noiseVariance: 1,
      rate: 0.2,
      steps: [1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128],
      contexts: 10_000,
    },
  },
  defects: {
    "without-bias": "the bias of the queries is left out, as in plain linear attention",
    "forgotten-penalty": "the layers forget the penalty λ, and the algorithm does not",
  },
  async run({ dimension, contextLength, noiseVariance, rate, steps, contexts }, { key, defect, progress }) {
    const setting = { contextLength, dimension, noiseVariance };
    const law = promptLaw({
      contextLength,
      covariates: gaussianCovariates({ dimension }),
      target: linearTarget({ tasks: gaussianTasks({ dimension }) }),
      noise: gaussianNoise({ variance: noiseVariance }),
    });
    // λ = σ²/ω² makes the ridge regression that of Bayes.
    const penalties = [0, noiseVariance];
    const found = penalties.map((penalty, at) => {
      const heads = ridgeStepHeads({
        contextLength,
        dimension,
        rate,
        penalty: defect === "forgotten-penalty" ? 0 : penalty,
      });
      return runLayers({
        heads: defect === "without-bias" ? heads.map(withoutQueryBias) : heads,
        algorithm: { rate, penalty },
        law,
        steps,
        request: { key: childKey(key, "contexts"), count: contexts },
        tick: (part) => progress((at + part) / penalties.length, `λ = ${penalty}`),
      });
    });
    const construction = { key: "hagiwara-2025", locator: "construction of ridge gradient descent" };
    const capabilities = whatHeadsAre(childKey(key, "capabilities"), contextLength + 1, dimension + 1);
    const exactly = (name: string, observed: number): Claim => {
      return {
        name,
        relation: "within",
        predicted: 0,
        observed,
        standardError: 0,
        tolerance: EXACT,
        source: construction,
      };
    };
    const descentRisk = (k: number): number => gradientDescentRisk(setting, { steps: k, rate }).value;
    // Descent tends to least squares; above it again, rare contexts too wide for the step make the mean.
    const limit = leastSquaresRisk(setting).value;
    const isTypical = (k: number): boolean => descentRisk(k) <= Math.max(limit, descentRisk(k - 1));
    const best = bayesRisk(setting);
    const [plain, ridge] = found;
    const last = steps.indexOf(Math.max(...steps));
    const claims: Claim[] = [
      ...Object.entries(capabilities).map(([what, distance]) => exactly(`one head is ${what}: distance`, distance)),
      ...found.flatMap(({ distances }, at) =>
        distances.map((distance, row) =>
          exactly(
            `λ = ${penalties[at]}: ${layersNamed(steps[row])}, distance from as many steps of ridge descent`,
            distance,
          ),
        ),
      ),
      ...steps.flatMap((k, row): Claim[] => {
        if (!isTypical(k)) return [];
        const { value, source } = gradientDescentRisk(setting, { steps: k, rate });
        return [estimates(`λ = 0: loss of ${layersNamed(k)}`, value, plain.losses[row], source)];
      }),
      estimates(
        `λ = σ²: loss of ${steps[last]} layers, the posterior mean`,
        best.value,
        ridge.losses[last],
        best.source,
      ),
    ];
    const curve = Array.from({ length: Math.max(...steps) }, (_, k) => k + 1);
    const points = (losses: readonly Estimate[]): { x: number; y: number; low: number; high: number }[] =>
      losses.map(({ value, standardError }, row) => ({
        x: steps[row],
        y: value,
        low: value - 1.96 * standardError,
        high: value + 1.96 * standardError,
      }));
    return {
      claims,
      figure: {
        title: "Layers of extended attention are steps of ridge regression",
        subtitle: `x ~ N(0, I), w ~ N(0, I), d = ${dimension}, n = ${contextLength}, σ² = ${noiseVariance}, steps of ${rate}/n; ${contexts} contexts, whiskers 95 %`,
        x: { label: "layers", scale: "log" },
        y: { label: "loss (mean squared error)", scale: "log" },
        series: [
          {
            name: "theory: gradient descent, λ = 0",
            kind: "line",
            theory: true,
            about: "plain",
            points: curve.filter(isTypical).map((x) => ({ x, y: descentRisk(x) })),
          },
          { name: "layers, λ = 0", kind: "points", about: "plain", points: points(plain.losses) },
          {
            name: "theory: posterior mean",
            kind: "line",
            theory: true,
            about: "ridge",
            points: curve.map((x) => ({ x, y: best.value })),
          },
          { name: "layers, λ = σ²", kind: "points", about: "ridge", points: points(ridge.losses) },
        ],
      },
      notes: [
        "The mean error of many steps with λ = 0 is made by contexts so wide that the step overshoots, of which no test meets one: it is judged before it leaves the way to least squares. Weights are held against the algorithm for any number of steps.",
        "Only the abstract of the paper was at hand: its input form and weights are not known here. Attention is as it describes it, with a bias matrix for queries, keys and values and no skip connection; the construction is ours: tokens are rows (xᵢ, yᵢ, 0) and (0, 0, ŵ), a layer has two heads, one of them a skip connection.",
        "Nothing is trained. Ridge descent is computed a second time in the eigenbasis of XᵀX, ŵ = V diag((1 − (1 − a(s + λ)/n)^k)/(s + λ)) VᵀXᵀy.",
        "A bias matrix has a row for each token: such layers are made for one context length.",
      ],
    };
  },
});

function layersNamed(count: number): string {
  return count === 1 ? "1 layer" : `${count} layers`;
}

interface LayersRun {
  /** For each number of steps, the largest distance from ridge descent over all contexts, in units of its weights. */
  readonly distances: readonly number[];
  /** For each number of steps, the mean squared error, queries integrated out. */
  readonly losses: readonly Estimate[];
}

function runLayers(plan: {
  readonly heads: readonly ExtendedHead[];
  readonly algorithm: { readonly rate: number; readonly penalty: number };
  readonly law: PromptLaw;
  readonly steps: readonly number[];
  readonly request: { readonly key: RandomKey; readonly count: number };
  readonly tick: (part: number) => void;
}): LayersRun {
  const { heads, algorithm, law, steps, request, tick } = plan;
  const { count, contextLength: n, dimension: d, covariates, responses } = samplePrompts(law, request);
  const queries = integrateQueries(law, request);
  const distances = steps.map(() => 0);
  const errors = steps.map(() => new Float64Array(count));
  for (let i = 0; i < count; i++) {
    if (i % 20 === 0) tick(i / count);
    const rows = matrix(n, d, covariates.slice(i * n * d, (i + 1) * n * d));
    const y = responses.slice(i * n, (i + 1) * n);
    const descent = ridgeDescent(rows, y, algorithm);
    let tokens = ridgeTokens({ covariates: rows, responses: y });
    let done = 0;
    steps.forEach((k, row) => {
      for (; done < k; done++) tokens = extendedAttention(heads, tokens);
      const learned = tokens.values.slice(tokens.values.length - d);
      const expected = descent(k);
      const distance = frobeniusNorm(subtract(matrix(d, 1, learned), matrix(d, 1, expected)));
      distances[row] = Math.max(distances[row], distance / frobeniusNorm(matrix(d, 1, expected)));
      errors[row][i] = expectedSquaredError(queries, i, learned);
    });
  }
  return { distances, losses: errors.map((values) => meanOf(values)) };
}

/** ŵ after k steps of gradient descent on (‖y − Xw‖² + λ‖w‖²)/2n from 0, in closed form. */
function ridgeDescent(
  rows: Matrix,
  responses: Float64Array,
  { rate, penalty }: { readonly rate: number; readonly penalty: number },
): (k: number) => Float64Array {
  const { values, vectors } = symmetricEigen(multiply(transpose(rows), rows));
  const signal = multiplyVector(transpose(vectors), multiplyVector(transpose(rows), responses));
  return (k) => {
    const coordinates = signal.map((value, i) => {
      const curvature = values[i] + penalty;
      return (value * (1 - integerPower(1 - (rate * curvature) / rows.rows, k))) / curvature;
    });
    return multiplyVector(vectors, coordinates);
  };
}

/** What single heads can be, and how far they are from it, in its units. */
function whatHeadsAre(key: RandomKey, tokens: number, width: number): Readonly<Record<string, number>> {
  const stream = openStream(key);
  const drawn = (): Matrix => {
    const result = matrix(tokens, width);
    stream.fillNormals(result.values, 0, tokens * width);
    return result;
  };
  const [z, constant] = [drawn(), drawn()];
  const fixed = (bias: Matrix): TokenMap => ({ weight: matrix(width, bias.columns), bias });
  const input: TokenMap = { weight: identity(width), bias: matrix(tokens, width) };
  const one = fixed(identity(tokens));
  const distance = (query: TokenMap, keys: TokenMap, value: TokenMap, expected: Matrix): number =>
    frobeniusNorm(subtract(extendedAttention([{ query, key: keys, value }], z), expected)) / frobeniusNorm(expected);
  return {
    "a constant matrix": distance(one, one, fixed(constant), constant),
    "its input": distance(one, one, input, z),
    "the product of two": distance(input, input, one, multiply(z, transpose(z))),
    "the product of three": distance(input, input, input, multiply(z, transpose(z), z)),
  };
}

/** The skip connection lives on its biases; the head that descends loses its own. */
function withoutQueryBias(head: ExtendedHead, at: number): ExtendedHead {
  const { weight, bias } = head.query;
  return at > 0 ? head : { ...head, query: { weight, bias: matrix(bias.rows, bias.columns) } };
}

function estimates(name: string, predicted: number, seen: Estimate, source: Claim["source"]): Claim {
  const { value, standardError } = seen;
  return {
    name,
    relation: "estimates",
    predicted,
    observed: value,
    standardError,
    tolerance: 0.15 * predicted,
    source,
  };
}
