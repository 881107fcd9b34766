import { DomainError, ShapeError, type Matrix } from "@onestep/core";

/**
 * The law of a kernel's prompts, in coordinates where covariates are N(0, I): the task is w = C ω + μ with ω ~ N(0, I),
 * a response ⟨w, x⟩ + σ ε with ε ~ N(0, 1).
 */
export interface LinearGaussianLaw {
  /** d */
  readonly dimension: number;
  /** n */
  readonly contextLength: number;
  /** σ ≥ 0: a standard deviation, since that is what draws are multiplied by */
  readonly noiseDeviation: number;
  readonly task?: TaskLaw | undefined;
}

/** Omitted parts are C = I and μ = 0. */
export interface TaskLaw {
  /** C: a number times I, a diagonal `[d]`, or a matrix `[d, d]` */
  readonly factor?: number | Float64Array | Matrix | undefined;
  /** μ `[d]` */
  readonly mean?: Float64Array | undefined;
}

/** C and μ written out: `matrix` where C is full, and then `diagonal` is 1. */
export interface TaskFactor {
  readonly diagonal: Float64Array;
  readonly matrix: Matrix | undefined;
  readonly mean: Float64Array;
}

/** Largest context: the Bartlett factor's degrees of freedom stay exact in float32. */
const MOST_ROWS = 2 ** 24;

/** @throws DomainError or ShapeError unless the law is one */
export function checkLaw(where: string, law: LinearGaussianLaw): TaskFactor {
  const { dimension, contextLength, noiseDeviation, task = {} } = law;
  const counts = { dimension, contextLength };
  for (const [name, value] of Object.entries(counts)) {
    if (!(Number.isInteger(value) && value >= 1 && value <= MOST_ROWS)) {
      throw new DomainError({
        where: `${where}.${name}`,
        expected: "a whole number from 1 to 2^24",
        arrived: String(value),
        hint:
          value > MOST_ROWS
            ? "float32 counts no further; contexts of 2^24 rows are as good as endless ones"
            : "a prompt has at least one covariate and one row",
      });
    }
  }
  if (!(noiseDeviation >= 0 && noiseDeviation < Infinity)) {
    throw new DomainError({
      where: `${where}.noiseDeviation`,
      expected: "a finite number from 0 on",
      arrived: String(noiseDeviation),
      hint: "it is the square root of the noise variance",
    });
  }
  const { factor = 1, mean = new Float64Array(dimension) } = task;
  checkTask(`${where}.task.mean`, mean, mean.length === dimension);
  if (typeof factor === "number") {
    const diagonal = new Float64Array(dimension).fill(factor);
    checkTask(`${where}.task.factor`, diagonal, true);
    return { diagonal, matrix: undefined, mean };
  }
  if (factor instanceof Float64Array) {
    checkTask(`${where}.task.factor`, factor, factor.length === dimension);
    return { diagonal: factor, matrix: undefined, mean };
  }
  checkTask(`${where}.task.factor`, factor.values, factor.rows === dimension && factor.columns === dimension);
  return { diagonal: new Float64Array(dimension).fill(1), matrix: factor, mean };
}

function checkTask(where: string, values: Float64Array, hasShape: boolean): void {
  const hint = "a task has d coordinates; its factor is a number, d of them, or a matrix [d, d]";
  if (!hasShape) {
    throw new ShapeError({ where, expected: "the shape of a task", arrived: `${values.length} numbers`, hint });
  }
  if (values.every(Number.isFinite)) return;
  throw new DomainError({ where, expected: "finite numbers", arrived: "others", hint });
}
