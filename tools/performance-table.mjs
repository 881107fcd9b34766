// Puts the figures of a benchmark into packages/kernels/PERFORMANCE.md:
//   npm run bench -- --json > bench.json && node tools/performance-table.mjs bench.json
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { root } from "./workspace.mjs";

const BEGIN = "<!-- figures: written by tools/performance-table.mjs -->";
const END = "<!-- end of figures -->";
const path = join(root, "packages", "kernels", "PERFORMANCE.md");

const [file] = process.argv.slice(2);
if (file === undefined) {
  console.error("performance-table: expected the JSON of a benchmark: npm run bench -- --json > bench.json");
  process.exit(2);
}
const page = readFileSync(path, "utf8");
const [head, tail] = [page.split(BEGIN)[0], page.split(END)[1]];
writeFileSync(path, `${head}${BEGIN}\n\n${figures(JSON.parse(readFileSync(file, "utf8")))}\n\n${END}${tail}`);

function figures({ rows, ratios, machine, seconds }) {
  const { processor, cores, node, versions, notes } = machine;
  const peers = Object.entries(versions).map(([name, version]) => `, ${name} ${version}`);
  const parts = [
    `${processor}, ${cores} cores, Node ${node}${peers.join("")}; ${seconds} s.`,
    ...notes.map((note) => `Note: ${note}.`),
  ];
  for (const layers of [1, 3]) {
    const here = (one) => one.layers === layers;
    const name = (one) => `${one.dimension}, ${one.context}, ${one.batch}`;
    const sizes = [...new Set(rows.filter(here).map(name))];
    parts.push(
      `### L = ${layers}: ratios at d, n, batch (target)`,
      table(
        sizes,
        ratios.filter(here),
        (one) => `${one.of} : ${one.to}`,
        name,
        ({ value, target }) => {
          if (target === undefined) return digits(value);
          return value >= target ? `${digits(value)} (${digits(target)})` : `**${digits(value)}** (${digits(target)})`;
        },
      ),
      `### L = ${layers}: prompts per second of processor time at d, n, batch`,
      table(
        sizes,
        rows.filter(here),
        ({ variant }) => variant,
        name,
        (row) => (row.measuredBatch === undefined ? rate(row.promptsPerSecond) : `${rate(row.promptsPerSecond)} †`),
      ),
    );
  }
  parts.push("Bold: below the target. †: measured in steps of fewer prompts, to end in time.");
  return parts.join("\n\n");
}

/** A line for each name, a column for each size. */
function table(sizes, ones, nameOf, sizeOf, cell) {
  const names = [...new Set(ones.map(nameOf))];
  const line = (cells) => `| ${cells.join(" | ")} |`;
  const lines = names.map((name) =>
    line([
      name,
      ...sizes.map((size) => {
        const found = ones.find((one) => nameOf(one) === name && sizeOf(one) === size);
        return found === undefined ? "–" : cell(found);
      }),
    ]),
  );
  return [line(["", ...sizes]), line(["", ...sizes].map(() => "---")), ...lines].join("\n");
}

function rate(value) {
  if (value >= 1e6) return `${digits(value / 1e6)}M`;
  return value >= 1e3 ? `${digits(value / 1e3)}k` : digits(value);
}

function digits(value) {
  return value >= 1000 ? Math.round(value).toLocaleString("en") : String(Number(value.toPrecision(3)));
}
