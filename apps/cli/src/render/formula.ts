// KaTeX for a terminal: the part of the notation that onestep's formulas use, in plain Unicode.

const greek = "alpha beta gamma delta epsilon eta theta kappa lambda mu nu pi rho sigma tau varphi phi chi omega";
const letters = table(
  [...greek.split(" "), "Gamma", "Delta", "Lambda", "Pi", "Sigma", "Omega"],
  "αβγδεηθκλμνπρστφφχωΓΔΛΠΣΩ",
);
const relations = table(
  ["sum", "prod", "int", "infty", "top", "perp", "otimes", "approx", "rVert", "in"],
  "ΣΠ∫∞ᵀ⊥⊗≈‖∈",
);
/** Signs that stand close to a letter after them, as letters do. */
const prefixes = table(["lVert", "nabla", "le", "ge", "ne"], "‖∇≤≥≠");
const spaces = new Map([
  ...[",", " "].map((name) => [name, " "] as const),
  ["quad", "  "],
  ["qquad", "   "],
  ["mid", " | "],
]);
const silent = ["big", "Big", "left", "right"];
const operators: readonly string[] = ["min", "max", "inf", "sup", "ln", "log", "exp", "det"];
const accents = table(["hat", "tilde", "bar", "dot"], "\u0302\u0303\u0304\u0307");

const superscripts = table(
  Array.from("0123456789+-=()*abcdefghijklmnoprstuvwxyzKLNTᵀ′"),
  "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾*ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻᴷᴸᴺᵀᵀ′",
);
const subscripts = table(Array.from("0123456789+-=()aehijklmnoprstuvxβγρφχ"), "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓᵦᵧᵨᵩᵪ");

/**
 * A formula in KaTeX as one line of plain text.
 *
 * @example
 * plainFormula("\\eta^* = 1/(n + d + 1 + \\sigma^2/\\omega^2)"); // => "η* = 1/(n + d + 1 + σ²/ω²)"
 */
export function plainFormula(katex: string): string {
  const reader = { text: katex, at: 0 };
  return tidy(readUntilEnd(reader));
}

interface Reader {
  readonly text: string;
  at: number;
}

/** Reads to the end of the text or of the group that is open. */
function readUntilEnd(reader: Reader): string {
  let plain = "";
  while (reader.at < reader.text.length && reader.text[reader.at] !== "}") plain += readAtom(reader);
  reader.at++;
  return plain;
}

/** One symbol, group or command with its arguments. */
function readAtom(reader: Reader): string {
  const character = reader.text[reader.at++] ?? "";
  if (character === "{") return readUntilEnd(reader);
  if (character === "^") return raised(readArgument(reader), superscripts, "^");
  if (character === "_") return raised(readArgument(reader), subscripts, "_");
  if (character === "'") return "′";
  return character === "\\" ? readCommand(reader) : character;
}

function readArgument(reader: Reader): string {
  skipSpaces(reader);
  return readAtom(reader);
}

function readCommand(reader: Reader): string {
  const name = /^([a-zA-Z]+|.?)/.exec(reader.text.slice(reader.at))![0];
  reader.at += name.length;
  const closeSign = letters.get(name) ?? prefixes.get(name);
  if (closeSign !== undefined) {
    // A space that only ends the command's name is no space of the formula.
    if (/^ +[a-zA-Z]/.test(reader.text.slice(reader.at))) skipSpaces(reader);
    return closeSign;
  }
  if (silent.includes(name)) return "";
  const sign = relations.get(name) ?? spaces.get(name);
  if (sign !== undefined) return sign;
  if (name === "{" || name === "}") return name;
  if (operators.includes(name)) return wordBefore(reader, name);
  if (name === "mathrm" || name === "mathbb" || name === "operatorname")
    return wordBefore(reader, readArgument(reader));
  if (name === "frac" || name === "tfrac" || name === "dfrac")
    return `${whole(readArgument(reader))}/${whole(readArgument(reader))}`;
  if (name === "sqrt") return `√${whole(readArgument(reader))}`;
  return `${readArgument(reader)}${accents.get(name) ?? ""}`;
}

function skipSpaces(reader: Reader): void {
  while (reader.text[reader.at] === " ") reader.at++;
}

/** A word keeps its distance from a letter that follows: tr A, but tr(A). */
function wordBefore(reader: Reader, word: string): string {
  return /^(?:[a-zA-Z]|\\(?!,|lVert|big|Big|left|right|quad| ))/.test(reader.text.slice(reader.at)) ? `${word} ` : word;
}

/** As one factor: in brackets where it is a sum or a product. */
function whole(text: string): string {
  return /^[^\s+\-/]{1,2}$|^\d+$/u.test(text) ? text : `(${text})`;
}

/** With raised or lowered characters where all of them exist, else as `^(…)`. */
function raised(text: string, characters: ReadonlyMap<string, string>, mark: string): string {
  const each = [...text].map((character) => characters.get(character));
  if (each.every((character) => character !== undefined)) return each.join("");
  return [...text].length === 1 ? `${mark}${text}` : `${mark}(${text})`;
}

function tidy(plain: string): string {
  return plain
    .replace(/-/g, "−")
    .replace(/ {3,}/g, "  ")
    .replace(/(?<!,) {2,}/g, " ")
    .trim();
}

/** Names or characters with what is shown for each. */
function table(from: readonly string[], to: string): ReadonlyMap<string, string> {
  const shown = [...to];
  return new Map(from.map((name, i) => [name, shown[i]]));
}
