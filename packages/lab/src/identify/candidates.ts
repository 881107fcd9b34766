import {
  inverseSquareRoot,
  matrixFromRows,
  multiplyVector,
  normalInterval,
  toRows,
  trace,
  type Covariance,
  type Matrix,
  type PromptBatch,
} from "@onestep/core";
import type { PromptLaw } from "@onestep/data";
import { learners } from "@onestep/model";
import { stepSizeOf } from "@onestep/theory";
import { linearTasks } from "../linear-tasks.ts";
import { spectralFamilies, type SpectralFamily } from "./families.ts";
import type { IdentifiedAlgorithm, IdentifiedParameter } from "./identification.ts";
import { squaredNorm, type ObservedPrompt } from "./observe.ts";
import { fitErrors, fitFilter, outputOf, spectralPrompts, type SpectralPrompt } from "./spectral-fit.ts";
import { fitStep, stepOutput } from "./step-fit.ts";

const LEVEL = 0.95;

/** The starts of a fit are compared on so many prompts. */
const SCOUTS = 200;

/** What is known besides the observations. */
export interface Known {
  /** Σ, for algorithms in white coordinates. */
  readonly covariates: Covariance | undefined;
  /** Weights of the posterior mean over a pool, prompt by prompt, and how many numbers the pool has. */
  readonly pool: { readonly weights: readonly Float64Array[]; readonly numbers: number } | undefined;
}

/** A family fitted: what it says of the prompts that measure residuals. */
export interface Candidate extends Omit<IdentifiedAlgorithm, "residual" | "isFarther" | "name"> {
  /** ‖output − that of the model‖² of each of these. */
  readonly misses: Float64Array;
}

/** The halves of the prompts. */
export interface Halves {
  readonly fitted: readonly ObservedPrompt[];
  readonly measured: readonly ObservedPrompt[];
  /** ‖output‖² of the measured ones. */
  readonly energies: Float64Array;
  readonly half: number;
}

/** Every family with its member nearest to the model, from the simplest on. */
export function candidatesOf(halves: Halves, known: Known, mostSteps: number): Candidate[] {
  const white = known.covariates === undefined ? undefined : whiteningOf(known.covariates);
  const families = spectralFamilies(mostSteps);
  const candidates = [
    zeroCandidate(halves.energies),
    ...spectralCandidates(families, halves, undefined),
    ...(white === undefined ? [] : spectralCandidates(families, halves, white)),
    ...stepCandidate(halves),
    ...poolCandidate(halves, known.pool),
  ];
  // What overflows on a prompt is no candidate. The sort is stable: among those of as many numbers, families keep order.
  return candidates
    .filter(({ misses }) => misses.every(Number.isFinite))
    .sort((one, other) => one.numbers - other.numbers);
}

export function zeroCandidate(energies: Float64Array): Candidate {
  return { algorithm: "zero", coordinates: "plain", parameters: [], numbers: 0, misses: energies };
}

function spectralCandidates(
  families: readonly SpectralFamily[],
  { fitted, measured }: Halves,
  whitening: Matrix | undefined,
): Candidate[] {
  const [learned, fresh] = [spectralPrompts(fitted, whitening), spectralPrompts(measured, whitening)];
  const eigenvalues = learned.flatMap((prompt) => Array.from(prompt.eigenvalues));
  const u = eigenvalues.reduce((sum, one) => sum + one, 0) / eigenvalues.length;
  const n = learned.reduce((sum, { length }) => sum + length, 0) / learned.length;
  return families.map(({ id, parameterNames, filter, starts, units: unitsAt }) => {
    const units = Float64Array.from(unitsAt(u, n));
    const scouts = learned.slice(0, SCOUTS);
    const fits = starts.map((start) =>
      fitFilter(
        scouts,
        filter,
        units.map((unit, i) => unit * start[i]),
        units,
      ),
    );
    const best = fits.reduce((one, other) => (other.cost < one.cost ? other : one));
    const fit = fitFilter(learned, filter, best.parameters, units);
    const errors = fitErrors(learned, filter, fit, units);
    return {
      ...id,
      coordinates: whitening === undefined ? "plain" : "white",
      parameters: parameterNames.map((name, i) => parameter(name, fit.parameters[i], errors?.[i], learned.length)),
      numbers: parameterNames.length,
      misses: Float64Array.from(fresh, (prompt) => missOf(prompt, outputOf(prompt, filter, fit.parameters))),
    };
  });
}

function stepCandidate({ fitted, measured }: Halves): Candidate[] {
  const fit = fitStep(fitted);
  if (fit === undefined) return [];
  const { preconditioner, traceError } = fit;
  return [
    {
      algorithm: "preconditioned-step",
      coordinates: "plain",
      parameters: [parameter("tr Γ/d", trace(preconditioner) / preconditioner.rows, traceError, fitted.length)],
      preconditioner: toRows(preconditioner),
      numbers: preconditioner.values.length,
      misses: Float64Array.from(measured, (prompt) => missOf(prompt, stepOutput(prompt, preconditioner))),
    },
  ];
}

function poolCandidate({ measured, half }: Halves, pool: Known["pool"]): Candidate[] {
  if (pool === undefined) return [];
  return [
    {
      algorithm: "discrete-mmse",
      coordinates: "plain",
      parameters: [],
      numbers: pool.numbers,
      misses: Float64Array.from(measured, ({ readout, output }, i) => {
        const weights = pool.weights[half + i];
        return missOf({ output }, multiplyVector(readout, weights));
      }),
    },
  ];
}

/** The posterior means over the pool of a law's tasks. */
export async function poolWeights(law: PromptLaw, prompts: PromptBatch): Promise<Known["pool"]> {
  const pool = linearTasks(law)?.pool;
  if (pool === undefined) return undefined;
  const learner = learners.discreteMmse({
    pool: matrixFromRows(pool.map((task) => Array.from(task))),
    noiseVariance: law.noise.variance,
  });
  const { count, dimension: d } = prompts;
  const weights = Array.from({ length: count }, () => new Float64Array(d));
  for (let j = 0; j < d; j++) {
    const queryCovariates = new Float64Array(count * d);
    for (let prompt = 0; prompt < count; prompt++) queryCovariates[prompt * d + j] = 1;
    const entries = await learner.predict({ ...prompts, queryCovariates });
    weights.forEach((row, prompt) => (row[j] = entries[prompt]));
  }
  return { weights, numbers: pool.length * d };
}

/** Σ^{−1/2}; undefined where coordinates are white already, or some have no variance. */
function whiteningOf(covariates: Covariance): Matrix | undefined {
  const isWhite = stepSizeOf(covariates.matrix) !== null;
  return isWhite || covariates.rank < covariates.dimension ? undefined : inverseSquareRoot(covariates);
}

function parameter(name: string, value: number, standardError: number | undefined, count: number): IdentifiedParameter {
  if (standardError === undefined) return { name, value, standardError: null, lower: null, upper: null };
  const { lower, upper } = normalInterval({ value, standardError, count }, LEVEL);
  return { name, value, standardError, lower, upper };
}

function missOf({ output }: Pick<SpectralPrompt, "output">, other: Float64Array): number {
  return squaredNorm(output.map((entry, i) => entry - other[i]));
}
