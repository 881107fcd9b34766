import { afterEach, describe, expect, it, vi } from "vitest";
import { nativeLibrary } from "../../tests/tensorflow.ts";
import { tfjsNode, type TfjsNode } from "./tfjs-node.ts";

afterEach(() => {
  vi.unstubAllGlobals();
});

/** What the package throws, word for word, where its install script did not run. */
const WITHOUT_ADDON =
  "The Node.js native addon module (tfjs_binding.node) can not be found at path: /x/lib/napi-v8/tfjs_binding.node. \n" +
  "Please run command 'npm rebuild @tensorflow/tfjs-node --build-addon-from-source' to rebuild the native addon module.";

describe("tfjsNode", () => {
  it("says what is missing, and what to do about it", async () => {
    expect(await failing(Object.assign(new Error("Cannot find package"), { code: "ERR_MODULE_NOT_FOUND" }))).toMatch(
      /is not installed: npm install @tensorflow\/tfjs-node/,
    );
    expect(await failing(new Error(WITHOUT_ADDON))).toMatch(
      /has no native addon: npm rebuild .* npm run tfjs-node:setup/,
    );
    expect(await failing(new Error("libtensorflow.so.2: cannot open\nand more"))).toBe(
      "@tensorflow/tfjs-node does not load: libtensorflow.so.2: cannot open",
    );
    expect(await failing("a string")).toBe("@tensorflow/tfjs-node does not load: a string");
  });

  it("says that a browser has no use for it, without trying", async () => {
    const load = vi.fn(() => Promise.resolve({}));
    vi.stubGlobal("process", undefined);
    const found = await tfjsNode(load);
    expect(found).toEqual({ available: false, reason: "tfjs-node runs in Node.js only: use @tensorflow/tfjs here" });
    expect(load).not.toHaveBeenCalled();
  });

  it("gives Node 23 back what the package calls, before it loads, and leaves Node's own functions alone", async () => {
    const isArray = (): boolean => true;
    const util: Record<string, unknown> = { isArray };
    const env: Record<string, string> = { TF_CPP_MIN_LOG_LEVEL: "0" };
    vi.stubGlobal("process", { versions: { node: "23.0.0" }, env, getBuiltinModule: () => util });
    const seen: unknown[] = [];
    await tfjsNode(() => {
      seen.push((util["isNullOrUndefined"] as (value: unknown) => boolean)(null), util["isArray"] === isArray);
      return Promise.resolve({});
    });
    expect(seen).toEqual([true, true]);
    expect(env).toEqual({ TF_CPP_MIN_LOG_LEVEL: "0", TF_ENABLE_ONEDNN_OPTS: "0" });
  });

  it("has a reason whatever the package is rejected with", async () => {
    for (const nothing of [undefined, null, 7, "no", Object.create(null)])
      expect(await failing(nothing)).toMatch(/does not load/);
  });

  it("hands out the backend where the library works, and the reason where it does not", async () => {
    const found = nativeLibrary;
    if (!found.available) {
      process.stdout.write(`tfjs-node is skipped: ${found.reason}\n`);
      expect(found.reason).toMatch(/npm (install|rebuild|run)|does not load/);
      return;
    }
    const { backend } = found;
    expect([backend.name, backend.unitRoundoff]).toEqual(["tfjs-node", 2 ** -24]);
    const [x, y] = [3, 4].map((entry) => backend.fromValues(Float64Array.of(entry), [1]));
    expect([...(await backend.toValues(backend.contract("i,i->", x, y)))]).toEqual([12]);
  });
});

async function failing(error: unknown): Promise<string> {
  const found: TfjsNode = await tfjsNode(async () => {
    throw error;
  });
  return found.available ? "available" : found.reason;
}
