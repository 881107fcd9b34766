import { DomainError, requireName, ShapeError, type ContextStatistics } from "@onestep/core";
import type { DrawnPrompts } from "../one-layer/block-sums.ts";
import type { DeepForm } from "./deep-program.ts";
import type { DeepWeights } from "./sums.ts";

/** @throws DomainError unless there are a covariate and a layer, and the form is one of so many layers */
export function checkDepth(where: string, dimension: number, layers: number, form: DeepForm): void {
  for (const [name, value] of Object.entries({ dimension, layers })) {
    if (Number.isSafeInteger(value) && value >= 1) continue;
    throw new DomainError({
      where: `${where}.${name}`,
      expected: "a whole number from 1 on",
      arrived: String(value),
      hint: "tokens have a covariate and a response, and a transformer has a layer",
    });
  }
  if (typeof form === "string") return requireName(`${where}.form`, form, ["cheapest", "vectors", "matrices"]);
  const { gramLayers } = form;
  if (Number.isInteger(gramLayers) && gramLayers >= 0 && gramLayers < layers) return;
  throw new DomainError({
    where: `${where}.form.gramLayers`,
    expected: `a whole number from 0 to ${layers - 1}`,
    arrived: String(gramLayers),
    hint: "the last layer is read at the query alone, and never acts on a Gram matrix",
  });
}

/** @throws ShapeError unless there are P and Q `[d+1, d+1]` of each layer */
export function checkWeights(where: string, width: number, layers: number, weights: DeepWeights): void {
  const { valueProjections, keyQueries } = weights;
  const fits = [valueProjections, keyQueries].every(
    (list) => list.length === layers && list.every((one) => one.length === width * width),
  );
  if (fits) return;
  const sizes = [valueProjections, keyQueries].map((list) => list.map((one) => one.length).join(", "));
  throw new ShapeError({
    where,
    expected: `P and Q of ${layers} layers, ${width * width} numbers each`,
    arrived: `${sizes[0] || "none"} numbers, and ${sizes[1] || "none"}`,
    hint: "tokens have one coordinate more than covariates",
  });
}

/** @throws DomainError unless prompts are counted */
export function checkPrompts(where: string, { first, count }: Pick<DrawnPrompts, "first" | "count">): void {
  const isWhole = [first, count, first + count].every(Number.isSafeInteger);
  if (isWhole && first >= 0 && count >= 1) return;
  throw new DomainError({
    where,
    expected: "a first prompt from 0 on and a positive count",
    arrived: `first ${first}, count ${count}`,
    hint: "a batch has at least one prompt",
  });
}

/** @throws DomainError or ShapeError unless the statistics have G whole and one query a prompt */
export function checkStatistics(where: string, dimension: number, statistics: ContextStatistics): void {
  const { count, covariateGram, queries = 1 } = statistics;
  checkPrompts(where, { first: 0, count });
  const size = (count * dimension * (dimension + 1)) / 2;
  if (statistics.dimension === dimension && covariateGram.length === size && queries === 1) {
    return checkSizes(where, dimension, statistics);
  }
  throw new ShapeError({
    where,
    expected: `dimension ${dimension}, one query a prompt, and ${size} numbers of S = XᵀX`,
    arrived: `dimension ${statistics.dimension}, ${queries} queries, ${covariateGram.length} numbers`,
    hint: "draw the statistics with the Gram matrix of the covariates",
  });
}

function checkSizes(where: string, dimension: number, statistics: ContextStatistics): void {
  const { count, lengths } = statistics;
  const sizes = { crossProduct: dimension, responseEnergy: 1, queryCovariates: dimension, queryResponses: 1 } as const;
  const lists = Object.entries(sizes).map(([name, each]) => {
    const { length } = statistics[name as keyof typeof sizes];
    return { name, length, size: count * each };
  });
  if (lengths !== undefined) lists.push({ name: "lengths", length: lengths.length, size: count });
  const wrong = lists.find(({ length, size }) => length !== size);
  if (wrong === undefined) return;
  throw new ShapeError({
    where,
    expected: `${wrong.size} numbers as ${wrong.name} of ${count} prompts`,
    arrived: String(wrong.length),
    hint: "every prompt has its own, one after another",
  });
}
