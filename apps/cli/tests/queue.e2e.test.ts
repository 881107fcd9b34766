import { Queue } from "bullmq";
import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { queueName } from "../src/queue/job.ts";
import { runCli, type Finished } from "./run-cli.ts";

const hasRedis = spawnSync("redis-server", ["--version"]).status === 0;
if (!hasRedis) process.stderr.write("queue.e2e: skipped, because redis-server is not on the PATH\n");

const bin = fileURLToPath(new URL("../dist/bin.js", import.meta.url));
const folder = (): string => mkdtempSync(join(tmpdir(), "onestep-queue-"));
const law = {
  contextLength: 10,
  dimension: 3,
  covariates: { law: "gaussian" },
  target: { law: "linear", tasks: { law: "gaussian" } },
  noise: { law: "none" },
};
const base = { law, training: { steps: 2000, batch: 100, starts: 2 } };
const config = join(folder(), "sweep.json");
writeFileSync(config, JSON.stringify({ base, replicates: 4 }));

const started: ChildProcess[] = [];
let port = 0;
let url = "";

function start(command: string, args: readonly string[]): ChildProcess {
  const child = spawn(command, args, { stdio: ["ignore", "ignore", "pipe"] });
  started.push(child);
  return child;
}

const startWorker = (): ChildProcess => start(process.execPath, [bin, "worker", "--queue", url, "--concurrency", "1"]);
const sweep = (...args: string[]): Promise<Finished> => runCli(["sweep", "--config", config, "--jsonl", ...args]);

function ended(child: ChildProcess): Promise<number | null> {
  return new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) resolve(child.exitCode);
    child.once("exit", resolve);
  });
}

/** Ends once the child has said this. */
function says(child: ChildProcess, words: RegExp): Promise<void> {
  let said = "";
  return new Promise((resolve) => {
    child.stderr!.on("data", (chunk: Buffer) => {
      said += chunk.toString();
      if (words.test(said)) resolve();
    });
  });
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, resolve));
  const { port: free } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return free;
}

const errorOf = ({ stdout }: Finished): { code: string; where: string; message: string } =>
  (JSON.parse(stdout.trim().split("\n").at(-1) ?? "") as { error: { code: string; where: string; message: string } })
    .error;

describe.skipIf(!hasRedis)("a sweep behind a queue", () => {
  beforeAll(async () => {
    port = await freePort();
    url = `redis://:secret@localhost:${port}`;
    const redis = ["--port", String(port), "--requirepass", "secret", "--save", "", "--appendonly", "no"];
    const server = spawn("redis-server", redis);
    started.push(server);
    await new Promise<void>((resolve) => {
      server.stdout.on("data", (chunk: Buffer) => {
        if (chunk.toString().includes("Ready to accept connections")) resolve();
      });
    });
  });

  afterAll(async () => {
    for (const child of started) child.kill("SIGKILL");
    await Promise.all(started.map(ended));
  });

  test("killed workers and killed sweeps lose nothing: the same bytes as on this machine", async () => {
    const local = folder();
    expect((await sweep("--out", local, "--workers", "1")).code).toBe(0);

    const out = folder();
    const doomed = startWorker();
    await says(doomed, /worker of onestep/);
    const journal = join(out, "journal.jsonl");
    await runCli(["sweep", "--config", config, "--out", out, "--queue", url], {
      whileRunning(kill) {
        const timer = setInterval(() => {
          if (!existsSync(journal) || readFileSync(journal, "utf8") === "") return;
          clearInterval(timer);
          doomed.kill("SIGKILL"); // with a job in its hands
          kill("SIGKILL");
        }, 5);
      },
    });
    const heir = startWorker();
    const again = await sweep("--out", out, "--queue", url);
    expect([again.code, again.stdout]).toEqual([0, readFileSync(join(local, "results.jsonl"), "utf8")]);
    for (const name of ["results.jsonl", "results.parquet", "manifest.json"]) {
      expect(readFileSync(join(out, name)).equals(readFileSync(join(local, name)))).toBe(true);
    }
    heir.kill("SIGINT");
    expect(await ended(heir)).toBe(130);
  });

  test("a job that cannot be done is an error with its point; the others are kept", async () => {
    const connection = { host: "localhost", port, password: "secret" };
    const queue = new Queue(queueName(), { connection });
    // Before the sweep asks for it, its first job is another's, of no law.
    const short = ["--set", "base.training.steps=50", "--set", "replicates=2"];
    const rows = await sweep(...short, "--workers", "1");
    const [{ configHash }, other] = rows.stdout
      .split("\n")
      .map((line) => JSON.parse(line || "{}") as { configHash: string; config: object });
    await queue.add("train", { config: { law: 3 } }, { jobId: configHash });
    const out = folder();
    const asked = sweep("--out", out, "--queue", url, ...short);
    while ((await queue.getJob(other.configHash)) === undefined) await pause(20); // all its jobs are in the queue
    const worker = startWorker();
    const poisoned = await asked;
    expect(poisoned.code).toBe(3);
    expect(errorOf(poisoned)).toMatchObject({ code: "domain", where: "point 1 of 2 (seed = 0): law" });
    expect(errorOf(poisoned).message).toContain("1 of 2 points failed; the others are kept");
    expect(readFileSync(join(out, "results.jsonl"), "utf8")).toBe(`${rows.stdout.split("\n")[1]}\n`);
    // Asked again, the sweep puts a job of its own in the place of the one that failed.
    const again = await sweep("--out", out, "--queue", url, ...short);
    expect([again.code, again.stdout]).toEqual([0, rows.stdout]);
    // The report of a job that is another's under the name of a point is not the point's.
    await (await queue.getJob(configHash))!.remove();
    await queue.add("train", { config: other.config }, { jobId: configHash });
    const strange = await sweep("--queue", url, ...short);
    expect([strange.code, errorOf(strange).message]).toEqual([3, expect.stringContaining(`another's, in job`)]);
    worker.kill("SIGINT");
    await Promise.all([ended(worker), queue.close()]);
  });

  test("a wrong password, no Redis, no address, and another version are refused with what to do", async () => {
    const wrong = await sweep("--queue", `redis://:guess@localhost:${port}`);
    expect([wrong.code, errorOf(wrong).code]).toEqual([3, "backend"]);
    expect(wrong.stderr).toMatch(/WRONGPASS.*redis:\/\/:PASSWORD@HOST:PORT/);
    expect(wrong.stderr).not.toContain("guess");
    const down = await runCli(["worker", "--queue", `redis://localhost:${await freePort()}`]);
    expect([down.code, down.stderr]).toEqual([3, expect.stringMatching(/ECONNREFUSED.*redis-server/)]);
    const cli = ["-p", String(port), "-a", "secret", "-n", "1", "--no-auth-warning", "set", "onestep:version", "0.0.1"];
    spawnSync("redis-cli", cli);
    const older = await runCli(["worker", "--queue", `${url}/1`]);
    expect([older.code, older.stderr]).toEqual([3, expect.stringMatching(/on every machine.*got onestep 0\.0\.1/)]);
  });

  test("doctor says whether the queue can be used", async () => {
    const { stdout } = await runCli(["doctor", "--json", "--redis", url]);
    expect(JSON.parse(stdout)).toMatchObject({ redis: { installed: true, available: true, reason: null } });
  });
});
