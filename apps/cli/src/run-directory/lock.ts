import { writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { UsageError } from "../errors.ts";
import { discard, readDocument, writeWhole } from "./files.ts";

/** Who writes into a folder. */
interface Owner {
  readonly process: number;
  readonly host: string;
}

/**
 * Keeps a folder for this process until it ends: two that write metrics and checkpoints into one would leave neither's.
 * What a killed process leaves behind keeps nobody out, and other machines cannot be asked.
 *
 * @throws UsageError where another process of this machine still writes into it
 */
export function lockFolder(folder: string): void {
  const path = join(folder, ".lock");
  const own = JSON.stringify({ process: process.pid, host: hostname() } satisfies Owner);
  try {
    writeFileSync(path, own, { flag: "wx" });
  } catch {
    requireNoOwner(folder, path);
    writeWhole(path, own);
  }
  process.once("exit", () => discard(path));
}

function requireNoOwner(folder: string, path: string): void {
  const owner = readDocument(path) as Owner | undefined;
  if (owner !== undefined && owner.host === hostname() && isOther(owner.process)) {
    throw new UsageError({
      where: "--out",
      expected: "a folder that nobody else writes into",
      arrived: `${folder}, into which process ${owner.process} writes`,
      hint: `wait until it is done, or name another folder; if there is no such process, remove ${path}`,
    });
  }
}

/** Whether this is another process, and runs. */
function isOther(pid: number): boolean {
  if (pid === process.pid) return false;
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM"; // it runs, and is somebody else's
  }
}
