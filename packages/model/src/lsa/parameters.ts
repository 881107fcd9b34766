import {
  checkPrompts,
  DomainError,
  matrix,
  ShapeError,
  type LsaParameters,
  type Matrix,
  type PromptBatch,
  type TensorBackend,
} from "@onestep/core";

/**
 * Checks that M is square of side d+1, that u is a column of the same length, and that all entries are finite.
 *
 * @returns d, the dimension of the covariates
 * @throws ShapeError or DomainError, naming `where`
 */
export function checkParameters(where: string, parameters: LsaParameters<Matrix>): number {
  const { keyQuery, valueProjection } = parameters;
  const width = keyQuery.rows;
  const fits = keyQuery.columns === width && keyQuery.values.length === width * width;
  if (width < 2 || !fits || valueProjection.values.length !== width) {
    throw new ShapeError({
      where,
      expected: "a key-query matrix [d+1, d+1] and a value projection [d+1], d ≥ 1",
      arrived: `[${keyQuery.rows}, ${keyQuery.columns}] and [${valueProjection.values.length}]`,
      hint: "the last token coordinate is the response: give both parameters one row more than the covariates have",
    });
  }
  if (!hasFiniteParameters(parameters)) {
    throw new DomainError({
      where,
      expected: "finite parameters",
      arrived: "NaN or infinity among them",
      hint: "the run that made them diverged: use a smaller learning rate",
    });
  }
  return width - 1;
}

/** Whether all entries are finite. */
export function hasFiniteParameters({ keyQuery, valueProjection }: LsaParameters<Matrix>): boolean {
  return keyQuery.values.every(Number.isFinite) && valueProjection.values.every(Number.isFinite);
}

/**
 * The gate of engines: the prompts are prompts, the layer is one, and it reads covariates of their dimension.
 *
 * @throws ShapeError or DomainError, naming `where`
 */
export function checkLayerOnPrompts(where: string, parameters: LsaParameters<Matrix>, prompts: PromptBatch): void {
  checkPrompts(where, prompts);
  checkLayerFits(where, parameters, prompts);
}

/** The same without the prompts, of which only the dimension is read. */
export function checkLayerFits(where: string, parameters: LsaParameters<Matrix>, prompts: PromptBatch): void {
  const { keyQuery, valueProjection } = parameters;
  const { dimension } = prompts;
  const width = dimension + 1;
  if (keyQuery.rows === width && checkParameters(where, parameters) === dimension) return;
  throw new ShapeError({
    where,
    expected: `a layer on ${dimension} covariates, [${width}, ${width}] and [${width}]`,
    arrived: `[${keyQuery.rows}, ${keyQuery.columns}] and [${valueProjection.values.length}]`,
    hint: "use the layer on prompts of the dimension it was trained for",
  });
}

/** Row-major values of (M, u) one after the other, `[(d+1)² + (d+1)]`: the vector that optimizers move. */
export function packParameters(parameters: LsaParameters<Matrix>): Float64Array {
  const { keyQuery, valueProjection } = parameters;
  const packed = new Float64Array(keyQuery.values.length + valueProjection.values.length);
  packed.set(keyQuery.values);
  packed.set(valueProjection.values, keyQuery.values.length);
  return packed;
}

/** The inverse of `packParameters`. */
export function unpackParameters(packed: Float64Array, dimension: number): LsaParameters<Matrix> {
  const width = dimension + 1;
  return {
    keyQuery: matrix(width, width, packed.slice(0, width * width)),
    valueProjection: matrix(width, 1, packed.slice(width * width)),
  };
}

/**
 * Copies parameters to a backend: M as `[d+1, d+1]`, u as `[d+1]`.
 *
 * @throws ShapeError or DomainError, before the first tensor is made, for parameters that are none
 *
 * @example
 * const layer = { keyQuery: identity(2), valueProjection: zeros(2, 1) };
 * parametersOn(float64Backend(), layer).valueProjection.shape; // => [2]
 */
export function parametersOn<T>(backend: TensorBackend<T>, parameters: LsaParameters<Matrix>): LsaParameters<T> {
  checkParameters("parametersOn", parameters);
  const { keyQuery, valueProjection } = parameters;
  return {
    keyQuery: backend.fromValues(keyQuery.values, [keyQuery.rows, keyQuery.columns]),
    valueProjection: backend.fromValues(valueProjection.values, [valueProjection.values.length]),
  };
}
