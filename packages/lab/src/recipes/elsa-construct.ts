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
} from "@onestep/data";
import { extendedAttention, ridgeStepHeads, ridgeTokens, type ExtendedHead, type TokenMap } from "@onestep/model";
import { bayesRisk, gradientDescentRisk, leastSquaresRisk, type ClosedForm } from "@onestep/theory";
import type { Claim } from "../claim.ts";
import type { Figure } from "../figure/figure.ts";
import { whiskers } from "../figure/whiskers.ts";
import { meanOf } from "../measure/mean-of.ts";
import { estimates, within } from "./claims.ts";
import { defineRecipe, type Recipe, type RecipeContext } from "./recipe.ts";

/** How far layers may be from the algorithm that they carry out, in units of its result. */
const EXACT = 1e-12;

/** The precision asked of losses, as a part of them. */
const PRECISE = 0.15;

const construction = { key: "hagiwara-2025", locator: "construction of ridge gradient descent" };

const sizes = { dimension: 5, contextLength: 20, noiseVariance: 1, rate: 0.2 };
const ci = { ...sizes, steps: [1, 2, 4, 8, 16, 32, 80], contexts: 500 };

type Settings = typeof ci;
type Defect = "without-bias" | "forgotten-penalty";

/** 2503.23814: linear attention with bias matrices, and weights of it that are gradient descent on the ridge objective. */
export const elsaConstruct: Recipe = defineRecipe({
  id: "elsa-construct",
  title: "extended linear attention that is gradient descent for ridge regression, by construction",
  question: "Can linear attention with bias matrices carry out ridge regression step by step, without any training?",
  source: construction,
  settings: {
    ci,
    paper: { ...sizes, steps: [1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128], contexts: 10_000 },
  },
  defects: {
    "without-bias": "the bias of the queries is left out, as in plain linear attention",
    "forgotten-penalty": "the layers forget the penalty λ, and the algorithm does not",
  },
  async run(settings, context) {
    // λ = σ²/ω² makes the ridge regression that of Bayes.
    const penalties = [0, settings.noiseVariance];
    const runs = penalties.map((penalty, at) =>
      runLayers(penalty, settings, context, (part) =>
        context.progress((at + part) / penalties.length, `λ = ${penalty}`),
      ),
    );
    const [plain, ridge] = runs;
    return {
      claims: [
        ...claimsOnHeads(settings, context),
        ...runs.flatMap((run, at) => claimsOnDistances(penalties[at], run, settings)),
        ...claimsOnLosses(plain, ridge, settings),
      ],
      figure: figureOf(plain, ridge, settings),
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

function runLayers(
  penalty: number,
  { dimension: d, contextLength: n, noiseVariance, rate, steps, contexts }: Settings,
  { key, defect }: RecipeContext<Defect>,
  tick: (part: number) => void,
): LayersRun {
  const law = promptLaw({
    contextLength: n,
    covariates: gaussianCovariates({ dimension: d }),
    target: linearTarget({ tasks: gaussianTasks({ dimension: d }) }),
    noise: gaussianNoise({ variance: noiseVariance }),
  });
  const request = { key: childKey(key, "contexts"), count: contexts };
  const { covariates, responses } = samplePrompts(law, request);
  const queries = integrateQueries(law, request);
  const heads = headsOf({ contextLength: n, dimension: d, rate, penalty }, defect);
  const distances = steps.map(() => 0);
  const errors = steps.map(() => new Float64Array(contexts));
  for (let i = 0; i < contexts; i++) {
    if (i % 20 === 0) tick(i / contexts);
    const rows = matrix(n, d, covariates.slice(i * n * d, (i + 1) * n * d));
    const y = responses.slice(i * n, (i + 1) * n);
    const descent = ridgeDescent(rows, y, { rate, penalty });
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

/** The two heads of a layer, with the mistake that was asked for. */
function headsOf(step: Parameters<typeof ridgeStepHeads>[0], defect: Defect | undefined): readonly ExtendedHead[] {
  const heads = ridgeStepHeads(defect === "forgotten-penalty" ? { ...step, penalty: 0 } : step);
  return defect === "without-bias" ? heads.map(withoutQueryBias) : heads;
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

function exactly(name: string, distance: number): Claim {
  return within(name, { value: 0, source: construction }, distance, EXACT);
}

function claimsOnHeads({ contextLength, dimension }: Settings, { key }: RecipeContext<Defect>): Claim[] {
  const capabilities = whatHeadsAre(childKey(key, "capabilities"), contextLength + 1, dimension + 1);
  return Object.entries(capabilities).map(([what, distance]) => exactly(`one head is ${what}: distance`, distance));
}

function claimsOnDistances(penalty: number, { distances }: LayersRun, { steps }: Settings): Claim[] {
  return distances.map((distance, row) =>
    exactly(`λ = ${penalty}: ${layersNamed(steps[row])}, distance from as many steps of ridge descent`, distance),
  );
}

function descentRisk(k: number, { rate, ...setting }: Settings): ClosedForm<number> {
  return gradientDescentRisk(setting, { steps: k, rate });
}

/** Descent tends to least squares; above it again, rare contexts too wide for the step make the mean. */
function isTypical(k: number, settings: Settings): boolean {
  const [before, now] = [k - 1, k].map((count) => descentRisk(count, settings).value);
  return now <= Math.max(leastSquaresRisk(settings).value, before);
}

function claimsOnLosses(plain: LayersRun, ridge: LayersRun, settings: Settings): Claim[] {
  const { steps } = settings;
  const last = steps.indexOf(Math.max(...steps));
  return [
    ...steps.flatMap((k, row) =>
      isTypical(k, settings)
        ? [estimates(`λ = 0: loss of ${layersNamed(k)}`, descentRisk(k, settings), plain.losses[row], PRECISE)]
        : [],
    ),
    estimates(
      `λ = σ²: loss of ${steps[last]} layers, the posterior mean`,
      bayesRisk(settings),
      ridge.losses[last],
      PRECISE,
    ),
  ];
}

function figureOf(plain: LayersRun, ridge: LayersRun, settings: Settings): Figure {
  const { dimension, contextLength, noiseVariance, rate, steps, contexts } = settings;
  const curve = Array.from({ length: Math.max(...steps) }, (_, k) => k + 1);
  const best = bayesRisk(settings).value;
  return {
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
        points: curve.filter((k) => isTypical(k, settings)).map((x) => ({ x, y: descentRisk(x, settings).value })),
      },
      {
        name: "layers, λ = 0",
        kind: "points",
        about: "plain",
        points: plain.losses.map((loss, row) => whiskers(steps[row], loss)),
      },
      {
        name: "theory: posterior mean",
        kind: "line",
        theory: true,
        about: "ridge",
        points: curve.map((x) => ({ x, y: best })),
      },
      {
        name: "layers, λ = σ²",
        kind: "points",
        about: "ridge",
        points: ridge.losses.map((loss, row) => whiskers(steps[row], loss)),
      },
    ],
  };
}
