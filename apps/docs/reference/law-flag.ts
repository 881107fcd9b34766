import type { JsonObject } from "@onestep/data";

/** A law as the command line takes it, quoted for a shell: `'student:degreesOfFreedom=5,covariance=[2,1]'`. */
export function lawFlag(name: string, parameters: JsonObject): string {
  const text = lawText(name, parameters);
  return text === name ? name : `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

/** A law as `lawFileOfFlags` reads it: `student:degreesOfFreedom=5,covariance=[2,1]`. */
export function lawText(name: string, parameters: JsonObject): string {
  const values = Object.entries(parameters).map(([parameter, value]) => {
    const text = typeof value === "string" && isWord(value) ? value : JSON.stringify(value);
    return `${parameter}=${text}`;
  });
  return values.length === 0 ? name : `${name}:${values.join(",")}`;
}

/** Text that is read back as text, and not as JSON or as two values. */
function isWord(text: string): boolean {
  return /^[a-z][\w-]*$/i.test(text) && !["true", "false", "null"].includes(text);
}
