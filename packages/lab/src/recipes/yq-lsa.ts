import { childKey, drawUnitVector, openStream, type LsaParameters, type Matrix } from "@onestep/core";
import { mergedHeads, withQueryGuess } from "@onestep/model";
import { multiHeadOptimum, optimalStepLoss, singleHeadOptimum } from "@onestep/theory";
import type { Claim } from "../claim.ts";
import { meanOf } from "../measure/mean-of.ts";
import { contextErrors } from "./measure/context-errors.ts";
import { leastOnPopulation, type PopulationDescent } from "./training/least-on-population.ts";
import { defineRecipe, type Recipe } from "./recipe.ts";
import { distanceFromMean, taskMeanLaw, taskMeanPrompts } from "./laws/task-mean-law.ts";

/** Small starts: from large ones some layers end attending by covariates. */
const SCALES = [0.03];

const sizes = { dimension: 4, contextLength: 10, noiseVariance: 0.1, squaredMean: 4, heads: [1, 2, 3, 4, 5] };

const source = { key: "xie-2025", locator: "y_q-LSA" };

/** 2512.04268: heads alone stop short of one step from the tasks' mean; one head with an initial guess does not. */
export const yqLsa: Recipe = defineRecipe({
  id: "yq-lsa",
  title: "tasks with a mean: an initial guess of y_q does what no number of heads can",
  question: "Where task vectors have a mean, do enough heads make one step of gradient descent from that mean?",
  source,
  settings: {
    ci: { ...sizes, starts: 2, contexts: 40_000 },
    paper: { ...sizes, dimension: 10, contextLength: 20, heads: [1, 2, 4, 6, 8, 10, 11], starts: 2, contexts: 100_000 },
  },
  defects: {
    "one-example-fewer": "layers are trained on n − 1 examples and judged as if they were n",
    "frozen-guess": "the guess is not trained: it stays 0",
  },
  async run(settings, { key, defect, progress }) {
    const { dimension: d, contextLength: n, noiseVariance, squaredMean, heads, starts, contexts } = settings;
    const direction = drawUnitVector(openStream(childKey(key, "direction")), new Float64Array(d));
    const taskMean = direction.map((entry) => Math.sqrt(squaredMean) * entry);
    const law = taskMeanLaw(taskMean, n, noiseVariance);
    const seen = defect === "one-example-fewer" ? { ...law, contextLength: n - 1 } : law;
    const descent = (name: string, part: number): PopulationDescent => ({
      key: childKey(key, name),
      starts,
      scales: SCALES,
      tick: () => progress(part, name),
    });
    const plain: TrainedHeads[] = [];
    for (const [at, count] of heads.entries()) {
      const family = mergedHeads({ dimension: d, heads: count });
      plain.push({
        count,
        ...(await leastOnPopulation(family, seen, descent(`${count} heads`, (0.7 * at) / heads.length))),
      });
    }
    const [one, two] = [1, 2].map((count) =>
      withQueryGuess({ dimension: d, of: mergedHeads({ dimension: d, heads: count }) }),
    );
    const trained = await leastOnPopulation(one, seen, descent("a guess", 0.7));
    const pair = await leastOnPopulation(two, seen, descent("a guess and 2 heads", 0.8));
    const frozen = { loss: plain[0].loss, weights: { weights: plain[0].weights, guess: new Float64Array(d) } };
    const guessing = defect === "frozen-guess" ? frozen : trained;
    const [errors] = contextErrors(taskMeanPrompts(seen), [one.transformer(guessing.weights)], {
      key: childKey(key, "fresh"),
      count: contexts,
      tick: () => progress(0.9, "fresh prompts"),
    });
    const fresh = meanOf(errors);

    /** One step from μ has the loss of one step on tasks without a mean. */
    const fromMean = optimalStepLoss({ contextLength: n, dimension: d, noiseVariance }).value;
    const single = singleHeadOptimum(law);
    const any = multiHeadOptimum(law);
    const claims: Claim[] = [
      exactly("loss of 1 head", single.value.loss, plain[0].loss, single.source),
      ...plain.flatMap(({ count, loss }, at): Claim[] => {
        const name = `loss of ${count} heads`;
        if (count === 1) return [];
        if (count >= d) return [exactly(`${name}, as of any number`, any.value.unconstrained, loss, any.source)];
        const fewer = plain[at - 1];
        return [
          beyond(`${name}, below ${fewer.count}`, "below", fewer.loss, loss, any.source),
          beyond(`${name}, above what any number can`, "above", any.value.unconstrained, loss, any.source),
        ];
      }),
      beyond("loss of the most heads, above one step from μ", "above", fromMean, plain[plain.length - 1].loss, source),
      exactly("loss of y_q-LSA, that of one step from μ", fromMean, guessing.loss, source),
      exactly("loss of y_q-LSA with 2 heads, no less", fromMean, pair.loss, source),
      {
        ...exactly("distance of the guess from μ", 0, distanceFromMean(guessing.weights.guess, law), source),
        tolerance: 0.01,
      },
      {
        ...exactly(
          "distance from μ of what its head takes off responses",
          0,
          distanceFromMean(takenOff(guessing.weights.weights[0]), law),
          source,
        ),
        tolerance: 0.01,
      },
      {
        name: "loss of y_q-LSA on fresh prompts",
        relation: "estimates",
        predicted: fromMean,
        observed: fresh.value,
        standardError: fresh.standardError,
        tolerance: 0.03 * fromMean,
        source,
      },
    ];
    const across = (y: number): { x: number; y: number }[] => heads.map((x) => ({ x, y }));
    return {
      claims,
      figure: {
        title: "Heads level off above one step from the mean; an initial guess reaches it",
        subtitle: `x ~ N(0, I), w ~ N(μ, I), ‖μ‖² = ${squaredMean}, d = ${d}, n = ${n}, σ² = ${noiseVariance}; exact losses`,
        x: { label: "heads", scale: "linear" },
        y: { label: "pre-training loss", scale: "linear" },
        series: [
          {
            name: "trained heads",
            kind: "points",
            about: "heads",
            points: plain.map(({ count, loss }) => ({ x: count, y: loss })),
          },
          {
            name: "theory: any number of heads",
            kind: "line",
            theory: true,
            about: "heads",
            points: across(any.value.unconstrained),
          },
          {
            name: "trained y_q-LSA",
            kind: "points",
            about: "guess",
            points: [
              { x: 1, y: guessing.loss },
              { x: 2, y: pair.loss },
            ],
          },
          { name: "theory: one step from μ", kind: "line", theory: true, about: "guess", points: across(fromMean) },
        ],
      },
      notes: [
        "Layers are trained on the exact loss by L-BFGS from small random starts. Sizes are ours: those of the paper were not available, and its language models are not made here.",
        "The paper bounds the number of heads that are of use by d + 1; on this law d of them reach the bound.",
      ],
    };
  },
});

interface TrainedHeads {
  readonly count: number;
  readonly loss: number;
  readonly weights: readonly LsaParameters<Matrix>[];
}

/** β of a head that sums Σᵢ xᵢ(yᵢ − ⟨β, xᵢ⟩), u ∝ (−β, 1). */
function takenOff({ valueProjection: { values } }: LsaParameters<Matrix>): Float64Array {
  const d = values.length - 1;
  return values.slice(0, d).map((entry) => -entry / values[d]);
}

function exactly(name: string, predicted: number, observed: number, from: Claim["source"]): Claim {
  return { name, relation: "within", predicted, observed, standardError: 0, tolerance: 1e-4 * predicted, source: from };
}

function beyond(
  name: string,
  relation: "above" | "below",
  predicted: number,
  observed: number,
  from: Claim["source"],
): Claim {
  return { name, relation, predicted, observed, standardError: 0, tolerance: 1e-3 * predicted, source: from };
}
