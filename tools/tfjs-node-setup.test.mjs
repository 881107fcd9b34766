import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";

import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { setUp } from "./tfjs-node-setup.mjs";

let scratch;
beforeEach(() => {
  scratch = mkdtempSync(join(tmpdir(), "onestep-tfjs-node-test-"));
  vi.stubEnv("XDG_CACHE_HOME", join(scratch, "cache"));
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(scratch, { recursive: true });
});

describe("tfjs-node:setup", () => {
  it("runs the package's own installer where the addon is missing, and nothing where it works", () => {
    const folder = packageWith(`require("fs").mkdirSync("lib"); require("fs").writeFileSync("lib/addon.js", "");`);
    expect(setUp(folder)).toBe("tfjs-node works");
    write(join(folder, "scripts/install.js"), "process.exit(1)");
    expect(setUp(folder)).toBe("tfjs-node works already");
  });

  it("links what an earlier setup has left in the cache", () => {
    const folder = packageWith("process.exit(1)");
    const target = `tfjs-node-0.0.0-${process.platform}-${process.arch}-abi${process.versions.modules}`;
    write(join(scratch, "cache/onestep", target, "lib/addon.js"), "");
    write(join(scratch, "cache/onestep", target, "deps/lib/library"), "");
    expect(setUp(folder)).toContain(target);
    expect(existsSync(join(folder, "deps/lib/library"))).toBe(true);
  });

  it("says what stood in the way of each route, and leaves nothing half done behind", () => {
    const folder = packageWith(
      `console.error("Error: getaddrinfo ENOTFOUND example.org\\n    at nowhere"); process.exit(1);`,
    );
    const python = join(scratch, "bin/python3");
    write(python, "#!/bin/sh\necho 'ERROR: No matching distribution found' >&2\nexit 1\n");
    chmodSync(python, 0o755);
    vi.stubEnv("PATH", [dirname(python), process.env.PATH].join(delimiter));
    expect(() => setUp(folder)).toThrow(/its own installer: Error: getaddrinfo ENOTFOUND example\.org; /);
    expect(() => setUp(folder)).toThrow(process.platform === "linux" ? /pip: ERROR: No matching/ : /Linux only/);
    const cache = join(scratch, "cache/onestep");
    expect(existsSync(cache) ? readdirSync(cache) : []).toEqual([]);
    expect(existsSync(join(folder, "lib"))).toBe(false);
  });
});

/** A package that works once its installer has made `lib/addon.js`. */
function packageWith(installer) {
  const folder = join(scratch, "package");
  write(join(folder, "package.json"), JSON.stringify({ version: "0.0.0", main: "index.js" }));
  write(join(folder, "index.js"), `require("./lib/addon.js"); exports.tensor1d = () => ({ dataSync() {} });`);
  write(join(folder, "scripts/install.js"), installer);
  return folder;
}

function write(file, text) {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}
