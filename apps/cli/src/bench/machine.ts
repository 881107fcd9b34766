import { availableParallelism, cpus, totalmem } from "node:os";

/** Where a benchmark ran: what a reader needs to judge its numbers. */
export interface Machine {
  readonly processor: string;
  readonly cores: number;
  readonly memoryGigabytes: number;
  readonly platform: string;
  readonly node: string;
  /** Of the peers that took part. */
  readonly versions: Readonly<Record<string, string>>;
  /** What a reader must know of them. */
  readonly notes: readonly string[];
}

export function machineFacts(versions: Readonly<Record<string, string>>, notes: readonly string[]): Machine {
  return {
    processor: cpus()[0]?.model.trim() ?? "unknown",
    cores: availableParallelism(),
    memoryGigabytes: Math.round(totalmem() / 2 ** 30),
    platform: `${process.platform} ${process.arch}`,
    node: process.version,
    versions,
    notes,
  };
}

/** One line for people. */
export function describeMachine({ processor, cores, memoryGigabytes, platform, node, versions }: Machine): string {
  const peers = Object.entries(versions).map(([name, version]) => `, ${name} ${version}`);
  return `${processor}, ${cores} cores, ${memoryGigabytes} GB, ${platform}, Node ${node}${peers.join("")}`;
}
