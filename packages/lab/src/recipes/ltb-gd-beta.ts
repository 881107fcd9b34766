import { childKey, drawUnitVector, openStream, type Estimate } from "@onestep/core";
import { mergedHeads, reducedStep, withInitialWeights, withQueryGuess, type Parametrisation } from "@onestep/model";
import { mapClosedForm, multiHeadOptimum, singleHeadOptimum } from "@onestep/theory";
import type { Claim } from "../claim.ts";
import type { Figure, FigureSeries } from "../figure/figure.ts";
import { meanOf } from "../measure/mean-of.ts";
import { above, estimates, near, within } from "./claims.ts";
import { contextErrors } from "./measure/context-errors.ts";
import { leastOnPopulation } from "./training/least-on-population.ts";
import { defineRecipe, type Recipe, type RecipeContext } from "./recipe.ts";
import {
  distanceFromMean,
  lossFromMean,
  taskMeanLaw,
  taskMeanPrompts,
  type TaskMeanLaw,
} from "./laws/task-mean-law.ts";

const ci = {
  dimension: 5,
  contextLength: 20,
  noiseVariance: 0,
  squaredMeans: [1.25, 5, 20],
  starts: 3,
  contexts: 40_000,
};

type Settings = typeof ci;
type Defect = "one-example-fewer" | "no-guess";

/** Small starts: from large ones some layers end attending by covariates. */
const SCALES = [0.03];

/** A number of heads that is short of d, from which on more heads are of no use. */
const SEVERAL = 2;

/** How near to its exact value a loss is that descent reaches. */
const EXACT = 1e-4;

/** The part of the gap that the block must close. */
const CLOSED = 0.95;

const source = { key: "zhang-2024", locator: "GD-β" };

/** 2402.14951: on tasks with a mean, attention alone keeps an error that an MLP block takes away. */
export const ltbGdBeta: Recipe = defineRecipe({
  id: "ltb-gd-beta",
  title: "tasks with a mean: an MLP after attention makes one step from a learned start",
  question: "Where task vectors have a mean, what does attention alone miss, and does an MLP behind it close the gap?",
  source,
  settings: {
    ci,
    paper: {
      dimension: 10,
      contextLength: 20,
      noiseVariance: 0,
      squaredMeans: [2.5, 10, 40],
      starts: 6,
      contexts: 100_000,
    },
  },
  defects: {
    "one-example-fewer": "layers are trained on n − 1 examples and judged as if they were n",
    "no-guess": "the block's MLP is left out",
  },
  async run(settings, context) {
    const direction = drawUnitVector(
      openStream(childKey(context.key, "direction")),
      new Float64Array(settings.dimension),
    );
    const lawOf = (squaredMean: number): TaskMeanLaw =>
      taskMeanLaw(
        direction.map((entry) => Math.sqrt(squaredMean) * entry),
        settings.contextLength,
        settings.noiseVariance,
      );
    const found: Found[] = [];
    for (const [at, squaredMean] of settings.squaredMeans.entries()) {
      found.push({ squaredMean, ...(await trainLayers(lawOf(squaredMean), at, settings, context)) });
    }
    return {
      claims: found.flatMap((one, at) => [
        ...claimsOnLosses(one),
        ...(at === 0 ? [] : [claimOnGrowth(one, found[at - 1])]),
      ]),
      figure: figureOf(found, lawOf, settings),
      notes: [
        "All layers are trained on the exact loss by L-BFGS from small random starts; a linear MLP behind attention, with its skip connection, adds a linear function ⟨g, x_q⟩ to the output of one head, and nothing else.",
        "The published curves of GPT-2 with and without an MLP are not made here.",
      ],
    };
  },
});

/** The layers trained at one mean, each the best of its family. */
interface TrainedLayers {
  readonly label: string;
  readonly law: TaskMeanLaw;
  readonly step: { readonly loss: number };
  readonly head: { readonly loss: number };
  readonly several: { readonly loss: number };
  readonly gdBeta: { readonly loss: number };
  readonly block: { readonly loss: number; readonly weights: { readonly guess: Float64Array } };
  /** Losses on fresh prompts. */
  readonly fresh: { readonly head: Estimate; readonly block: Estimate };
}

interface Found extends TrainedLayers {
  readonly squaredMean: number;
}

async function trainLayers(
  law: TaskMeanLaw,
  at: number,
  { dimension, squaredMeans, starts, contexts }: Settings,
  { key, defect, progress }: RecipeContext<Defect>,
): Promise<TrainedLayers> {
  const label = `‖μ‖² = ${squaredMeans[at]}`;
  const tick = (): void => progress(at / squaredMeans.length, label);
  const seen = defect === "one-example-fewer" ? { ...law, contextLength: law.contextLength - 1 } : law;
  const least = <W>(family: Parametrisation<W>): ReturnType<typeof leastOnPopulation<W>> =>
    leastOnPopulation(family, seen, { key: childKey(key, "starts", at), starts, scales: SCALES, tick });
  const families = {
    head: mergedHeads({ dimension }),
    block: withQueryGuess({ dimension, of: mergedHeads({ dimension }) }),
  };
  const head = await least(families.head);
  const trained = await least(families.block);
  const bare = { loss: head.loss, weights: { weights: head.weights, guess: new Float64Array(dimension) } };
  const block = defect === "no-guess" ? bare : trained;
  const [ofHead, ofBlock] = contextErrors(
    taskMeanPrompts(seen),
    [families.head.transformer(head.weights), families.block.transformer(block.weights)],
    { key: childKey(key, "fresh", at), count: contexts, tick },
  );
  return {
    label,
    law,
    step: await least(reducedStep({ dimension })),
    head,
    several: await least(mergedHeads({ dimension, heads: SEVERAL })),
    gdBeta: await least(withInitialWeights({ dimension, of: reducedStep({ dimension }) })),
    block,
    fresh: { head: meanOf(ofHead), block: meanOf(ofBlock) },
  };
}

function claimsOnLosses({ label, law, step, head, several, gdBeta, block, fresh }: Found): Claim[] {
  const any = multiHeadOptimum(law);
  const fromMean = { value: lossFromMean(law), source };
  const single = mapClosedForm(singleHeadOptimum(law), ({ loss }) => loss);
  const closed = (head.loss - block.loss) / (head.loss - fromMean.value);
  const distance = distanceFromMean(block.weights.guess, law);
  return [
    near(
      `${label}: loss of the best step alone`,
      mapClosedForm(any, ({ preconditionerOnly }) => preconditionerOnly),
      step.loss,
      EXACT,
    ),
    near(`${label}: loss of one head`, single, head.loss, EXACT),
    near(`${label}: loss of GD-β, as without a mean`, fromMean, gdBeta.loss, EXACT),
    above(`${label}: part of the gap that the block closes`, { value: CLOSED, source }, closed),
    within(`${label}: distance of the block's guess from μ`, { value: 0, source }, distance, 0.01),
    estimates(`${label}: loss of one head on fresh prompts`, single, fresh.head, 0.03),
    estimates(`${label}: loss of the block on fresh prompts`, fromMean, fresh.block, 0.03),
    above(
      `${label}: loss of ${SEVERAL} heads, above what any number can`,
      mapClosedForm(any, ({ unconstrained }) => unconstrained),
      several.loss,
    ),
    above(`${label}: loss of ${SEVERAL} heads, above one step from μ`, fromMean, several.loss, EXACT * fromMean.value),
  ];
}

/** The larger the mean, the more attention misses. */
function claimOnGrowth({ label, head }: Found, before: Found): Claim {
  const name = `${label}: loss of one head above that at ${before.label}`;
  return above(name, { value: before.head.loss, source }, head.loss, EXACT * before.head.loss);
}

const NAMES = {
  step: "step alone",
  head: "one head",
  several: `${SEVERAL} heads`,
  gdBeta: "GD-β",
  block: "head and MLP",
} as const;

function figureOf(
  found: readonly Found[],
  lawOf: (squaredMean: number) => TaskMeanLaw,
  { dimension, contextLength, noiseVariance, squaredMeans }: Settings,
): Figure {
  return {
    title: "Attention misses the tasks' mean; a block with an MLP does not",
    subtitle: `x ~ N(0, I), w ~ N(μ, I), d = ${dimension}, n = ${contextLength}, σ² = ${noiseVariance}; exact losses`,
    x: { label: "squared mean of tasks, ‖μ‖²", scale: "linear" },
    y: { label: "pre-training loss", scale: "linear" },
    series: [
      ...theorySeries(Math.max(...squaredMeans), lawOf),
      ...(["step", "head", "several", "gdBeta", "block"] as const).map((name): FigureSeries => ({
        name: `trained: ${NAMES[name]}`,
        kind: "points",
        about: NAMES[name],
        points: found.map((one) => ({ x: one.squaredMean, y: one[name].loss })),
      })),
    ],
  };
}

/** The losses that theory gives, along a grid of ‖μ‖². */
function theorySeries(most: number, lawOf: (squaredMean: number) => TaskMeanLaw): FigureSeries[] {
  const grid = Array.from({ length: 11 }, (_, i) => (i * most) / 10);
  const curve = (name: string, about: string, lossAt: (law: TaskMeanLaw) => number): FigureSeries => ({
    name: `theory: ${name}`,
    kind: "line",
    theory: true,
    about,
    points: grid.map((x) => ({ x, y: lossAt(lawOf(x)) })),
  });
  return [
    curve(NAMES.step, NAMES.step, (law) => multiHeadOptimum(law).value.preconditionerOnly),
    curve(NAMES.head, NAMES.head, (law) => singleHeadOptimum(law).value.loss),
    curve("any number of heads", "heads", (law) => multiHeadOptimum(law).value.unconstrained),
    curve(NAMES.gdBeta, NAMES.gdBeta, (law) => lossFromMean(law)),
  ];
}
