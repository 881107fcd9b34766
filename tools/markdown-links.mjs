// Whether what the Markdown of the repository links to is there: files, and headings in them. Other hosts are not asked;
// the site's own pages are checked when the site is built.
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join, relative, resolve, sep } from "node:path";

const SKIPPED = new Set(["node_modules", "dist", "coverage", ".git", ".turbo", "runs", "CHANGELOG.md"]);

/** `[text](target)` and `![text](target "title")`; `[text]: target`; `href="target"` and `src="target"`. */
const TARGETS = [
  /\]\(\s*<?([^\s)>]+)>?(?:\s+"[^"]*")?\s*\)/g,
  /^\s*\[[^\]]+\]:\s*<?([^\s>]+)>?/gm,
  /\b(?:href|src|srcset)="([^"]+)"/g,
];

/**
 * Every link that leads nowhere.
 *
 * @param {string} root
 * @param {(file: string) => boolean} [isRead] which Markdown is read, by its path from the root
 * @returns {string[]} one line each: the file, its line, the target, and what is missing
 */
export function deadLinks(root, isRead = () => true) {
  return markdownUnder(root)
    .filter((file) => isRead(relative(root, file).split(sep).join("/")))
    .flatMap((file) =>
      linksOf(readFileSync(file, "utf8")).flatMap(({ target, line }) => {
        const missing = whatIsMissing(root, file, target);
        return missing ? [`${relative(root, file)}:${line}: ${target}: ${missing}`] : [];
      }),
    );
}

/**
 * The anchors of a page's headings, as GitHub makes them: small letters, no punctuation, hyphens for spaces; a second
 * heading of the same name ends in `-1`.
 *
 * @param {string} markdown
 * @returns {Set<string>}
 */
export function anchorsOf(markdown) {
  const text = withoutCode(markdown, { inline: false });
  const seen = new Map();
  const headings = [...text.matchAll(/^#{1,6}[ \t]+(.+?)[ \t]*#*$/gm)].map(([, heading]) => {
    const name = heading
      .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, "$1")
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\p{M}_ -]/gu, "")
      .trim()
      .replaceAll(" ", "-");
    const before = seen.get(name) ?? 0;
    seen.set(name, before + 1);
    return before === 0 ? name : `${name}-${before}`;
  });
  const named = [...text.matchAll(/\b(?:id|name)="([^"]+)"/g)].map(([, name]) => name);
  return new Set([...headings, ...named]);
}

function linksOf(markdown) {
  const text = withoutCode(markdown, { inline: true });
  return TARGETS.flatMap((pattern) =>
    [...text.matchAll(pattern)].map((found) => ({
      target: found[1],
      line: text.slice(0, found.index).split("\n").length,
    })),
  );
}

function whatIsMissing(root, file, target) {
  if (/^[a-z][a-z+.-]*:|^\/\//i.test(target)) return undefined;
  const [path, anchor] = target.split("#");
  const found = path === "" ? file : resolve(path.startsWith("/") ? root : dirname(file), `.${sep}${decodeURI(path)}`);
  if (relative(root, found).startsWith("..")) return "is outside the repository";
  if (!existsSync(found)) return "no such file";
  if (anchor === undefined || !found.endsWith(".md") || statSync(found).isDirectory()) return undefined;
  return anchorsOf(readFileSync(found, "utf8")).has(decodeURIComponent(anchor)) ? undefined : "no such heading";
}

/** Code keeps its lines, so that those after it have their numbers, and loses its text. */
function withoutCode(markdown, { inline }) {
  const blank = (code) => code.replaceAll(/[^\n]/g, " ");
  const text = markdown.replaceAll(/^([ \t]*)(`{3,}|~{3,})[\s\S]*?^\1\2[^\n]*$/gm, blank);
  return inline ? text.replaceAll(/(`+)(?!`)[\s\S]*?\1/g, blank) : text;
}

function markdownUnder(folder) {
  return readdirSync(folder, { withFileTypes: true })
    .filter(({ name }) => !SKIPPED.has(name))
    .flatMap((entry) => {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) return markdownUnder(path);
      return entry.name.endsWith(".md") ? [path] : [];
    });
}
