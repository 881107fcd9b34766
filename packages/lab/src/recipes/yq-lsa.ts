import { childKey, drawUnitVector, openStream, type Estimate, type LsaParameters, type Matrix } from "@onestep/core";
import { mergedHeads, withQueryGuess } from "@onestep/model";
import { mapClosedForm, multiHeadOptimum, singleHeadOptimum } from "@onestep/theory";
import type { Claim } from "../claim.ts";
import type { Figure, FigurePoint } from "../figure/figure.ts";
import { meanOf } from "../measure/mean-of.ts";
import { above, below, estimates, near, within } from "./claims.ts";
import { contextErrors } from "./measure/context-errors.ts";
import { leastOnPopulation, type PopulationDescent } from "./training/least-on-population.ts";
import { defineRecipe, type Recipe, type RecipeContext } from "./recipe.ts";
import {
  distanceFromMean,
  lossFromMean,
  taskMeanLaw,
  taskMeanPrompts,
  type TaskMeanLaw,
} from "./laws/task-mean-law.ts";

/** Small starts: from large ones some layers end attending by covariates. */
const SCALES = [0.03];

const sizes = { dimension: 4, contextLength: 10, noiseVariance: 0.1, squaredMean: 4, heads: [1, 2, 3, 4, 5] };
const ci = { ...sizes, starts: 2, contexts: 40_000 };

type Settings = typeof ci;
type Defect = "one-example-fewer" | "frozen-guess";

/** How near to its exact value a loss is that descent reaches, and how far a lower one is from a higher, as parts. */
const EXACT = 1e-4;
const BEYOND = 1e-3;

const source = { key: "xie-2025", locator: "y_q-LSA" };

/** 2512.04268: heads alone stop short of one step from the tasks' mean; one head with an initial guess does not. */
export const yqLsa: Recipe = defineRecipe({
  id: "yq-lsa",
  title: "tasks with a mean: an initial guess of y_q does what no number of heads can",
  question: "Where task vectors have a mean, do enough heads make one step of gradient descent from that mean?",
  source,
  settings: {
    ci,
    paper: { ...sizes, dimension: 10, contextLength: 20, heads: [1, 2, 4, 6, 8, 10, 11], starts: 2, contexts: 100_000 },
  },
  defects: {
    "one-example-fewer": "layers are trained on n − 1 examples and judged as if they were n",
    "frozen-guess": "the guess is not trained: it stays 0",
  },
  async run(settings, context) {
    const { dimension, contextLength, noiseVariance, squaredMean } = settings;
    const direction = drawUnitVector(openStream(childKey(context.key, "direction")), new Float64Array(dimension));
    const taskMean = direction.map((entry) => Math.sqrt(squaredMean) * entry);
    const law = taskMeanLaw(taskMean, contextLength, noiseVariance);
    const seen = context.defect === "one-example-fewer" ? { ...law, contextLength: contextLength - 1 } : law;
    const descent = (name: string, part: number): PopulationDescent => ({
      key: childKey(context.key, name),
      starts: settings.starts,
      scales: SCALES,
      tick: () => context.progress(part, name),
    });
    const plain = await trainHeads(seen, settings.heads, descent);
    const guessing = await trainGuess(seen, plain[0], descent, settings, context);
    return {
      claims: [...claimsOnHeads(plain, law), ...claimsOnGuess(guessing, law)],
      figure: figureOf(plain, guessing, law, settings),
      notes: [
        "Layers are trained on the exact loss by L-BFGS from small random starts. Sizes are ours: those of the paper were not available, and its language models are not made here.",
        "The paper bounds the number of heads that are of use by d + 1; on this law d of them reach the bound.",
      ],
    };
  },
});

/** The best layer of some number of heads. */
interface TrainedHeads {
  readonly count: number;
  readonly loss: number;
  readonly weights: readonly LsaParameters<Matrix>[];
}

/** Where a descent starts, and how far the recipe is then. */
type Descent = (name: string, part: number) => PopulationDescent;

async function trainHeads(seen: TaskMeanLaw, counts: readonly number[], descent: Descent): Promise<TrainedHeads[]> {
  const dimension = seen.taskMean.length;
  const plain: TrainedHeads[] = [];
  for (const [at, count] of counts.entries()) {
    const plan = descent(`${count} heads`, (0.7 * at) / counts.length);
    plain.push({ count, ...(await leastOnPopulation(mergedHeads({ dimension, heads: count }), seen, plan)) });
  }
  return plain;
}

/** Heads with an initial guess of the query's response. */
interface TrainedGuess {
  readonly loss: number;
  readonly head: LsaParameters<Matrix>;
  readonly guess: Float64Array;
  /** The loss on fresh prompts. */
  readonly fresh: Estimate;
  /** The loss of two heads with a guess. */
  readonly lossOfTwo: number;
}

async function trainGuess(
  seen: TaskMeanLaw,
  plain: TrainedHeads,
  descent: Descent,
  { contexts }: Settings,
  { key, defect, progress }: RecipeContext<Defect>,
): Promise<TrainedGuess> {
  const dimension = seen.taskMean.length;
  const [one, two] = [1, 2].map((heads) => withQueryGuess({ dimension, of: mergedHeads({ dimension, heads }) }));
  const trained = await leastOnPopulation(one, seen, descent("a guess", 0.7));
  const pair = await leastOnPopulation(two, seen, descent("a guess and 2 heads", 0.8));
  const frozen = { loss: plain.loss, weights: { weights: plain.weights, guess: new Float64Array(dimension) } };
  const { loss, weights } = defect === "frozen-guess" ? frozen : trained;
  const [errors] = contextErrors(taskMeanPrompts(seen), [one.transformer(weights)], {
    key: childKey(key, "fresh"),
    count: contexts,
    tick: () => progress(0.9, "fresh prompts"),
  });
  return { loss, head: weights.weights[0], guess: weights.guess, fresh: meanOf(errors), lossOfTwo: pair.loss };
}

/** More heads do better, up to d of them, and never as well as one step from μ. */
function claimsOnHeads(plain: readonly TrainedHeads[], law: TaskMeanLaw): Claim[] {
  const single = mapClosedForm(singleHeadOptimum(law), ({ loss }) => loss);
  const any = mapClosedForm(multiHeadOptimum(law), ({ unconstrained }) => unconstrained);
  const fromMean = { value: lossFromMean(law), source };
  return [
    near("loss of 1 head", single, plain[0].loss, EXACT),
    ...plain.flatMap(({ count, loss }, at): Claim[] => {
      const name = `loss of ${count} heads`;
      if (count === 1) return [];
      if (count >= law.taskMean.length) return [near(`${name}, as of any number`, any, loss, EXACT)];
      const fewer = plain[at - 1];
      return [
        below(`${name}, below ${fewer.count}`, { value: fewer.loss, source: any.source }, loss, BEYOND * fewer.loss),
        above(`${name}, above what any number can`, any, loss, BEYOND * any.value),
      ];
    }),
    above(
      "loss of the most heads, above one step from μ",
      fromMean,
      plain[plain.length - 1].loss,
      BEYOND * fromMean.value,
    ),
  ];
}

/** With a guess, one head is one step from μ. */
function claimsOnGuess({ loss, head, guess, fresh, lossOfTwo }: TrainedGuess, law: TaskMeanLaw): Claim[] {
  const fromMean = { value: lossFromMean(law), source };
  const none = { value: 0, source };
  return [
    near("loss of y_q-LSA, that of one step from μ", fromMean, loss, EXACT),
    near("loss of y_q-LSA with 2 heads, no less", fromMean, lossOfTwo, EXACT),
    within("distance of the guess from μ", none, distanceFromMean(guess, law), 0.01),
    within("distance from μ of what its head takes off responses", none, distanceFromMean(takenOff(head), law), 0.01),
    estimates("loss of y_q-LSA on fresh prompts", fromMean, fresh, 0.03),
  ];
}

function figureOf(
  plain: readonly TrainedHeads[],
  { loss, lossOfTwo }: TrainedGuess,
  law: TaskMeanLaw,
  { dimension, contextLength, noiseVariance, squaredMean, heads }: Settings,
): Figure {
  const across = (y: number): FigurePoint[] => heads.map((x) => ({ x, y }));
  return {
    title: "Heads level off above one step from the mean; an initial guess reaches it",
    subtitle: `x ~ N(0, I), w ~ N(μ, I), ‖μ‖² = ${squaredMean}, d = ${dimension}, n = ${contextLength}, σ² = ${noiseVariance}; exact losses`,
    x: { label: "heads", scale: "linear" },
    y: { label: "pre-training loss", scale: "linear" },
    series: [
      {
        name: "trained heads",
        kind: "points",
        about: "heads",
        points: plain.map((one) => ({ x: one.count, y: one.loss })),
      },
      {
        name: "theory: any number of heads",
        kind: "line",
        theory: true,
        about: "heads",
        points: across(multiHeadOptimum(law).value.unconstrained),
      },
      {
        name: "trained y_q-LSA",
        kind: "points",
        about: "guess",
        points: [
          { x: 1, y: loss },
          { x: 2, y: lossOfTwo },
        ],
      },
      {
        name: "theory: one step from μ",
        kind: "line",
        theory: true,
        about: "guess",
        points: across(lossFromMean(law)),
      },
    ],
  };
}

/** β of a head that sums Σᵢ xᵢ(yᵢ − ⟨β, xᵢ⟩), u ∝ (−β, 1). */
function takenOff({ valueProjection: { values } }: LsaParameters<Matrix>): Float64Array {
  const d = values.length - 1;
  return values.slice(0, d).map((entry) => -entry / values[d]);
}
