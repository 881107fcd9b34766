import { DomainError, requireName, ShapeError } from "@onestep/core";
import { ANTITHETIC, type OneLayerMethod, type OneLayerParameters, type DrawnPrompts } from "./block-sums.ts";

const WHERE = "openOneLayer.lossAndGradient";

/** @throws DomainError unless there is such a method, and prompts of whole context rows are independent */
export function checkMethod(method: OneLayerMethod, antithetic: boolean): void {
  requireName("openOneLayer.method", method, ["rows", "two-column", "rao-blackwell"]);
  if (method !== "rows" || !antithetic) return;
  throw new DomainError({
    where: "openOneLayer",
    expected: "a method that draws columns, where prompts are antithetic",
    arrived: 'method "rows"',
    hint: 'choose "two-column", which has the same law',
  });
}

/** @throws DomainError unless prompts are counted, and antithetic ones in whole groups */
export function checkRequest({ first, count }: DrawnPrompts, antithetic: boolean): void {
  const group = antithetic ? ANTITHETIC : 1;
  const isWhole = (value: number): boolean => Number.isSafeInteger(value) && value >= 0 && value % group === 0;
  if (isWhole(first) && isWhole(count) && count > 0 && Number.isSafeInteger(first + count)) return;
  throw new DomainError({
    where: WHERE,
    expected: `a first prompt from 0 on and a positive count${antithetic ? ", both multiples of 4" : ""}`,
    arrived: `first ${first}, count ${count}`,
    hint: antithetic ? "antithetic prompts come in fours" : "a batch has at least one prompt",
  });
}

/** @throws ShapeError unless the parameters, or the gradient that is to be written, belong to tokens of d + 1 entries */
export function checkParameters({ keyQuery, valueProjection }: OneLayerParameters, dimension: number): void {
  const width = dimension + 1;
  if (keyQuery.length === width * width && valueProjection.length === width) return;
  throw new ShapeError({
    where: WHERE,
    expected: `M [${width}, ${width}] and u [${width}]`,
    arrived: `${keyQuery.length} and ${valueProjection.length} numbers`,
    hint: "tokens have d + 1 entries",
  });
}
