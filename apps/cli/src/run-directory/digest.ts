import { createHash } from "node:crypto";

/** SHA-256 of a value as JSON with sorted keys: the same for the same content. */
export function digestOf(value: unknown): string {
  const sorted = JSON.stringify(value, (_, part: unknown) =>
    typeof part === "object" && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([one], [other]) => (one < other ? -1 : 1)))
      : part,
  );
  return createHash("sha256").update(sorted).digest("hex");
}
