import { tfjsNode } from "@onestep/model";
import { expect, test } from "vitest";
import { lawFile, runCli } from "./run-cli.ts";

interface VerifyDocument {
  readonly claims: readonly {
    name: string;
    predicted: number;
    observed: number;
    standardError: number;
    tolerance: number;
    verdict: string;
  }[];
  readonly trainingLoss: readonly { step: number; loss: number }[];
  readonly verdict: string;
  readonly law: unknown;
  readonly seconds: number;
}

const verify = async (...args: string[]): Promise<{ code: number | null; document: VerifyDocument }> => {
  const { code, stdout } = await runCli(["verify", ...args, "--json"]);
  return { code, document: JSON.parse(stdout) as VerifyDocument };
};
const withoutClock = (document: VerifyDocument): string => JSON.stringify({ ...document, seconds: 0 });
const small = ["thm1", "--dimension", "2", "--context", "5"];

test("a trained layer supports Theorem 1, and the claims meet the tolerances they print", async () => {
  const { code, document } = await verify(...small);
  expect(code).toBe(0);
  expect(document.verdict).toBe("supported");
  const claim = (name: string): VerifyDocument["claims"][number] => document.claims.find((one) => one.name === name)!;
  expect(claim("step size").predicted).toBeCloseTo(1 / 8.25, 12);
  expect(claim("preconditioner").observed).toBeLessThan(0.02);
  expect(claim("off-diagonal").observed).toBeLessThan(0.01);
  expect(claim("leakage").observed).toBeLessThan(0.01);
  expect(claim("excess loss").observed).toBeLessThan(0.01);
  const fresh = claim("loss on fresh prompts");
  expect(Math.abs(fresh.observed - fresh.predicted)).toBeLessThan(4 * fresh.standardError);
  expect(document.trainingLoss.length).toBeGreaterThan(50);
  expect(document.trainingLoss[0].loss).toBeGreaterThan(document.trainingLoss.at(-1)!.loss);
});

test("the same seed gives the same bytes, another seed other numbers", async () => {
  const short = [...small, "--steps", "200"];
  const [first, second, other] = await Promise.all([
    verify(...short),
    verify(...short),
    verify(...short, "--seed", "1"),
  ]);
  expect(withoutClock(second.document)).toBe(withoutClock(first.document));
  expect(withoutClock(other.document)).not.toBe(withoutClock(first.document));
});

test("a trial's numbers do not depend on which other trials run beside it", async () => {
  const [alone, beside] = await Promise.all([verify("thm3/tanh", "--steps", "30"), verify("thm3", "--steps", "30")]);
  const tanh = beside.document.claims.filter(
    (claim) => (claim as unknown as { experiment: string }).experiment === "thm3/tanh",
  );
  expect(tanh).toEqual(alone.document.claims);
});

test("one step of training is not enough, and the verdict says so", async () => {
  const { code, document } = await verify("thm1", "--steps", "1");
  expect([1, 4]).toContain(code);
  expect(document.verdict).not.toBe("supported");
});

test("a law file is verified and recorded so that it can be read back", async () => {
  const law = {
    contextLength: 6,
    covariates: {
      law: "gaussian",
      covariance: [
        [2, 0.5],
        [0.5, 1],
      ],
    },
    target: { law: "linear", tasks: { law: "gaussian" } },
    noise: { law: "gaussian", variance: 0.25 },
  };
  const first = await verify("--law", lawFile("tilted", law), "--steps", "50");
  const again = await verify("--law", lawFile("recorded", first.document.law), "--steps", "50");
  expect(withoutClock(again.document)).toBe(withoutClock(first.document));
});

const { available: hasNativeLibrary } = await tfjsNode();

test.each(["tfjs:cpu", "tfjs:wasm", ...(hasNativeLibrary ? ["tfjs-node"] : [])])(
  "training on %s lands where float64 lands, within float32",
  async (backend) => {
    const args = [...small, "--steps", "400"];
    const [reference, other] = await Promise.all([verify(...args), verify(...args, "--backend", backend)]);
    const stepSize = ({ document }: { document: VerifyDocument }): number =>
      document.claims.find(({ name }) => name === "step size")!.observed;
    // 400 steps on the same prompts: float32 gradients differ by about 1e-6, far below what training leaves open
    expect(Math.abs(stepSize(other) / stepSize(reference) - 1)).toBeLessThan(1e-2);
  },
);

test.each([
  ["wasm", "wasm-f64 two-column"],
  ["wasm-f32", "wasm-f32 two-column"],
])("--backend %s supports the theorem on prompts that kernels draw, and names the path", async (backend, path) => {
  const [{ code, document }, tables] = await Promise.all([
    verify(...small, "--backend", backend),
    runCli(["verify", ...small, "--steps", "5", "--backend", backend]),
  ]);
  expect([code, document.verdict]).toEqual([0, "supported"]);
  expect(document).toMatchObject({ backend, experiments: [{ path }] });
  expect(tables.stdout).toContain(`sampled prompts (${path})`);
});

test("theory prints the optimum of a law from a file and from standard input", async () => {
  const law = {
    contextLength: 20,
    dimension: 5,
    covariates: { law: "gaussian" },
    target: { law: "linear", tasks: { law: "gaussian" } },
    noise: { law: "none" },
  };
  const fromFile = await runCli(["theory", "optimum", "--law", lawFile("theorem-1", law), "--json"]);
  const fromInput = await runCli(["theory", "optimum", "--law", "-", "--json"], { input: JSON.stringify(law) });
  expect(fromInput.stdout).toBe(fromFile.stdout);
  const document = JSON.parse(fromFile.stdout) as Record<string, unknown>;
  expect(document["stepSize"]).toBeCloseTo(1 / 26, 14);
  expect(document["loss"]).toBeCloseTo(1.1538461538461537, 12);
  expect(document["attains"]).toBe("lsa-minimum");
  expect(document["source"]).toEqual({ key: "mahankali-2023", locator: "Theorem 1" });
});

test("help and lists name everything there is", async () => {
  const [help, verifyHelp, laws] = await Promise.all([
    runCli(["--help"]),
    runCli(["verify", "--help"]),
    runCli(["list", "laws", "--json"]),
  ]);
  for (const command of ["verify", "theory", "list"]) expect(help.stdout).toContain(command);
  for (const flag of [
    "--law",
    "--dimension",
    "--context",
    "--noise-variance",
    "--seed",
    "--steps",
    "--backend",
    "--json",
    "--quiet",
  ]) {
    expect(verifyHelp.stdout).toContain(flag);
  }
  const names = (JSON.parse(laws.stdout) as { name: string }[]).map(({ name }) => name);
  for (const name of ["gaussian", "linear", "single-index", "random-sign", "none", "tanh", "hermite"])
    expect(names).toContain(name);
});
