/** One flag as `--help` lists it. */
export interface HelpFlag {
  /** `--seed` */
  readonly flag: string;
  readonly isRequired: boolean;
  /** Whether it may be given several times. */
  readonly repeats: boolean;
  readonly brief: string;
  /** Its values and its default, as they are listed: `float64|wasm, default = float64`. */
  readonly values: string;
}

/** What a command says of itself. */
export interface HelpText {
  readonly examples: readonly { readonly input: string; readonly brief: string }[];
  readonly description: string;
  readonly flags: readonly HelpFlag[];
  readonly positionals: readonly { readonly name: string; readonly brief: string }[];
  /** Of the program itself: its commands. */
  readonly commands: readonly { readonly name: string; readonly brief: string }[];
}

/** Reads what `onestep --help`, or a command's `--help`, prints. */
export function readHelp(text: string): HelpText {
  const { USAGE = "", FLAGS = "", ARGUMENTS = "", COMMANDS = "" } = sectionsOf(text);
  const [usage, ...description] = USAGE.split("\n\n");
  return {
    examples: examplesIn(usage),
    description: description.join("\n\n").trimEnd(),
    flags: linesOf(FLAGS).flatMap(flagIn),
    positionals: linesOf(ARGUMENTS).map(twoColumns),
    commands: linesOf(COMMANDS).map(twoColumns),
  };
}

/** The text under each heading, a word in capitals on a line of its own. */
function sectionsOf(text: string): Readonly<Record<string, string>> {
  const [, ...parts] = text.split(/^(USAGE|FLAGS|ARGUMENTS|COMMANDS)\n/m);
  return Object.fromEntries(
    parts.flatMap((part, i) => (i % 2 === 0 ? [[part, (parts[i + 1] ?? "").replace(/\n+$/, "")]] : [])),
  );
}

/** Commands with a line below that says what they are for. */
function examplesIn(usage: string): HelpText["examples"] {
  const lines = usage.split("\n");
  return lines.flatMap((line, i) => {
    const brief = lines[i + 1] ?? "";
    return /^ {2}\S/.test(line) && /^ {4}\S/.test(brief) ? [{ input: line.trim(), brief: brief.trim() }] : [];
  });
}

/** `-h --help` and `--`, which every command has, are left out. */
function flagIn(line: string): HelpFlag[] {
  const [, open, flag, dots, brief, values = ""] =
    /^\s*(\[?)(--[a-z][\w-]*)\]?(\.\.\.)?\s{2,}(.+?)(?:\s+\[([^\]\s]*(?:, )?(?:default = [^\]]*)?)\])?$/.exec(line) ??
    [];
  if (flag === undefined) return [];
  return [{ flag, isRequired: open === "", repeats: dots !== undefined, brief, values }];
}

function twoColumns(line: string): { readonly name: string; readonly brief: string } {
  const [name, ...brief] = line.trim().split(/\s{2,}/);
  return { name, brief: brief.join("  ") };
}

function linesOf(section: string): readonly string[] {
  return section.split("\n").filter((line) => line.trim() !== "");
}
