/**
 * Splits text at a separator wherever it stands outside of brackets and of quoted strings.
 *
 * @example
 * splitOutside("covariance=[2,1],mean=0", ","); // => ["covariance=[2,1]", "mean=0"]
 */
export function splitOutside(text: string, separator: string): [string, ...string[]] {
  const parts: [string, ...string[]] = [""];
  let [depth, quoted, escaped] = [0, false, false];
  for (const character of text) {
    if (character === separator && depth === 0 && !quoted) {
      parts.push("");
      continue;
    }
    parts[parts.length - 1] += character;
    if (escaped || character === "\\") escaped = quoted && !escaped;
    else if (character === '"') quoted = !quoted;
    else if (!quoted && "[{".includes(character)) depth += 1;
    else if (!quoted && "]}".includes(character)) depth -= 1;
  }
  return parts;
}
