// The small mistakes that tests are asked to notice.
import { parseSync } from "vite";

/** What each operator is mistaken for. */
const OPERATORS = {
  "+": ["-"],
  "-": ["+"],
  "*": ["/"],
  "/": ["*"],
  "**": ["*"],
  "%": ["*"],
  "<": ["<=", ">="],
  "<=": ["<", ">"],
  ">": [">=", "<="],
  ">=": [">", "<"],
  "===": ["!=="],
  "!==": ["==="],
  "&&": ["||"],
  "||": ["&&"],
  "+=": ["-="],
  "-=": ["+="],
  "*=": ["/="],
  "/=": ["*="],
};

/**
 * @typedef {{ start: number, end: number, text: string, line: number, code: string, change: string }} Mutant
 *   the source from `start` to `end` becomes `text`; `code` is the line it is on, and `change` says it for readers
 */

/**
 * Every mutant of a TypeScript source. Types, strings and the words of errors are left alone.
 *
 * @param {string} source
 * @param {string} [name]
 * @returns {Mutant[]}
 */
export function mutantsOf(source, name = "source.ts") {
  const { program, errors } = parseSync(name, source);
  if (errors.length > 0) throw new Error(`mutantsOf: expected TypeScript in ${name}; got ${errors[0].message}`);
  const lines = source.split("\n");
  return [...walk(program, source)].map(([start, end, text]) => {
    const line = source.slice(0, start).split("\n").length;
    const change = `${short(source.slice(start, end))} → ${text === "" ? "(nothing)" : short(text)}`;
    return { start, end, text, line, code: lines[line - 1].trim(), change };
  });
}

/** @param {string} source @param {Mutant} mutant */
export function mutated(source, { start, end, text }) {
  return source.slice(0, start) + text + source.slice(end);
}

function* walk(node, source) {
  if (isLeftAlone(node)) return;
  yield* mutationsOf(node, source);
  for (const [key, child] of Object.entries(node)) {
    if (key === "typeAnnotation" || key === "returnType" || key === "typeParameters" || key === "typeArguments")
      continue;
    for (const one of Array.isArray(child) ? child : [child]) {
      if (one !== null && typeof one === "object" && typeof one.type === "string") yield* walk(one, source);
    }
  }
}

function isLeftAlone({ type, callee }) {
  if (type === "ImportDeclaration" || type === "TemplateLiteral") return true;
  if (type === "NewExpression" && callee.name?.endsWith("Error")) return true;
  return type.startsWith("TS") && !["TSAsExpression", "TSNonNullExpression", "TSSatisfiesExpression"].includes(type);
}

function* mutationsOf(node, source) {
  switch (node.type) {
    case "BinaryExpression":
    case "LogicalExpression":
      if (!isText(node.left) && !isText(node.right))
        yield* otherOperators(node, source, node.left.end, node.right.start);
      break;
    case "AssignmentExpression":
      yield* otherOperators(node, source, node.left.end, node.right.start);
      break;
    case "UnaryExpression":
      if (node.operator === "-" || node.operator === "!") yield [node.start, node.start + 1, ""];
      break;
    case "Literal":
      if (typeof node.value === "number") {
        yield [node.start, node.end, `(${node.value} + 1)`];
        yield [node.start, node.end, `(${node.value} - 1)`];
      }
      if (typeof node.value === "boolean") yield [node.start, node.end, String(!node.value)];
      break;
    case "IfStatement":
    case "ConditionalExpression":
      yield [node.test.start, node.test.end, "true"];
      yield [node.test.start, node.test.end, "false"];
      break;
    case "ExpressionStatement":
      yield [node.start, node.end, ";"];
      break;
    default:
  }
}

function* otherOperators({ operator }, source, from, to) {
  const between = source.slice(from, to);
  const start = from + between.indexOf(operator);
  for (const other of OPERATORS[operator] ?? []) yield [start, start + operator.length, other];
}

function isText({ type, value }) {
  return type === "TemplateLiteral" || (type === "Literal" && typeof value === "string");
}

function short(text) {
  const one = text.replaceAll(/\s+/g, " ");
  return one.length > 60 ? `${one.slice(0, 57)}…` : one;
}
