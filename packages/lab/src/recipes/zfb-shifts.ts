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
  type Estimate,
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
  mapClosedForm,
  optimalStepSize,
  rescaledForLength,
  shiftedLoss,
  type ClosedForm,
} from "@onestep/theory";
import type { Claim } from "../claim.ts";
import type { Figure } from "../figure/figure.ts";
import { geometric } from "../figure/geometric.ts";
import { whiskers } from "../figure/whiskers.ts";
import { inUnitsOf } from "../measure/in-units-of.ts";
import { relativeDistance } from "../measure/preconditioner-distance.ts";
import { above, estimates, within, type Target } from "./claims.ts";
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

const ci = {
  dimension: 20,
  contextLength: 40,
  lengths: [10, 40, 160, 640],
  covariateScales: [1, 4, 9],
  draws: 20_000,
};

type Settings = typeof ci;

/** §4.2 of 2306.09927: what becomes of a trained layer where the test law is another. */
export const zfbShifts: Recipe = defineRecipe({
  id: "zfb-shifts",
  title: "a layer trained on isotropic prompts, under shifts of length, covariates, tasks and queries",
  question: "Which shifts of the law does a trained layer bear, and which break it?",
  source: { key: "zhang-2023", locator: "Section 4.2" },
  settings: {
    ci,
    paper: { ...ci, lengths: [10, 20, 40, 80, 160, 320, 640], draws: 60_000 },
  },
  defects: {
    "length-of-training": "the layer divides its sum by the length it was trained on, not by that of the prompt",
    "one-example-fewer": "the layer is trained on n − 1 examples and judged as if it were n",
  },
  async run(settings, { key, defect, progress }) {
    const { dimension: d, contextLength: n, draws } = settings;
    const trainedOn = defect === "one-example-fewer" ? n - 1 : n;
    const trained = await train(trainedOn, d, childKey(key, "initial"), () => progress(0.05, "training"));
    const observe = (shift: Shift, part: number): Estimate => {
      const testedOn = defect === "length-of-training" ? n : shift.length;
      return observedError(shift, rescaledForLength(trained, { trainedOn, testedOn }), {
        key: childKey(key, "test"),
        count: draws,
        tick: () => progress(part, shift.label),
      });
    };
    const shifts = shiftsOf(settings);
    const found = shifts.map((shift, at) => ({ shift, seen: observe(shift, 0.05 + (0.9 * at) / shifts.length) }));
    const unshifted = observe({ label: "no shift", length: n }, 0.96);
    return {
      claims: [
        claimOnTraining(trained, settings),
        ...claimsOnShifts(found, unshifted, settings),
        await claimOnLeastSquares(settings, childKey(key, "control")),
      ],
      figure: figureOf(found, settings),
      notes: [
        "Trained on the exact loss from the paper's own initial values, W^{PV} = s·eeᵀ and W^{KQ} = s·diag(ΘΘᵀ, 0), by L-BFGS instead of gradient flow.",
        "The paper divides by the length: a layer trained on n takes (n/M)·Γ at length M. The paper's figure also has GPT-2, which is not trained here.",
        "Least squares has no error where M ≥ d, so no logarithmic axis shows it.",
      ],
    };
  },
});

function stepSizeOf({ dimension, contextLength }: Settings): ClosedForm<number> {
  return optimalStepSize({ contextLength, dimension, noiseVariance: 0 });
}

/** (1 − nη*)², the normalised error that no length removes. */
function floorOf(settings: Settings): Target {
  const { value: eta, source } = stepSizeOf(settings);
  return { value: (1 - settings.contextLength * eta) ** 2, source };
}

function shiftsOf({ dimension, contextLength: n, lengths, covariateScales }: Settings): Shift[] {
  // Alternately 1/2 and 3/2 times as large: of another shape, of the same mean.
  const uneven = Array.from({ length: dimension }, (_, i) => (i % 2 === 0 ? 0.5 : 1.5));
  return [
    ...covariateScales.flatMap((covariateScale) =>
      lengths.map((length) => ({ label: `covariance ${covariateScale}·I, M = ${length}`, length, covariateScale })),
    ),
    { label: "tasks of covariance 4·I", length: n, tasks: uneven.map(() => 4) },
    { label: "tasks of uneven covariance", length: n, tasks: uneven },
    { label: "queries of uneven covariance", length: n, query: uneven },
  ];
}

/** E(ŷ − y)² / E y² of the best step of training on a shifted law. */
function predictedError(
  { length, covariateScale = 1, tasks, query }: Omit<Shift, "label">,
  settings: Settings,
): ClosedForm<number> {
  const { dimension: d, contextLength } = settings;
  const test = gaussianLinearMoments(
    {
      contextLength: length,
      covariates: isotropic(d, covariateScale),
      tasks: tasks === undefined ? isotropic(d) : covariance(diagonal(tasks)),
      noiseVariance: 0,
    },
    query && covariance(diagonal(query)),
  );
  const optimum = scale(identity(d), stepSizeOf(settings).value);
  const atLength = rescaledForLength(optimum, { trainedOn: contextLength, testedOn: length });
  return mapClosedForm(shiftedLoss(atLength, test), (loss) => loss / test.responseSecondMoment);
}

/** The same of a trained step, on drawn contexts. */
function observedError(
  { length, covariateScale = 1, tasks, query }: Shift,
  preconditioner: Matrix,
  request: Parameters<typeof estimateStepLoss>[2],
): Estimate {
  const d = preconditioner.rows;
  const law = promptLaw({
    contextLength: length,
    covariates: gaussianCovariates({ dimension: d, covariance: covariateScale }),
    target: linearTarget({ tasks: gaussianTasks({ dimension: d, covariance: tasks }) }),
    noise: gaussianNoise({ variance: 0 }),
    queryCovariates: query && gaussianCovariates({ covariance: query }),
  });
  const energies = Array.from({ length: d }, (_, i) => (tasks?.[i] ?? 1) * (query?.[i] ?? covariateScale));
  const energy = energies.reduce((sum, one) => sum + one);
  return inUnitsOf(energy, estimateStepLoss(law, preconditioner, request));
}

/** What became of the trained layer on a shifted law. */
interface Found {
  readonly shift: Shift;
  readonly seen: Estimate;
}

function claimOnTraining(trained: Matrix, settings: Settings): Claim {
  const { value, source } = stepSizeOf(settings);
  const distance = relativeDistance(trained, scale(identity(settings.dimension), value));
  return within(
    "distance of the trained layer from one step of gradient descent",
    { value: 0, source },
    distance,
    1e-6,
  );
}

function claimsOnShifts(found: readonly Found[], unshifted: Estimate, settings: Settings): Claim[] {
  const rescaledTasks = found.find(({ shift }) => shift.label.startsWith("tasks of covariance"))!;
  const most = Math.max(...settings.lengths);
  const longest = found.find(({ shift }) => shift.length === most && shift.covariateScale === 1)!;
  return [
    ...found.map(({ shift, seen }) =>
      estimates(`normalised error, ${shift.label}`, predictedError(shift, settings), seen, TOLERANCE),
    ),
    within(
      "change of the normalised error by tasks twice as long, same draws",
      { value: 0, source: { key: "zhang-2023", locator: "Section 4.2, task shift" } },
      rescaledTasks.seen.value - unshifted.value,
      1e-12,
    ),
    above(
      `normalised error at M = ${most} above the floor (1 − nη*)², which no length removes`,
      floorOf(settings),
      longest.seen,
    ),
  ];
}

/** Least squares at the largest shift, where it has no error: drawn, row by row. */
async function claimOnLeastSquares(settings: Settings, key: RandomKey): Promise<Claim> {
  const { dimension } = settings;
  const contextLength = Math.max(settings.contextLength, dimension);
  const covariateScale = Math.max(...settings.covariateScales);
  const law = promptLaw({
    contextLength,
    covariates: gaussianCovariates({ dimension, covariance: covariateScale }),
    target: linearTarget({ tasks: gaussianTasks({ dimension }) }),
    noise: gaussianNoise({ variance: 0 }),
  });
  const prompts = samplePrompts(law, { key, count: CONTROL_DRAWS });
  const predictions = await learners.leastSquares().predict(prompts);
  const squares = predictions.reduce((sum, value, i) => sum + (value - prompts.queryResponses[i]) ** 2, 0);
  return within(
    "normalised error of least squares at the largest shift",
    leastSquaresRisk({ contextLength, dimension, noiseVariance: 0 }),
    squares / (CONTROL_DRAWS * dimension * covariateScale),
    1e-9,
  );
}

function figureOf(found: readonly Found[], settings: Settings): Figure {
  const { dimension, contextLength, lengths, covariateScales, draws } = settings;
  const curve = geometric(Math.min(...lengths), Math.max(...lengths), 60).map(Math.round);
  const floor = floorOf(settings).value;
  return {
    title: "What shifts do to a layer trained on isotropic prompts",
    subtitle: `trained on x ~ N(0, I), w ~ N(0, I), d = ${dimension}, n = ${contextLength}, no noise; tested on x ~ N(0, κI); ${draws} contexts a point, whiskers 95 %`,
    x: { label: "length M of the test context", scale: "log" },
    y: { label: "normalised error E(ŷ − y)² / E y²", scale: "log" },
    series: [
      ...covariateScales.flatMap((covariateScale) => [
        {
          name: `theory, κ = ${covariateScale}`,
          kind: "line" as const,
          theory: true,
          about: `κ = ${covariateScale}`,
          points: curve.map((x) => ({ x, y: predictedError({ length: x, covariateScale }, settings).value })),
        },
        {
          name: `trained layer, κ = ${covariateScale}`,
          kind: "points" as const,
          about: `κ = ${covariateScale}`,
          points: found
            .filter(({ shift }) => shift.covariateScale === covariateScale)
            .map(({ shift, seen }) => whiskers(shift.length, seen)),
        },
      ]),
      { name: "floor (1 − nη*)² at κ = 1", kind: "line", theory: true, points: curve.map((x) => ({ x, y: floor })) },
    ],
  };
}

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
