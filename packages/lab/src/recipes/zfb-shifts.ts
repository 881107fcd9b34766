import {
  childKey,
  diagonal,
  covariance,
  frobeniusNorm,
  identity,
  isotropic,
  multiply,
  openStream,
  scale,
  transpose,
  zeros,
  type LsaParameters,
  type Matrix,
  type RandomKey,
} from "@onestep/core";
import {
  gaussianCovariates,
  gaussianNoise,
  gaussianTasks,
  linearTarget,
  promptLaw,
  samplePrompts,
} from "@onestep/data";
import { inducedStep, layerOnPopulation, lbfgs, learners } from "@onestep/model";
import {
  gaussianLinearMoments,
  leastSquaresRisk,
  liftToLsa,
  optimalStepSize,
  rescaledForLength,
  shiftedLoss,
  type ClosedForm,
} from "@onestep/theory";
import type { Claim } from "../claim.ts";
import { geometric } from "../figure/geometric.ts";
import { relativeDistance } from "../measure/preconditioner-distance.ts";
import { defineRecipe, type Recipe } from "./recipe.ts";
import { estimateStepLoss } from "./measure/step-loss.ts";

/** How far an estimate may be from its target, as a part of it. */
const TOLERANCE = 0.03;

/** Prompts on which least squares is run; none of them has an error. */
const CONTROL_DRAWS = 200;

/** A test law: what differs from training, where covariates and tasks are N(0, I). */
interface Shift {
  readonly label: string;
  readonly length: number;
  /** κ: contexts and queries are N(0, κI) */
  readonly covariateScale?: number;
  /** The diagonal of the tasks' covariance */
  readonly tasks?: readonly number[];
  /** The diagonal of the queries' covariance */
  readonly query?: readonly number[];
}

/** §4.2 of 2306.09927: what becomes of a trained layer where the test law is another. */
export const zfbShifts: Recipe = defineRecipe({
  id: "zfb-shifts",
  title: "a layer trained on isotropic prompts, under shifts of length, covariates, tasks and queries",
  question: "Which shifts of the law does a trained layer bear, and which break it?",
  source: { key: "zhang-2023", locator: "Section 4.2" },
  settings: {
    ci: { dimension: 20, contextLength: 40, lengths: [10, 40, 160, 640], covariateScales: [1, 4, 9], draws: 20_000 },
    paper: {
      dimension: 20,
      contextLength: 40,
      lengths: [10, 20, 40, 80, 160, 320, 640],
      covariateScales: [1, 4, 9],
      draws: 60_000,
    },
  },
  defects: {
    "length-of-training": "the layer divides its sum by the length it was trained on, not by that of the prompt",
    "one-example-fewer": "the layer is trained on n − 1 examples and judged as if it were n",
  },
  async run({ dimension: d, contextLength: n, lengths, covariateScales, draws }, { key, defect, progress }) {
    const trainedOn = defect === "one-example-fewer" ? n - 1 : n;
    const trained = await train(trainedOn, d, childKey(key, "initial"), () => progress(0.05, "training"));
    const target = optimalStepSize({ contextLength: n, dimension: d, noiseVariance: 0 });
    const optimum = scale(identity(d), target.value);

    const ones = Array.from({ length: d }, () => 1);
    const predict = ({ length, covariateScale = 1, tasks = ones, query }: Shift): ClosedForm<number> => {
      const test = gaussianLinearMoments(
        {
          contextLength: length,
          covariates: isotropic(d, covariateScale),
          tasks: covariance(diagonal(tasks)),
          noiseVariance: 0,
        },
        query && covariance(diagonal(query)),
      );
      const loss = shiftedLoss(rescaledForLength(optimum, { trainedOn: n, testedOn: length }), test);
      return { ...loss, value: loss.value / test.responseSecondMoment };
    };
    const observe = (
      { label, length, covariateScale = 1, tasks = ones, query }: Shift,
      part: number,
    ): Pick<Claim, "observed" | "standardError"> => {
      const law = promptLaw({
        contextLength: length,
        covariates: gaussianCovariates({ dimension: d, covariance: covariateScale }),
        target: linearTarget({ tasks: gaussianTasks({ covariance: tasks }) }),
        noise: gaussianNoise({ variance: 0 }),
        queryCovariates: query && gaussianCovariates({ covariance: query }),
      });
      const testedOn = defect === "length-of-training" ? n : length;
      const { value, standardError } = estimateStepLoss(law, rescaledForLength(trained, { trainedOn, testedOn }), {
        key: childKey(key, "test"),
        count: draws,
        tick: () => progress(part, label),
      });
      const energy = tasks.reduce((sum, omega, i) => sum + omega * (query?.[i] ?? covariateScale), 0);
      return { observed: value / energy, standardError: standardError / energy };
    };

    // Alternately 1/2 and 3/2 times as large: of another shape, of the same mean.
    const uneven = ones.map((_, i) => (i % 2 === 0 ? 0.5 : 1.5));
    const shifts: Shift[] = [
      ...covariateScales.flatMap((covariateScale) =>
        lengths.map((length) => ({ label: `covariance ${covariateScale}·I, M = ${length}`, length, covariateScale })),
      ),
      { label: "tasks of covariance 4·I", length: n, tasks: ones.map(() => 4) },
      { label: "tasks of uneven covariance", length: n, tasks: uneven },
      { label: "queries of uneven covariance", length: n, query: uneven },
    ];
    const found = shifts.map((shift, at) => {
      return { shift, predicted: predict(shift), ...observe(shift, 0.05 + (0.9 * at) / shifts.length) };
    });
    const base = observe({ label: "no shift", length: n }, 0.96);
    const rescaledTasks = found.find(({ shift }) => shift.label.startsWith("tasks of covariance"))!;
    const longest = found.find(({ shift }) => shift.length === Math.max(...lengths) && shift.covariateScale === 1)!;
    const leastSquares = leastSquaresRisk({ contextLength: Math.max(n, d), dimension: d, noiseVariance: 0 });
    const claims: Claim[] = [
      {
        name: "distance of the trained layer from one step of gradient descent",
        relation: "within",
        predicted: 0,
        observed: relativeDistance(trained, optimum),
        standardError: 0,
        tolerance: 1e-6,
        source: target.source,
      },
      ...found.map(({ shift, predicted, observed, standardError }) => ({
        name: `normalised error, ${shift.label}`,
        relation: "estimates" as const,
        predicted: predicted.value,
        observed,
        standardError,
        tolerance: TOLERANCE * predicted.value,
        source: predicted.source,
      })),
      {
        name: "change of the normalised error by tasks twice as long, same draws",
        relation: "within",
        predicted: 0,
        observed: rescaledTasks.observed - base.observed,
        standardError: 0,
        tolerance: 1e-12,
        source: { key: "zhang-2023", locator: "Section 4.2, task shift" },
      },
      {
        name: `normalised error at M = ${longest.shift.length} above the floor (1 − nη*)², which no length removes`,
        relation: "above",
        predicted: (1 - n * target.value) ** 2,
        observed: longest.observed,
        standardError: longest.standardError,
        tolerance: 0,
        source: target.source,
      },
      {
        name: "normalised error of least squares at the largest shift",
        relation: "within",
        predicted: leastSquares.value,
        observed: await leastSquaresError({
          contextLength: Math.max(n, d),
          dimension: d,
          covariateScale: Math.max(...covariateScales),
          key: childKey(key, "control"),
        }),
        standardError: 0,
        tolerance: 1e-9,
        source: leastSquares.source,
      },
    ];
    const curve = geometric(Math.min(...lengths), Math.max(...lengths), 60).map(Math.round);
    return {
      claims,
      figure: {
        title: "What shifts do to a layer trained on isotropic prompts",
        subtitle: `trained on x ~ N(0, I), w ~ N(0, I), d = ${d}, n = ${n}, no noise; tested on x ~ N(0, κI); ${draws} contexts a point, whiskers 95 %`,
        x: { label: "length M of the test context", scale: "log" },
        y: { label: "normalised error E(ŷ − y)² / E y²", scale: "log" },
        series: [
          ...covariateScales.flatMap((covariateScale) => [
            {
              name: `theory, κ = ${covariateScale}`,
              kind: "line" as const,
              theory: true,
              about: `κ = ${covariateScale}`,
              points: curve.map((x) => ({ x, y: predict({ label: "", length: x, covariateScale }).value })),
            },
            {
              name: `trained layer, κ = ${covariateScale}`,
              kind: "points" as const,
              about: `κ = ${covariateScale}`,
              points: found
                .filter(({ shift }) => shift.covariateScale === covariateScale)
                .map(({ shift, observed, standardError }) => ({
                  x: shift.length,
                  y: observed,
                  low: observed - 1.96 * standardError,
                  high: observed + 1.96 * standardError,
                })),
            },
          ]),
          {
            name: "floor (1 − nη*)² at κ = 1",
            kind: "line",
            theory: true,
            points: curve.map((x) => ({ x, y: (1 - n * target.value) ** 2 })),
          },
        ],
      },
      notes: [
        "Trained on the exact loss from the paper's own initial values, W^{PV} = s·eeᵀ and W^{KQ} = s·diag(ΘΘᵀ, 0), by L-BFGS instead of gradient flow.",
        "The paper divides by the length: a layer trained on n takes (n/M)·Γ at length M. The paper's figure also has GPT-2, which is not trained here.",
        "Least squares has no error where M ≥ d, so no logarithmic axis shows it.",
      ],
    };
  },
});

/** s, the size of the initial values. */
const INITIAL_SIZE = 0.05;

/** Γ of the layer of least exact loss that descent reaches from the initial values of the paper. */
async function train(contextLength: number, d: number, key: RandomKey, tick: () => void): Promise<Matrix> {
  const [covariates, tasks] = [isotropic(d), isotropic(d)];
  const layer = layerOnPopulation({ contextLength, covariates, tasks, noiseVariance: 0 });
  const theta = zeros(d, d);
  openStream(key).fillNormals(theta.values, 0, d * d);
  const square = multiply(theta, transpose(theta));
  const start = liftToLsa(scale(square, INITIAL_SIZE ** 2 / frobeniusNorm(square)));
  let reached = layer.pack(balanced(start));
  const descent = lbfgs((position) => layer.lossAndGradient(position, undefined), { from: reached, most: 300 });
  for await (const { position } of descent) {
    reached = position;
    tick();
  }
  return inducedStep(layer.unpack(reached)).preconditioner;
}

/** The same layer with ‖M‖_F = ‖u‖: liftToLsa puts all of Γ into M. */
function balanced({ keyQuery, valueProjection }: LsaParameters<Matrix>): LsaParameters<Matrix> {
  const factor = Math.sqrt(frobeniusNorm(valueProjection) / frobeniusNorm(keyQuery));
  return { keyQuery: scale(keyQuery, factor), valueProjection: scale(valueProjection, 1 / factor) };
}

/** The normalised error of least squares where covariates are κI: drawn, row by row. */
async function leastSquaresError(setting: {
  readonly contextLength: number;
  readonly dimension: number;
  readonly covariateScale: number;
  readonly key: RandomKey;
}): Promise<number> {
  const { contextLength, dimension, covariateScale, key } = setting;
  const law = promptLaw({
    contextLength,
    covariates: gaussianCovariates({ dimension, covariance: covariateScale }),
    target: linearTarget({ tasks: gaussianTasks({ dimension }) }),
    noise: gaussianNoise({ variance: 0 }),
  });
  const prompts = samplePrompts(law, { key, count: CONTROL_DRAWS });
  const predictions = await learners.leastSquares().predict(prompts);
  const squares = predictions.reduce((sum, value, i) => sum + (value - prompts.queryResponses[i]) ** 2, 0);
  return squares / (CONTROL_DRAWS * dimension * covariateScale);
}
