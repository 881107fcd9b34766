import { DomainError, multiply, transpose, type Matrix } from "@onestep/core";
import { checkTransformer } from "../deep/check-transformer.ts";
import type { AttentionHead, LinearTransformer } from "../deep/linear-transformer.ts";
import { matrixAt, requireArray, requireShape } from "./array-access.ts";
import type { StoredArray, StoredArrays } from "./stored-array.ts";

/** `<module path>/query/w`: path, projection, parameter; a flattened tree joins them by slashes or dots. */
const PARAMETER = /^(.*?)[/.]?(query|key|value|linear)[/.](w|b)$/;

/**
 * The linear transformer in a tree of Haiku parameters, such as those of the code of arXiv 2212.07677: `query`, `key`,
 * `value` and `linear` of every attention block, each a `w` `[inputs, outputs]` that multiplies from the right.
 *
 * Its convention: tokens are rows; head h owns the h-th block of columns of query, key and value, and of rows of `linear`;
 * scores are plain products q·k, neither divided nor normalised; the query is not attended to; ŷ = −output, as here. So
 * P_h = (W_V W_O)ᵀ and Q_h = W_K W_Qᵀ. Blocks are taken in the order of their paths, in which numbers count as numbers. A model with layer
 * norms, MLPs, positions, biases or softmax is no linear transformer, and is refused where the tree shows it.
 *
 * @param tree arrays by path, `transformer/~trans_block/layer_0/query/w`: the nested tree flattened
 * @param layout.heads H, which the tree does not tell; default 1
 * @param layout.loops how often the blocks are passed through, for tied layers; default 1
 * @throws DomainError for arrays that are not those of linear attention; ShapeError where they do not fit
 *
 * Source: arXiv 2212.07677, its published code, transformers_learn_icl_by_gd/src: attn.py and transformer.py.
 *
 * @example
 * const w = (value) => ({ shape: [2, 2], values: Float64Array.of(value, 0, 0, 1) });
 * const tree = { "layer_0/query/w": w(2), "layer_0/key/w": w(3), "layer_0/value/w": w(1), "layer_0/linear/w": w(1) };
 * toRows(transformerOfHaikuTree(tree).layers[0][0].keyQuery); // => [[6, 0], [0, 1]]
 */
export function transformerOfHaikuTree(
  tree: StoredArrays,
  { heads = 1, loops = 1 }: { readonly heads?: number; readonly loops?: number } = {},
): LinearTransformer {
  for (const [name, count] of Object.entries({ heads, loops })) requirePositiveCount(name, count);
  const paths = [...new Set(Object.keys(tree).map((name) => pathOf(name, tree[name])))];
  const blocks = paths.sort(naturalOrder).map((path) => headsOf(tree, path, heads));
  if (blocks.length === 0) throw refusal("query, key, value and linear of at least one block", "an empty tree");
  const transformer = { layers: Array.from({ length: loops }, () => blocks).flat(), dividesByLength: false };
  checkTransformer("transformerOfHaikuTree", transformer);
  return transformer;
}

/** The path of the block that a parameter belongs to; every parameter must belong to one. */
function pathOf(name: string, { values }: StoredArray): string {
  const [, path, , kind] = PARAMETER.exec(name) ?? [];
  if (path === undefined) throw refusal("query, key, value and linear of attention blocks only", name);
  if (kind === "b" && values.some((value) => value !== 0)) throw refusal("projections without biases", name);
  return path;
}

/**
 * Module by module along the path, numbers by their size: `layer_10` comes after `layer_2`, and both after
 * `layer_1/attention_3`; `attention_1` comes after `attention`, which Haiku gives no number.
 */
function naturalOrder(a: string, b: string): number {
  const partsOf = (path: string): (string | number)[] =>
    path.split(/[/.]/).flatMap((module) => {
      const [, name, number] = /^(.*?)_?(\d*)$/.exec(module) as RegExpExecArray;
      return [name, number === "" ? -1 : Number(number)];
    });
  const [left, right] = [partsOf(a), partsOf(b)];
  const at = left.findIndex((part, i) => part !== right[i]);
  if (at < 0 || right[at] === undefined) return left.length - right.length;
  return left[at] < right[at] ? -1 : 1;
}

function headsOf(tree: StoredArrays, path: string, heads: number): AttentionHead[] {
  const where = "transformerOfHaikuTree";
  const nameOf = (projection: string): string =>
    ["/", "."]
      .map((joint) => `${path === "" ? "" : path + joint}${projection}${joint}w`)
      .find((name) => Object.hasOwn(tree, name)) ?? `${path}/${projection}/w`;
  const weights = (projection: string, shape: readonly (number | string)[]): Matrix => {
    const name = nameOf(projection);
    const array = requireArray(where, tree, name);
    requireShape(where, name, array, shape);
    return matrixAt(array, 0);
  };
  const query = weights("query", ["d+1", "H·keySize"]);
  const key = weights("key", [query.rows, query.columns]);
  const value = weights("value", [query.rows, "H·valueSize"]);
  const output = weights("linear", [value.columns, query.rows]);
  if (query.columns % heads !== 0 || value.columns % heads !== 0) {
    throw refusal(`projections that ${heads} heads share evenly`, `${query.columns} and ${value.columns} columns`);
  }
  return Array.from({ length: heads }, (_, h) => ({
    valueProjection: transpose(
      multiply(columnBlock(value, h, heads), transpose(columnBlock(transpose(output), h, heads))),
    ),
    keyQuery: multiply(columnBlock(key, h, heads), transpose(columnBlock(query, h, heads))),
  }));
}

/** The h-th of equally wide blocks of columns. */
function columnBlock({ rows, columns, values }: Matrix, h: number, count: number): Matrix {
  const width = columns / count;
  const block = new Float64Array(rows * width);
  for (let i = 0; i < rows; i++) {
    block.set(values.subarray(i * columns + h * width, i * columns + (h + 1) * width), i * width);
  }
  return { rows, columns: width, values: block };
}

function requirePositiveCount(name: string, count: number): void {
  if (Number.isSafeInteger(count) && count >= 1) return;
  throw refusal(`a whole number of ${name}, at least 1`, String(count));
}

function refusal(expected: string, arrived: string): DomainError {
  return new DomainError({
    where: "transformerOfHaikuTree",
    expected,
    arrived,
    hint: "only stacks of linear attention can be read; leave out what belongs to other parts of the model",
  });
}
