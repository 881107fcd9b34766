import {
  childKey,
  inverse,
  inverseCovariance,
  isotropic,
  matrix,
  multiply,
  transpose,
  type Covariance,
  type Estimate,
  type Matrix,
} from "@onestep/core";
import { gdPlusPlusTransformer, type LinearTransformer } from "@onestep/model";
import { optimalGdPlusPlus, type ClosedForm, type GdPlusPlusOptimum } from "@onestep/theory";
import type { Claim } from "../claim.ts";
import type { Figure } from "../figure/figure.ts";
import { distanceFromScalars } from "../measure/preconditioner-distance.ts";
import { ratioOfMeans } from "../measure/ratio-of-means.ts";
import { weighedContexts } from "../measure/weighed-contexts.ts";
import { below, within } from "./claims.ts";
import { logarithmOf } from "./measure/logarithm-of.ts";
import { product } from "./measure/loss-of-runs.ts";
import { defineRecipe, type Recipe, type RecipeContext } from "./recipe.ts";
import { rotatedCovariance } from "./laws/rotated-covariance.ts";
import { scalarLayers } from "./measure/scalar-layers.ts";
import { trainDepth } from "./training/train-depth.ts";
import { typicalWeights } from "./measure/typical-contexts.ts";

const published = { spectrum: [1, 1, 0.25, 0.0625, 1], contextLength: 20, layers: 3 };
const ci = { ...published, steps: 5000, promptsPerStep: 600, snapshots: 40, contexts: 16_000 };

type Settings = typeof ci;
type Defect = "not-whitened" | "dead-matrix";

/** How far from a multiple of the identity a matrix may end, as a part of it. */
const FAR = 0.1;

/** The experiment of 2306.00297 on what is learned: matrices A_l and B_l become multiples of Σ⁻¹ and I. */
export const ahnMatrices: Recipe = defineRecipe({
  id: "ahn-matrices",
  title: "what three trained layers look like: multiples of the identity, once whitened",
  question: "Do the matrices A_l and B_l of three trained layers become multiples of Σ⁻¹ and of I, whatever Σ?",
  source: { key: "ahn-2023", locator: "Theorem 4" },
  settings: {
    ci,
    paper: { ...published, steps: 20_000, promptsPerStep: 4000, snapshots: 100, contexts: 200_000 },
  },
  defects: {
    "not-whitened": "A_l is held against I as it is, where it should be whitened first",
    "dead-matrix": "the last B, which has no effect and is never trained, is judged with the others",
  },
  async run(settings, context) {
    const { spectrum, layers, contextLength } = settings;
    const dimension = spectrum.length;
    const laws = [
      { name: "Σ = I", covariates: isotropic(dimension) },
      { name: "rotated Σ", covariates: rotatedCovariance(spectrum, childKey(context.key, "axes")).covariance },
    ];
    const best = optimalGdPlusPlus({ contextLength, dimension, noiseVariance: 0 }, layers);
    const found: LawFindings[] = [];
    for (const [at, law] of laws.entries()) {
      const report = (part: number): void => context.progress((at + part) / laws.length, law.name);
      const { transformer, path } = await train(law, settings, context, report);
      const fresh = { key: childKey(context.key, "fresh", at), count: settings.contexts };
      found.push({ name: law.name, path, ...testOn({ ...law, contextLength }, transformer, best.value, fresh) });
    }
    return {
      claims: found.flatMap((findings) => claimsOf(findings, best)),
      figure: figureOf(found[1].path, settings),
      notes: [
        "The distance is ‖M − cI‖/‖cI‖ with c = tr M/d, for FᵀAF and F⁻¹BF, Σ = FFᵀ; the last B has no effect and is left out. Claimed is the largest of the last tenth of the run.",
        `Losses on typical contexts, √λ_max(Σ⁻¹XᵀX) ≤ √n + √d + 1.3: ${found.map(({ name, loss }) => `${loss.value.toPrecision(2)} for ${name}`).join(", ")}. Published logs end between 6e-4 and 8e-4; that number is quoted, not graded.`,
        "The paper trains 10,000 steps at rate 0.001 for Σ = I and 100,000 steps at rate 0.1 for rotated Σ, in the coordinates of x. Here both are trained in white coordinates, where one learning rate suits all entries, and on fresh prompts. There the law no longer depends on Σ: the rotated run tests the way from white coordinates to x and back, and a second set of draws, not whether descent in x itself finds its way.",
      ],
    };
  },
});

/** Distances from the multiples of the identity, by the matrix's name. */
interface Snapshot {
  readonly step: number;
  readonly distances: Readonly<Record<string, number>>;
}

/** Losses on typical contexts. */
interface LossFindings {
  readonly loss: Estimate;
  /** The loss over that of the best GD++ found, on the same contexts. */
  readonly overBest: Estimate;
}

interface LawFindings extends LossFindings {
  readonly name: string;
  readonly path: readonly Snapshot[];
}

/** Trains on one law, and looks at the matrices on the way. */
async function train(
  { name, covariates }: { readonly name: string; readonly covariates: Covariance },
  { contextLength, layers, steps, promptsPerStep, snapshots }: Settings,
  context: RecipeContext<Defect>,
  report: (part: number) => void,
): Promise<{ readonly transformer: LinearTransformer; readonly path: readonly Snapshot[] }> {
  const { dimension } = covariates;
  const seen = context.defect === "not-whitened" ? isotropic(dimension) : covariates;
  const path: Snapshot[] = [];
  const see = (step: number, transformer: LinearTransformer): void => {
    path.push({ step, distances: distancesOf(transformer, seen, context.defect === "dead-matrix") });
  };
  const plan = {
    key: childKey(context.key, name),
    contextLength,
    covariates,
    steps,
    promptsPerStep,
    watch: { every: Math.ceil(steps / snapshots), see },
  };
  return { transformer: await trainDepth(gdPlusPlusTransformer({ dimension, layers }), plan, context, report), path };
}

function testOn(
  { covariates, contextLength }: { readonly covariates: Covariance; readonly contextLength: number },
  transformer: LinearTransformer,
  best: GdPlusPlusOptimum,
  request: Parameters<typeof weighedContexts>[1],
): LossFindings {
  const { dimension } = covariates;
  const tasks = inverseCovariance(covariates);
  const fresh = weighedContexts({ contextLength, covariates, tasks, noiseVariance: 0 }, request);
  const typical = typicalWeights(fresh, { contextLength, dimension });
  const errors = product(typical, fresh.errorsOf(transformer));
  const bestErrors = product(typical, fresh.errorsOf(scalarLayers(best, tasks.matrix)));
  return { loss: ratioOfMeans(errors, typical), overBest: ratioOfMeans(errors, bestErrors) };
}

/** In white coordinates z = F⁻¹x, Σ = FFᵀ, the blocks are FᵀAF and F⁻¹BF. */
function distancesOf(
  { layers }: LinearTransformer,
  { factor, dimension }: Covariance,
  withDeadOne: boolean,
): Record<string, number> {
  const unfactor = inverse(factor);
  const distances: Record<string, number> = {};
  layers.forEach(([{ keyQuery }], l) => {
    const a = covariateBlock(keyQuery, dimension);
    distances[`A${l}`] = distanceFromScalars(multiply(transpose(factor), a, factor));
  });
  layers.slice(0, withDeadOne ? undefined : -1).forEach(([{ valueProjection }], l) => {
    const b = covariateBlock(valueProjection, dimension);
    distances[`B${l}`] = distanceFromScalars(multiply(unfactor, b, factor));
  });
  return distances;
}

function covariateBlock({ columns, values }: Matrix, dimension: number): Matrix {
  const block = matrix(dimension, dimension);
  for (let i = 0; i < dimension; i++) {
    for (let j = 0; j < dimension; j++) block.values[i * dimension + j] = values[i * columns + j];
  }
  return block;
}

function claimsOf({ name, path, overBest }: LawFindings, best: ClosedForm<GdPlusPlusOptimum>): Claim[] {
  const late = path.slice(Math.floor(0.9 * path.length));
  const target = { value: 0, source: { key: "ahn-2023", locator: "Theorem 4" } };
  return [
    ...Object.keys(late[0].distances).map((of) =>
      within(`${name}: distance of ${of} from cI`, target, Math.max(...late.map((look) => look.distances[of])), FAR),
    ),
    below(`${name}: ln loss above the best GD++ found`, { value: 0.25, source: best.source }, logarithmOf(overBest)),
  ];
}

function figureOf(path: readonly Snapshot[], { spectrum, contextLength, layers }: Settings): Figure {
  const [first, last] = [path[0], path[path.length - 1]];
  return {
    title: "Trained matrices become multiples of the identity",
    subtitle: `in white coordinates; ${layers} layers, d = ${spectrum.length}, n = ${contextLength}, rotated Σ, no noise`,
    x: { label: "training steps", scale: "linear" },
    y: { label: "distance from c I, as a part of c I", scale: "log" },
    series: [
      ...Object.keys(first.distances).map((name) => ({
        name,
        kind: "line" as const,
        points: path.map(({ step, distances }) => ({ x: step, y: distances[name] })),
      })),
      {
        name: `${FAR}, the tolerance`,
        kind: "line",
        theory: true,
        points: [first, last].map(({ step }) => ({ x: step, y: FAR })),
      },
    ],
  };
}
