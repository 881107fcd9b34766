import type { JsonObject } from "@onestep/data";

/** A law as the command line takes it, quoted for a shell: `'student:degreesOfFreedom=5,covariance=[2,1]'`. */
export function lawFlag(name: string, parameters: JsonObject): string {
  const values = Object.entries(parameters).map(([parameter, value]) => {
    const text = typeof value === "string" ? value : JSON.stringify(value);
    return `${parameter}=${text}`;
  });
  return values.length === 0 ? name : `'${name}:${values.join(",")}'`;
}
