import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect, it } from "vitest";

it("the detector of tfjs-node prints nothing and throws nothing, whatever it finds", () => {
  const built = pathToFileURL(join(import.meta.dirname, "../dist/backends/tfjs-node.js")).href;
  const program = `
    import { tfjsNode } from ${JSON.stringify(built)};
    const found = await tfjsNode();
    if (found.available) {
      const { backend } = found;
      const square = backend.fromValues(Float64Array.of(1, 2, 3, 4), [2, 2]);
      await backend.toValues(backend.softmax(backend.contract("ij,jk->ik", square, square)));
    }
    process.stdout.write(found.available ? "works" : "is missing: " + found.reason);
  `;
  const { stdout, stderr, status } = spawnSync(process.execPath, ["--input-type=module", "-e", program], {
    encoding: "utf8",
  });
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  expect(stdout).toMatch(/^(?:works|is missing: .+)$/);
});
