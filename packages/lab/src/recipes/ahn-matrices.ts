import {
  childKey,
  inverse,
  inverseCovariance,
  isotropic,
  log,
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
import { distanceFromScalars } from "../measure/preconditioner-distance.ts";
import { ratioOfMeans } from "../measure/ratio-of-means.ts";
import { weighedContexts } from "../measure/weighed-contexts.ts";
import { product } from "./measure/loss-of-runs.ts";
import { defineRecipe, type Recipe } from "./recipe.ts";
import { rotatedCovariance } from "./laws/rotated-covariance.ts";
import { scalarLayers } from "./measure/scalar-layers.ts";
import { trainDepth } from "./training/train-depth.ts";
import { typicalWeights } from "./measure/typical-contexts.ts";

const published = { spectrum: [1, 1, 0.25, 0.0625, 1], contextLength: 20, layers: 3 };

/** The experiment of 2306.00297 on what is learned: matrices A_l and B_l become multiples of Σ⁻¹ and I. */
export const ahnMatrices: Recipe = defineRecipe({
  id: "ahn-matrices",
  title: "what three trained layers look like: multiples of the identity, once whitened",
  question: "Do the matrices A_l and B_l of three trained layers become multiples of Σ⁻¹ and of I, whatever Σ?",
  source: { key: "ahn-2023", locator: "Theorem 4" },
  settings: {
    ci: { ...published, steps: 5000, promptsPerStep: 600, snapshots: 40, contexts: 16_000 },
    paper: { ...published, steps: 20_000, promptsPerStep: 4000, snapshots: 100, contexts: 200_000 },
  },
  defects: {
    "not-whitened": "A_l is held against I as it is, where it should be whitened first",
    "dead-matrix": "the last B, which has no effect and is never trained, is judged with the others",
  },
  async run({ spectrum, contextLength, layers, steps, promptsPerStep, snapshots, contexts }, context) {
    const { key, defect, progress } = context;
    const dimension = spectrum.length;
    const laws = [
      { name: "Σ = I", covariates: isotropic(dimension) },
      { name: "rotated Σ", covariates: rotatedCovariance(spectrum, childKey(key, "axes")).covariance },
    ];
    const best = optimalGdPlusPlus({ contextLength, dimension, noiseVariance: 0 }, layers);
    const found: LawFindings[] = [];
    for (const [at, { name, covariates }] of laws.entries()) {
      const path: Snapshot[] = [];
      const seen = defect === "not-whitened" ? isotropic(dimension) : covariates;
      const see = (step: number, transformer: LinearTransformer): void => {
        path.push({ step, distances: distancesOf(transformer, seen, defect === "dead-matrix") });
      };
      const trained = await trainDepth(
        gdPlusPlusTransformer({ dimension, layers }),
        {
          key: childKey(key, name),
          contextLength,
          covariates,
          steps,
          promptsPerStep,
          watch: { every: Math.ceil(steps / snapshots), see },
        },
        context,
        (part) => progress((at + part) / laws.length, name),
      );
      const tasks = inverseCovariance(covariates);
      const fresh = weighedContexts(
        { contextLength, covariates, tasks, noiseVariance: 0 },
        { key: childKey(key, "fresh", at), count: contexts },
      );
      const typical = typicalWeights(fresh, { contextLength, dimension });
      const errors = product(typical, fresh.errorsOf(trained));
      const bestErrors = product(typical, fresh.errorsOf(scalarLayers(best.value, tasks.matrix)));
      found.push({
        name,
        path,
        loss: ratioOfMeans(errors, typical),
        overBest: ratioOfMeans(errors, bestErrors),
      });
    }
    return {
      claims: found.flatMap((findings) => claimsOf(findings, best)),
      figure: {
        title: "Trained matrices become multiples of the identity",
        subtitle: `in white coordinates; ${layers} layers, d = ${dimension}, n = ${contextLength}, rotated Σ, no noise`,
        x: { label: "training steps", scale: "linear" },
        y: { label: "distance from c I, as a part of c I", scale: "log" },
        series: [
          ...Object.keys(found[1].path[0].distances).map((name) => ({
            name,
            kind: "line" as const,
            points: found[1].path.map(({ step, distances }) => ({ x: step, y: distances[name] })),
          })),
          {
            name: "0.1, the tolerance",
            kind: "line" as const,
            theory: true,
            points: [found[1].path[0], found[1].path[found[1].path.length - 1]].map(({ step }) => ({
              x: step,
              y: 0.1,
            })),
          },
        ],
      },
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

interface LawFindings {
  readonly name: string;
  readonly path: readonly Snapshot[];
  readonly loss: Estimate;
  /** The loss over that of the best GD++ found, on the same contexts. */
  readonly overBest: Estimate;
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
  return [
    ...Object.keys(late[0].distances).map((of): Claim => ({
      name: `${name}: distance of ${of} from cI`,
      relation: "within",
      predicted: 0,
      observed: Math.max(...late.map(({ distances }) => distances[of])),
      standardError: 0,
      tolerance: 0.1,
      source: { key: "ahn-2023", locator: "Theorem 4" },
    })),
    {
      name: `${name}: ln loss above the best GD++ found`,
      relation: "below",
      predicted: 0.25,
      observed: log(overBest.value),
      standardError: overBest.standardError / overBest.value,
      tolerance: 0,
      source: best.source,
    },
  ];
}
