import type { OptionEntry, Quantity } from "@onestep/lab";

import { noiseOf, type Question } from "./question.ts";

/** The Markdown of a quantity's page: its calculator, its options, and its example as a program. */
export function pageOf({ name, summary, needsLaw, options }: Omit<Quantity, "compute">, example: Question): string {
  const rows = options.map(
    ({ flag, placeholder, type, required, description }) =>
      `| \`${`${flag} ${placeholder}`.trim()}\` | ${type}${required ? "" : ", may be left out"} | ${description} |`,
  );
  const table = ["", "## Options {#options}", "", "| option | type | meaning |", "|---|---|---|", ...rows];
  return [
    `# ${name}`,
    "",
    sentence(summary),
    "",
    "<Calculator />",
    ...(rows.length === 0 ? [] : table),
    "",
    "## In a program {#program}",
    "",
    "```ts",
    ...programOf({ name, needsLaw, options }, example),
    "```",
    "",
    needsLaw
      ? "A law outside the hypotheses is refused with an `AssumptionError`, which names what still applies."
      : "No law is needed: it depends on the sizes alone.",
  ].join("\n");
}

/** A summary as a sentence. */
export function sentence(summary: string): string {
  return `${summary.replace(/^[a-z]/, (letter) => letter.toUpperCase())}.`;
}

/** The example as TypeScript. */
function programOf({ name, needsLaw, options }: Omit<Quantity, "compute" | "summary">, example: Question): string[] {
  const given = options
    .filter((option) => (example.options[option.name] ?? "") !== "")
    .map((option) => `${option.name}: ${valueIn(option, example.options[option.name])}`);
  const parts = [...(needsLaw ? ["law"] : []), ...(given.length === 0 ? [] : [`options: { ${given.join(", ")} }`])];
  return [
    ...(options.some(({ type }) => type === "matrix") ? ['import { matrixFromRows } from "@onestep/core";'] : []),
    ...(needsLaw ? ['import { lawFileOfFlags, parsePromptLaw } from "@onestep/data";'] : []),
    'import { quantities } from "@onestep/lab";',
    "",
    ...(needsLaw ? [`const law = parsePromptLaw(lawFileOfFlags(${flagsOf(example.law)}));`] : []),
    `const quantity = quantities.find(({ name }) => name === "${name}");`,
    `quantity.compute({ ${[...parts, "seed: 0"].join(", ")} });`,
  ];
}

function flagsOf(law: Question["law"]): string {
  const { context, dimension, covariates, target, tasks } = law;
  const texts = Object.entries({ covariates, target, tasks, noise: noiseOf(law) });
  const named = texts
    .filter(([, text]) => text !== undefined && text !== "")
    .map(([part, text]) => `${part}: "${text}"`);
  return `{ ${[`context: ${context}`, `dimension: ${dimension}`, ...named].join(", ")} }`;
}

function valueIn({ type }: OptionEntry, text: string): string {
  if (type === "flag") return "true";
  if (type === "matrix") return `matrixFromRows(${text.replaceAll(",", ", ")})`;
  return type === "number" ? text : `[${text.replaceAll(",", ", ")}]`;
}
