import { childKey, drawUnitVector, openStream, type Estimate } from "@onestep/core";
import { mergedHeads, reducedStep, withInitialWeights, withQueryGuess } from "@onestep/model";
import { multiHeadOptimum, optimalStepLoss, singleHeadOptimum } from "@onestep/theory";
import type { Claim } from "../claim.ts";
import type { FigureSeries } from "../figure/figure.ts";
import { meanOf } from "../measure/mean-of.ts";
import { contextErrors } from "./measure/context-errors.ts";
import { leastOnPopulation } from "./training/least-on-population.ts";
import { defineRecipe, type Recipe } from "./recipe.ts";
import { distanceFromMean, taskMeanLaw, taskMeanPrompts, type TaskMeanLaw } from "./laws/task-mean-law.ts";

/** Small starts: from large ones some layers end attending by covariates. */
const SCALES = [0.03];

/** A number of heads that is short of d, from which on more heads are of no use. */
const SEVERAL = 2;

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
    ci: { dimension: 5, contextLength: 20, noiseVariance: 0, squaredMeans: [1.25, 5, 20], starts: 3, contexts: 40_000 },
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
  async run(
    { dimension: d, contextLength: n, noiseVariance, squaredMeans, starts, contexts },
    { key, defect, progress },
  ) {
    const direction = drawUnitVector(openStream(childKey(key, "direction")), new Float64Array(d));
    const lawOf = (squaredMean: number): TaskMeanLaw =>
      taskMeanLaw(
        direction.map((entry) => Math.sqrt(squaredMean) * entry),
        n,
        noiseVariance,
      );
    /** One step from μ has the loss of one step on tasks without a mean. */
    const fromMean = optimalStepLoss({ contextLength: n, dimension: d, noiseVariance });
    const families = {
      step: reducedStep({ dimension: d }),
      head: mergedHeads({ dimension: d }),
      several: mergedHeads({ dimension: d, heads: SEVERAL }),
      gdBeta: withInitialWeights({ dimension: d, of: reducedStep({ dimension: d }) }),
      block: withQueryGuess({ dimension: d, of: mergedHeads({ dimension: d }) }),
    };
    const found: Found[] = [];
    for (const [at, squaredMean] of squaredMeans.entries()) {
      const label = `‖μ‖² = ${squaredMean}`;
      const law = lawOf(squaredMean);
      const seen = defect === "one-example-fewer" ? { ...law, contextLength: n - 1 } : law;
      const tick = (): void => progress(at / squaredMeans.length, label);
      const descent = { key: childKey(key, "starts", at), starts, scales: SCALES, tick };
      const step = await leastOnPopulation(families.step, seen, descent);
      const head = await leastOnPopulation(families.head, seen, descent);
      const several = await leastOnPopulation(families.several, seen, descent);
      const gdBeta = await leastOnPopulation(families.gdBeta, seen, descent);
      const trained = await leastOnPopulation(families.block, seen, descent);
      const bare = { loss: head.loss, weights: { weights: head.weights, guess: new Float64Array(d) } };
      const block = defect === "no-guess" ? bare : trained;
      const [ofHead, ofBlock] = contextErrors(
        taskMeanPrompts(seen),
        [families.head.transformer(head.weights), families.block.transformer(block.weights)],
        { key: childKey(key, "fresh", at), count: contexts, tick },
      );
      found.push({
        label,
        squaredMean,
        law,
        step,
        head,
        several,
        gdBeta,
        block,
        fresh: { head: meanOf(ofHead), block: meanOf(ofBlock) },
      });
    }
    const claims = found.flatMap(({ label, law, step, head, several, gdBeta, block, fresh }, at): Claim[] => {
      const any = multiHeadOptimum(law);
      const single = singleHeadOptimum(law);
      const gap = (head.loss - block.loss) / (head.loss - fromMean.value);
      const before = found[at - 1];
      return [
        exactly(`${label}: loss of the best step alone`, any.value.preconditionerOnly, step.loss, any.source),
        exactly(`${label}: loss of one head`, single.value.loss, head.loss, single.source),
        exactly(`${label}: loss of GD-β, as without a mean`, fromMean.value, gdBeta.loss, source),
        {
          ...exactly(`${label}: part of the gap that the block closes`, CLOSED, gap, source),
          relation: "above",
          tolerance: 0,
        },
        {
          ...exactly(
            `${label}: distance of the block's guess from μ`,
            0,
            distanceFromMean(block.weights.guess, law),
            source,
          ),
          tolerance: 0.01,
        },
        estimates(`${label}: loss of one head on fresh prompts`, single.value.loss, fresh.head, single.source),
        estimates(`${label}: loss of the block on fresh prompts`, fromMean.value, fresh.block, source),
        {
          ...exactly(
            `${label}: loss of ${SEVERAL} heads, above what any number can`,
            any.value.unconstrained,
            several.loss,
            any.source,
          ),
          relation: "above",
          tolerance: 0,
        },
        {
          ...exactly(`${label}: loss of ${SEVERAL} heads, above one step from μ`, fromMean.value, several.loss, source),
          relation: "above",
        },
        ...(before === undefined
          ? []
          : [
              {
                ...exactly(
                  `${label}: loss of one head above that at ${before.label}`,
                  before.head.loss,
                  head.loss,
                  source,
                ),
                relation: "above" as const,
              },
            ]),
      ];
    });
    return {
      claims,
      figure: {
        title: "Attention misses the tasks' mean; a block with an MLP does not",
        subtitle: `x ~ N(0, I), w ~ N(μ, I), d = ${d}, n = ${n}, σ² = ${noiseVariance}; exact losses`,
        x: { label: "squared mean of tasks, ‖μ‖²", scale: "linear" },
        y: { label: "pre-training loss", scale: "linear" },
        series: [
          ...theorySeries(Math.max(...squaredMeans), lawOf, fromMean.value),
          ...(["step", "head", "several", "gdBeta", "block"] as const).map((name): FigureSeries => ({
            name: `trained: ${NAMES[name]}`,
            kind: "points",
            about: NAMES[name],
            points: found.map((one) => ({ x: one.squaredMean, y: one[name].loss })),
          })),
        ],
      },
      notes: [
        "All layers are trained on the exact loss by L-BFGS from small random starts; a linear MLP behind attention, with its skip connection, adds a linear function ⟨g, x_q⟩ to the output of one head, and nothing else.",
        "The published curves of GPT-2 with and without an MLP are not made here.",
      ],
    };
  },
});

/** The layers trained at one mean. */
interface Found {
  readonly label: string;
  readonly squaredMean: number;
  readonly law: TaskMeanLaw;
  readonly step: { readonly loss: number };
  readonly head: { readonly loss: number };
  readonly several: { readonly loss: number };
  readonly gdBeta: { readonly loss: number };
  readonly block: { readonly loss: number; readonly weights: { readonly guess: Float64Array } };
  readonly fresh: { readonly head: Estimate; readonly block: Estimate };
}

const NAMES = {
  step: "step alone",
  head: "one head",
  several: `${SEVERAL} heads`,
  gdBeta: "GD-β",
  block: "head and MLP",
} as const;

/** The losses that theory gives, along a grid of ‖μ‖². */
function theorySeries(most: number, lawOf: (squaredMean: number) => TaskMeanLaw, fromMean: number): FigureSeries[] {
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
    curve(NAMES.gdBeta, NAMES.gdBeta, () => fromMean),
  ];
}

function exactly(name: string, predicted: number, observed: number, from: Claim["source"]): Claim {
  return {
    name,
    relation: "within",
    predicted,
    observed,
    standardError: 0,
    tolerance: 1e-4 * Math.abs(predicted),
    source: from,
  };
}

function estimates(name: string, predicted: number, seen: Estimate, from: Claim["source"]): Claim {
  return {
    name,
    relation: "estimates",
    predicted,
    observed: seen.value,
    standardError: seen.standardError,
    tolerance: 0.03 * predicted,
    source: from,
  };
}
