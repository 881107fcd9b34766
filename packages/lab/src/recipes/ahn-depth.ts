import { childKey, inverseCovariance, isotropic, log, scale, type Estimate } from "@onestep/core";
import { construct, type LinearTransformer } from "@onestep/model";
import { mapClosedForm, optimalDepth, optimalGdPlusPlus, type ClosedForm } from "@onestep/theory";
import type { Claim } from "../claim.ts";
import type { Figure } from "../figure/figure.ts";
import { ratioOfMeans } from "../measure/ratio-of-means.ts";
import { weighedContexts } from "../measure/weighed-contexts.ts";
import { below, within } from "./claims.ts";
import { logarithmOf } from "./measure/logarithm-of.ts";
import { average, lossOfRuns, product } from "./measure/loss-of-runs.ts";
import { defineRecipe, type Recipe } from "./recipe.ts";
import { rotatedCovariance } from "./laws/rotated-covariance.ts";
import { trainGdPlusPlus } from "./training/train-gd-plus-plus.ts";

/** At these sizes one context in ten thousand is wider than `widest`, the largest λ_max(Σ⁻¹XᵀX) that is counted. */
const published = { spectrum: [1, 1, 0.25, 0.0625, 1], contextLength: 20, layers: [1, 2, 3, 4], widest: 70 };

/** How near ln loss must come to its optimum, for one, two and three layers. Deeper ones are held against others only. */
const TOLERANCES = [0.02, 0.15, 0.5];

/** The experiment of 2306.00297 on loss against the number of layers: GD++ against preconditioned gradient descent. */
export const ahnDepth: Recipe = defineRecipe({
  id: "ahn-depth",
  title: "loss against depth: trained layers against tuned gradient descent",
  question:
    "Do L trained layers reach the best loss of their family, and beat L steps of preconditioned gradient descent with the best step size for each step?",
  source: { key: "ahn-2023", locator: "Theorem 4" },
  settings: {
    ci: { ...published, stepsPerLayer: 2000, promptsPerStep: 1000, runs: 1, contexts: 60_000 },
    paper: { ...published, stepsPerLayer: 5000, promptsPerStep: 6000, runs: 5, contexts: 400_000 },
  },
  defects: {
    "unconverted-coordinates": "layers trained on white prompts are tested on anisotropic ones, as they are",
    "frozen-covariates":
      "layers are trained that leave the covariates alone, P = e eᵀ, and judged as if they were GD++",
  },
  async run({ spectrum, contextLength, layers, widest, stepsPerLayer, promptsPerStep, runs, contexts }, context) {
    const { key, defect, progress } = context;
    const dimension = spectrum.length;
    const { covariance: covariates } = rotatedCovariance(spectrum, childKey(key, "axes"));
    const tasks = inverseCovariance(covariates);
    const fresh = weighedContexts(
      { contextLength, covariates, tasks, noiseVariance: 0 },
      { key: childKey(key, "fresh"), count: contexts },
    );
    const typical = fresh.weights.map((weight, i) => (fresh.largestEigenvalues[i] <= widest ? weight : 0));

    const train = (depth: number, run: number, onPart: (part: number) => void): Promise<LinearTransformer> => {
      const address = childKey(childKey(key, "layers", depth), "run", run);
      const seen = defect === "unconverted-coordinates" ? isotropic(dimension) : covariates;
      const plan = { key: address, contextLength, covariates: seen, steps: stepsPerLayer * depth, promptsPerStep };
      return trainGdPlusPlus(depth, plan, context, onPart);
    };
    /** Twice as many layers take twice as many steps, each twice as long. */
    const work = runs * layers.reduce((sum, depth) => sum + depth ** 2, 0);
    let done = 0;
    const depths: DepthFindings[] = [];
    for (const depth of layers) {
      const law = { contextLength, dimension, noiseVariance: 0 };
      const best = mapClosedForm(optimalGdPlusPlus(law, depth), ({ loss }) => loss);
      const descent = optimalDepth(law, depth);
      const { stepSizes, loss } = descent.value;
      const preconditioners = stepSizes.map((stepSize) => scale(tasks.matrix, stepSize));
      const descentErrors = fresh.errorsOf(construct.preconditionedGradientDescent({ preconditioners }));
      const trained: TrainedLoss[] = [];
      for (let run = 0; run < runs; run++) {
        const doing = `L = ${depth}, run ${run + 1} of ${runs}`;
        const transformer = await train(depth, run, (part) => progress((done + part * depth ** 2) / work, doing));
        done += depth ** 2;
        const errors = fresh.errorsOf(transformer);
        trained.push({
          loss: ratioOfMeans(product(typical, errors), typical),
          overDescent: ratioOfMeans(product(typical, errors), product(typical, descentErrors)),
        });
      }
      depths.push({ depth, best, descent: mapClosedForm(descent, () => loss), trained });
    }
    return {
      claims: depths.flatMap((findings) => [...optimumClaims(findings), ...descentClaims(findings)]),
      figure: figureOf(depths, `x ~ N(0, Σ), w ~ N(0, Σ⁻¹), d = ${dimension}, n = ${contextLength}, no noise`),
      notes: [
        `The squared error of L layers of GD++ is a polynomial of degree 3^L − 1 in XᵀX: beyond two layers, contexts so wide that a test meets none of them can make most of its mean. Trained layers are judged on typical contexts, λ_max(Σ⁻¹XᵀX) ≤ ${widest}, all but one in ten thousand; there they may lie below the optimum of the mean.`,
        "That optimum is the best that a search over a_l I, b_l I has found. Values known for L = 3 and 4 from sampled spectra, ln loss −7.27 and −13.2, leave wide contexts out as well, and cannot be attained on average.",
        "The paper trains with AdamW (β = 0.99, 0.9; rate 0.01 halved every 4000 steps; clipping at 0.01) on 20,000 prompts kept for 100 steps, and takes the best of the last 20 snapshots. Here every minibatch is fresh, Adam cools along a cosine in white coordinates, and the last fifth of the run is averaged.",
        "The family's loss has local minima: for two layers, ln loss −2.447 beside −2.856. A run begins with at most 1000 prompts a step, whose noise leaves them; with 6000 from the start, five runs of five ended in the worse one.",
      ],
    };
  },
});

/** Losses of a trained transformer. */
interface TrainedLoss {
  /** On typical contexts, the query integrated out. */
  readonly loss: Estimate;
  /** Over that of gradient descent, on the same contexts. */
  readonly overDescent: Estimate;
}

/** What is known of one depth. */
interface DepthFindings {
  readonly depth: number;
  /** The loss of the best GD++ model. */
  readonly best: ClosedForm<number>;
  /** The loss of preconditioned gradient descent with the best steps. */
  readonly descent: ClosedForm<number>;
  readonly trained: readonly TrainedLoss[];
}

function optimumClaims({ depth, best, trained }: DepthFindings): Claim[] {
  const tolerance = TOLERANCES[depth - 1];
  if (tolerance === undefined) return [];
  const logarithms = trained.map(({ loss }) => logarithmOf(loss));
  return [
    within(
      `L = ${depth}: ln loss${trained.length > 1 ? `, mean of ${trained.length} runs` : ""}`,
      { value: log(best.value), source: best.source },
      {
        value: average(logarithms.map(({ value }) => value)),
        // Runs share their test contexts, so their errors do not average out.
        standardError: average(logarithms.map(({ standardError }) => standardError)),
      },
      tolerance,
    ),
  ];
}

function descentClaims({ depth, descent, trained }: DepthFindings): Claim[] {
  if (depth === 1) return []; // one layer of the family is one step of gradient descent
  const worst = trained.reduce((one, other) => (other.overDescent.value > one.overDescent.value ? other : one));
  const name = `L = ${depth}: loss over that of tuned gradient descent${trained.length > 1 ? ", worst run" : ""}`;
  return [below(name, { value: 1, source: descent.source }, worst.overDescent)];
}

function figureOf(depths: readonly DepthFindings[], setting: string): Figure {
  const runs = depths[0].trained.length;
  return {
    title: "Trained layers against steps of gradient descent",
    subtitle: `${setting}; whiskers: ${runs === 1 ? "95 % of test contexts" : `all of ${runs} runs`}`,
    x: { label: "layers L", scale: "linear" },
    y: { label: "loss (mean squared error)", scale: "log" },
    series: [
      {
        name: "theory: preconditioned descent, steps tuned",
        kind: "line",
        theory: true,
        points: depths.map(({ depth, descent }) => ({ x: depth, y: descent.value })),
      },
      {
        name: "theory: best GD++ found",
        kind: "line",
        theory: true,
        about: "transformer",
        points: depths.map(({ depth, best }) => ({ x: depth, y: best.value })),
      },
      {
        name: "trained transformer",
        kind: "points",
        about: "transformer",
        points: depths.map(({ depth, trained }) => ({ x: depth, ...lossOfRuns(trained.map(({ loss }) => loss)) })),
      },
    ],
  };
}
