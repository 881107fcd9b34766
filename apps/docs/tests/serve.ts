import { existsSync, statSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { extname } from "node:path";
import { fileURLToPath } from "node:url";

/** What `vitepress build` wrote: `turbo run test` builds it first. */
export const SITE: string = fileURLToPath(new URL("../.vitepress/dist/", import.meta.url));

/** Compiling kernels is allowed; evaluating strings, and any other host, is not. */
const POLICY =
  "default-src 'self'; script-src 'self' 'unsafe-inline' 'wasm-unsafe-eval'; style-src 'self' 'unsafe-inline'; img-src 'self' data:"; // the theme's icons

const TYPES: Readonly<Record<string, string>> = {
  ".css": "text/css; charset=utf-8",
  ".csv": "text/csv; charset=utf-8",
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".json": "application/json",
  ".mjs": "text/javascript; charset=utf-8",
  ".png": "image/png",
  ".svg": "image/svg+xml",
  ".txt": "text/plain; charset=utf-8",
  ".wasm": "application/wasm",
  ".woff2": "font/woff2",
};

/** The file that answers a path, as hosts with clean addresses do it: `/lab/` is `lab/index.html`, `/a` is `a.html`. */
function fileAt(path: string): string | undefined {
  const file = SITE + decodeURIComponent(path).slice(1);
  const candidates = path.endsWith("/") ? [`${file}index.html`] : [file, `${file}.html`, `${file}/index.html`];
  return candidates.find((candidate) => existsSync(candidate) && statSync(candidate).isFile());
}

/** Serves the built site on a free port, under a strict content-security policy. */
export async function serveSite(): Promise<{ readonly origin: string; close(): void }> {
  if (!existsSync(`${SITE}index.html`)) throw new Error("apps/docs is not built: npm run build");
  const server = createServer((request, response) => {
    const path = new URL(request.url ?? "/", "http://local").pathname;
    const found = fileAt(path);
    const file = found ?? `${SITE}404.html`;
    const type = TYPES[extname(file)] ?? "application/octet-stream";
    readFile(file).then(
      (bytes) =>
        response
          .writeHead(found === undefined ? 404 : 200, {
            "content-type": type,
            "content-security-policy": POLICY,
            // Pages of any origin may load the element.
            ...(path.startsWith("/embed/") ? { "access-control-allow-origin": "*" } : {}),
          })
          .end(bytes),
      () => response.writeHead(500).end(),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    origin: `http://127.0.0.1:${port}`,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}
