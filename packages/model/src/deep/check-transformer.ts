import { DomainError, ShapeError, type Matrix } from "@onestep/core";
import type { LinearTransformer } from "./linear-transformer.ts";

/**
 * Checks that there are layers and heads, and that all matrices fit tokens of one width.
 *
 * @returns d, the dimension of the covariates
 * @throws ShapeError or DomainError, naming `where`
 */
export function checkShapes(where: string, transformer: LinearTransformer): number {
  const { embedding = {} } = transformer;
  // A file may have left them out.
  const layers = transformer.layers ?? [];
  const width = layers[0]?.[0]?.keyQuery.rows;
  if (width === undefined || layers.some((heads) => heads.length === 0)) {
    throw new DomainError({
      where,
      expected: "at least one layer, and at least one head in each",
      arrived: `${layers.length} layers of ${layers.map((heads) => heads.length).join(", ") || "no"} heads`,
      hint: "a layer that shall do nothing is a head of zeros",
    });
  }
  const square = [...headMatrices(transformer), embedding.context, embedding.query];
  const wrong =
    square.find((one) => one !== undefined && (one.rows !== width || one.columns !== width)) ??
    [embedding.prefix].find((one) => one !== undefined && one.columns !== width);
  if (width < 2 || wrong !== undefined) {
    throw new ShapeError({
      where,
      expected: "square matrices [d+1, d+1], d ≥ 1, and a prefix [k, d+1]",
      arrived: wrong === undefined ? "[1, 1]" : `[${wrong.rows}, ${wrong.columns}] beside [${width}, ${width}]`,
      hint: "the last token coordinate is the response: tokens have one coordinate more than covariates",
    });
  }
  return width - 1;
}

/**
 * `checkShapes`, and that all entries are finite.
 *
 * @returns d, the dimension of the covariates
 * @throws ShapeError or DomainError, naming `where`
 */
export function checkTransformer(where: string, transformer: LinearTransformer): number {
  const dimension = checkShapes(where, transformer);
  if (hasFiniteWeights(transformer)) return dimension;
  throw new DomainError({
    where,
    expected: "finite weights",
    arrived: "NaN or infinity among them",
    hint: "the run that made them diverged: use a smaller learning rate",
  });
}

/** Whether all entries are finite. */
export function hasFiniteWeights(transformer: LinearTransformer): boolean {
  const { context, query, prefix } = transformer.embedding ?? {};
  const finite = (one: Matrix | undefined): boolean => one?.values.every(Number.isFinite) ?? true;
  return [...headMatrices(transformer), context, query, prefix].every(finite);
}

function headMatrices({ layers }: LinearTransformer): Matrix[] {
  return layers.flat().flatMap(({ valueProjection, keyQuery }) => [valueProjection, keyQuery]);
}
