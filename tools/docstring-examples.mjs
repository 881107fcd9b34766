// Finds the examples in docstrings and turns them into code that checks itself.

/**
 * One example of a docstring: where it stands, and its code with every `// =>` (exact) and `// ≈` (12 digits) promise
 * turned into a call of `promise(value, expected, "exact" | "close")`.
 *
 * @typedef {{ line: number, code: string, promises: number }} Example
 */

const BLOCK = /\/\*\*[\s\S]*?\*\//g;
const PROMISE = /^(.*?);?\s*\/\/ (=>|≈) (.+)$/;

/**
 * @param {string} source a TypeScript file
 * @returns {Example[]}
 */
export function examplesOf(source) {
  return [...source.matchAll(BLOCK)].flatMap((block) => {
    const inside = block[0].replace(/\s*\*\/$/, "");
    const lines = inside.split("\n").map((line) => line.replace(/^\s*\*? ?/, ""));
    const start = lines.findIndex((line) => line.startsWith("@example"));
    if (start < 0) return [];
    const rest = lines.slice(start + 1);
    const end = rest.findIndex((line) => line.startsWith("@"));
    const body = (end < 0 ? rest : rest.slice(0, end)).filter((line) => !line.startsWith("```"));
    const line = source.slice(0, block.index).split("\n").length + start;
    return [{ line, ...withPromises(body) }];
  });
}

/** A statement may span lines; a promise belongs to the statement that ends on its line. */
function withPromises(lines) {
  const code = [];
  let statement = [];
  let promises = 0;
  for (const line of lines) {
    const promise = PROMISE.exec(line);
    statement.push(promise === null ? line : promise[1]);
    if (promise !== null) {
      const kind = promise[2] === "=>" ? "exact" : "close";
      code.push(`promise((${statement.join("\n").trim()}), (${promise[3]}), "${kind}");`);
      promises += 1;
      statement = [];
    } else if (/[;}]\s*$/.test(line.replace(/\/\/.*$/, "")) && isBalanced(statement.join("\n"))) {
      code.push(statement.join("\n"));
      statement = [];
    }
  }
  return { code: [...code, ...statement].join("\n"), promises };
}

function isBalanced(text) {
  let depth = 0;
  for (const character of text) {
    if ("([{".includes(character)) depth += 1;
    if (")]}".includes(character)) depth -= 1;
  }
  return depth === 0;
}
