import type { HelpText } from "./help-text.ts";

/** The Markdown of a command's page. */
export function pageOf(name: string, brief: string, { examples, description, flags, positionals }: HelpText): string {
  const flagRows = flags.map(
    ({ flag, isRequired, repeats, brief: meaning, values }) =>
      `| \`${flag}\` | ${sentence(meaning)}${isRequired ? " **Required.**" : ""}${repeats ? " May be repeated." : ""} | ${valuesText(values)} |`,
  );
  const positionalRows = positionals.map(({ name: word, brief: meaning }) => `| \`${word}\` | ${sentence(meaning)} |`);
  return [
    `# onestep ${name}`,
    "",
    sentence(brief),
    "",
    "```sh",
    ...examples.flatMap(({ input, brief: purpose }) => [`# ${purpose}`, input.replace(/^onestep/, "npm start --")]),
    "```",
    "",
    ...(description === "" ? [] : [descriptionOf(description), ""]),
    ...section("Arguments", ["| argument | meaning |", "|---|---|"], positionalRows),
    ...section("Flags", ["| flag | meaning | values |", "|---|---|---|"], flagRows),
  ].join("\n");
}

function section(title: string, head: readonly string[], rows: readonly string[]): readonly string[] {
  return rows.length === 0 ? [] : [`## ${title} {#${title.toLowerCase()}}`, "", ...head, ...rows, ""];
}

/** `float64|wasm, default = float64`: a switch that is off has nothing to say. */
function valuesText(values: string): string {
  const [choices, standard = ""] = values.replace(/^default/, ", default").split(", default = ");
  const words =
    choices === ""
      ? []
      : [
          choices
            .split("|")
            .map((choice) => `\`${choice}\``)
            .join(", "),
        ];
  if (standard === "false") return "";
  return [...words, ...(standard === "" ? [] : [`default \`${standard}\``])].join("; ");
}

/** Paragraphs are set anew; lines that are indented stay as they stand. */
function descriptionOf(description: string): string {
  return description
    .split(/\n{2,}/)
    .map((block) => {
      const lines = block.split("\n");
      const start = lines.findIndex((line) => line.startsWith("  "));
      if (start < 0) return plain(lines.join(" "));
      const prose = start === 0 ? "" : `${plain(lines.slice(0, start).join(" "))}\n\n`;
      return `${prose}\`\`\`text\n${lines
        .slice(start)
        .map((line) => line.replace(/^ {2}/, ""))
        .join("\n")}\n\`\`\``;
    })
    .join("\n\n");
}

function sentence(text: string): string {
  return plain(text).replace(/[^.?!]$/, "$&.");
}

/** Text without a meaning for Markdown, tables or templates. */
function plain(text: string): string {
  return text
    .replace(/[\\`*_|[\]]/g, String.raw`\$&`)
    .replaceAll("<", "&lt;")
    .replaceAll("{{", "&#123;&#123;");
}
