// `npm run tfjs-node:setup`: gives @tensorflow/tfjs-node its native addon. Its own installer downloads one; where that
// host is out of reach, the addon is compiled against the libtensorflow of the Python wheel (about 20 s, 820 MB).
// With --optional a machine that cannot have it is told so, and the exit code is 0.
import { spawnSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
} from "node:fs";
import { createRequire } from "node:module";
import { homedir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { pathToFileURL } from "node:url";

import { bootstrap } from "./bootstrap.mjs";
import { readJson, root } from "./workspace.mjs";

/** The wheel whose C API the addon's sources compile against. */
const WHEEL = "tensorflow-cpu==2.21.0";

/** What the addon needs of the wheel: the C headers, and the two libraries. */
const UNPACK = `
import sys, zipfile
wheel, into = sys.argv[1:]
headers = tuple("tensorflow/include/" + part for part in
                ("tensorflow/c/", "tensorflow/core/platform/", "tsl/platform/", "xla/tsl/c/"))
libraries = ("tensorflow/libtensorflow_cc.so.2", "tensorflow/libtensorflow_framework.so.2")
with zipfile.ZipFile(wheel) as archive:
    archive.extractall(into, [name for name in archive.namelist() if name.startswith(headers) or name in libraries])
`;

const MINUTE = 60_000;

/**
 * Sets tfjs-node up, unless it works already.
 *
 * @param {string} [packageFolder] where the package is installed
 * @returns {string} how it came to work
 * @throws {Error} that says what was tried
 */
export function setUp(packageFolder = installedPackage()) {
  if (works(packageFolder)) return "tfjs-node works already";
  const cache = cacheFolder(packageFolder);
  if (existsSync(join(cache, "lib"))) {
    link(packageFolder, cache);
    if (works(packageFolder)) return `tfjs-node works, with the addon of ${cache}`;
  }
  const routes = [() => installAsItsAuthorsMeant(packageFolder), () => buildFromWheel(packageFolder, cache)];
  const reasons = [];
  for (const route of routes) {
    try {
      route();
      if (works(packageFolder)) return "tfjs-node works";
      reasons.push("the addon was built but does not load");
    } catch (error) {
      reasons.push(error.message);
    }
  }
  throw new Error(`tfjs-node has no native addon: ${reasons.join("; ")}`);
}

/** Every other backend does without the addon, so a missing package is the only reason to look no further. */
function installedPackage() {
  const require = createRequire(join(root, "packages/model/package.json"));
  return dirname(require.resolve("@tensorflow/tfjs-node/package.json"));
}

/** Loads the package in a process of its own: a library that fails to load may take its process with it. */
function works(packageFolder) {
  // Node 23 dropped two functions that the package still calls.
  const script =
    'const util = require("node:util"); util.isArray ??= Array.isArray; util.isNullOrUndefined ??= (x) => x == null;' +
    "require(process.argv[1]).tensor1d([1]).dataSync()";
  const env = { ...process.env, TF_CPP_MIN_LOG_LEVEL: "2", TF_ENABLE_ONEDNN_OPTS: "0" };
  return (
    spawnSync(process.execPath, ["-e", script, packageFolder], { stdio: "ignore", env, timeout: MINUTE }).status === 0
  );
}

function installAsItsAuthorsMeant(packageFolder) {
  // The installer rewrites package.json for a moment: that must not be the package store's copy, linked here.
  const manifest = join(packageFolder, "package.json");
  cpSync(manifest, `${manifest}.own`);
  renameSync(`${manifest}.own`, manifest);
  for (const name of ["deps", "lib"]) rmSync(join(packageFolder, name), { recursive: true, force: true });
  run("its own installer", process.execPath, ["scripts/install.js"], { cwd: packageFolder, timeout: 2 * MINUTE });
}

function buildFromWheel(packageFolder, cache) {
  if (process.platform !== "linux") throw new Error("the Python wheel is used on Linux only");
  rmSync(cache, { recursive: true, force: true });
  mkdirSync(dirname(cache), { recursive: true });
  const scratch = mkdtempSync(join(dirname(cache), "unpacking-"));
  try {
    // No second try: where the package index is out of reach, waiting does not bring it nearer.
    const download = ["-m", "pip", "download", "--quiet", "--no-deps", "--retries", "0", "--dest", scratch, WHEEL];
    run("pip", "python3", download, { timeout: 5 * MINUTE });
    const [wheel] = readdirSync(scratch).filter((name) => name.endsWith(".whl"));
    run("unpacking the wheel", "python3", ["-c", UNPACK, join(scratch, wheel), scratch], { timeout: 5 * MINUTE });
    layOut(join(scratch, "tensorflow"), join(cache, "deps"));
    mkdirSync(join(cache, "lib"));
    link(packageFolder, cache);
    compile(packageFolder);
  } catch (error) {
    rmSync(cache, { recursive: true, force: true });
    throw error;
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** The wheel's files under the names that the package's build looks for. */
function layOut(tensorflow, deps) {
  mkdirSync(join(deps, "lib"), { recursive: true });
  renameSync(join(tensorflow, "include"), join(deps, "include"));
  for (const library of ["libtensorflow_cc.so.2", "libtensorflow_framework.so.2"]) {
    renameSync(join(tensorflow, library), join(deps, "lib", library));
  }
  symlinkSync("libtensorflow_cc.so.2", join(deps, "lib/libtensorflow.so"));
  symlinkSync("libtensorflow_cc.so.2", join(deps, "lib/libtensorflow.so.2.9.1"));
  symlinkSync("libtensorflow_framework.so.2", join(deps, "lib/libtensorflow_framework.so"));
}

function compile(packageFolder) {
  const headers = dirname(dirname(process.execPath));
  const env = {
    PATH: [join(packageFolder, "node_modules/.bin"), process.env.PATH].join(delimiter),
    // Headers that came with Node need no download.
    ...(existsSync(join(headers, "include/node/node_api.h")) && { npm_config_nodedir: headers }),
  };
  const options = { cwd: packageFolder, env, timeout: 10 * MINUTE };
  run("the compiler", "node-pre-gyp", ["install", "--build-from-source"], options);
  for (const name of readdirSync(packageFolder).filter((name) => name.startsWith("build-tmp"))) {
    rmSync(join(packageFolder, name), { recursive: true });
  }
}

/** A folder that outlives node_modules, one for each thing that a binary depends on. */
function cacheFolder(packageFolder) {
  const { version } = readJson(join(packageFolder, "package.json"));
  const target = `${process.platform}-${process.arch}-abi${process.versions.modules}`;
  return join(process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache"), "onestep", `tfjs-node-${version}-${target}`);
}

function link(packageFolder, cache) {
  for (const name of ["deps", "lib"]) {
    const at = join(packageFolder, name);
    if (lstatSync(at, { throwIfNoEntry: false })) rmSync(at, { recursive: true });
    symlinkSync(join(cache, name), at, "junction");
  }
}

/** @throws {Error} with the last error it spoke of, where the command fails */
function run(what, command, args, { env = {}, ...options }) {
  const ran = spawnSync(command, args, { encoding: "utf8", ...options, env: { ...process.env, ...env } });
  if (ran.status === 0) return;
  const spoken = `${ran.stdout ?? ""}\n${ran.stderr ?? ""}`.split("\n").findLast((line) => /error:/i.test(line));
  throw new Error(`${what}: ${ran.error?.message ?? spoken?.trim() ?? `exit code ${ran.status}`}`);
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  try {
    bootstrap("all");
    console.log(setUp());
  } catch (error) {
    console.error(`${error.message}. Everything else runs without it.`);
    process.exitCode = process.argv.includes("--optional") ? 0 : 1;
  }
}
