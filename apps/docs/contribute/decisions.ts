import { readFileSync } from "node:fs";
import { join } from "node:path";

/** The decisions in the order in which they are read: from the numbers outwards. */
const SLUGS = [
  "keys-are-addresses",
  "three-witnesses",
  "float64-first",
  "own-elementary-functions",
  "kernels-with-twins",
  "inject-tensorflow",
  "passports",
  "one-in-a-million",
  "common-random-numbers",
  "plain-typescript",
  "vitepress",
  "optional-queue",
  "no-native-binary",
  "gauge",
  "grade-what-is-exact",
] as const;

/** A decision, by the heading of its page. */
export interface Decision {
  readonly title: string;
  readonly link: string;
}

/** Every decision; its page is in `contribute/decisions/`. */
export function decisions(): readonly Decision[] {
  return SLUGS.map((slug) => {
    const page = readFileSync(join(process.cwd(), "contribute", "decisions", `${slug}.md`), "utf8");
    const [, title] = /^# (.+)$/m.exec(page)!;
    return { title: title.replaceAll("`", ""), link: `/contribute/decisions/${slug}` };
  });
}
