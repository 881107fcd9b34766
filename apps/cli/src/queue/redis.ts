import { BackendError } from "@onestep/core";
import type { Redis } from "ioredis";
import { setTimeout as pause } from "node:timers/promises";
import { UsageError } from "../errors.ts";

/** A connection to Redis that has answered. */
export interface RedisLink {
  readonly redis: Redis;
  /** As a person may read it: without the password. */
  readonly address: string;
  /** Rejects when Redis has been out of reach for too long. */
  readonly lost: Promise<never>;
  /** Closes what uses the connection, then the connection: also where nobody answers. */
  close(users: readonly { close(): Promise<void> }[]): Promise<void>;
}

/** A restart of Redis, or of the network, takes less. */
const PATIENCE_SECONDS = 20;
const CONNECT_SECONDS = 5;
const CLOSE_SECONDS = 3;
const LONGEST_PAUSE_MS = 1000;

/**
 * Connects to Redis, and refuses at once where it cannot be used.
 *
 * @throws UsageError for what is no address; BackendError where ioredis is not installed, or Redis is down, refuses the
 * password, or has no such database
 */
export async function openRedis(url: string): Promise<RedisLink> {
  const address = addressOf(url);
  const { Redis: Client } = await loadOptional<typeof import("ioredis")>("ioredis");
  const probe = new Client(url, {
    lazyConnect: true,
    connectTimeout: CONNECT_SECONDS * 1000,
    retryStrategy: () => null,
    maxRetriesPerRequest: 0,
  });
  let complaint: Error | undefined; // connect() itself says no more than that the connection is closed
  probe.on("error", (error: Error) => (complaint = error));
  try {
    await probe.connect();
    await probe.ping();
  } catch (error) {
    complaint ??= error as Error;
  } finally {
    probe.disconnect();
  }
  if (complaint !== undefined) throw redisError(address, complaint);

  let isClosing = false;
  const redis = new Client(url, {
    maxRetriesPerRequest: null, // commands wait while Redis restarts
    retryStrategy: (times) => (isClosing ? null : Math.min(50 * times, LONGEST_PAUSE_MS)),
  });
  redis.on("error", (error: Error) => (complaint = error));
  const lost = new Promise<never>((_, reject) => {
    let timer: NodeJS.Timeout | undefined;
    redis.on("close", () => {
      timer ??= setTimeout(
        () => reject(redisError(address, complaint ?? new Error(`silence for ${PATIENCE_SECONDS} s`))),
        PATIENCE_SECONDS * 1000,
      );
    });
    redis.on("ready", () => {
      clearTimeout(timer);
      timer = undefined;
    });
    redis.on("end", () => clearTimeout(timer));
  });
  lost.catch(() => undefined); // heard, also while nobody waits for it
  return {
    redis,
    address,
    lost,
    async close(users) {
      isClosing = true; // for the connections too that BullMQ has made of this one
      if (redis.status !== "ready") redis.disconnect();
      const closed = Promise.allSettled(users.map((user) => user.close()));
      await Promise.race([closed, pause(CLOSE_SECONDS * 1000)]); // what waits for an answer may wait for ever
      redis.disconnect();
    },
  };
}

/**
 * Loads a package that only the queue needs.
 *
 * @throws BackendError with the line that installs it
 */
export async function loadOptional<Module>(packageName: "bullmq" | "ioredis"): Promise<Module> {
  try {
    return (await import(packageName)) as Module;
  } catch (error) {
    throw new BackendError({
      where: "--queue",
      expected: `${packageName}, which the queue runs on`,
      arrived: "no such package",
      hint: "npm install bullmq ioredis, or leave --queue out: threads need nothing installed",
      cause: error,
    });
  }
}

function addressOf(url: string): string {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  const isAddress =
    parsed !== undefined &&
    ["redis:", "rediss:"].includes(parsed.protocol) &&
    parsed.hostname !== "" &&
    /^(\/\d*)?$/.test(parsed.pathname); // a database is a number
  if (!isAddress) {
    throw new UsageError({
      where: "--queue",
      expected: "the address of a Redis server",
      arrived: url.replace(/\/\/.*@/, "//…@"), // whatever stands there may be a password
      hint: "redis://localhost:6379, or redis://:PASSWORD@HOST:PORT/DATABASE",
    });
  }
  return `${parsed.protocol}//${parsed.host}${parsed.pathname === "/" ? "" : parsed.pathname}`;
}

/** What Redis, or the way to it, complains of. */
export function redisError(address: string, cause: Error): BackendError {
  const { code = "" } = cause as NodeJS.ErrnoException;
  const secure = address.startsWith("rediss:") ? "; a server without TLS is redis:// with one s" : "";
  const isPassword = /WRONGPASS|NOAUTH|invalid password/i.test(cause.message);
  const hint = isPassword
    ? "write the password into the address: redis://:PASSWORD@HOST:PORT"
    : ["ECONNREFUSED", "ENOTFOUND", "ETIMEDOUT", "EHOSTUNREACH", "ECONNRESET"].includes(code)
      ? `start it (redis-server), or check host and port${secure}; what is finished is kept`
      : `check the address${secure} and the server's log; what is finished is kept`;
  return new BackendError({
    where: "--queue",
    expected: `a Redis server that answers at ${address}`,
    arrived: cause.message.replace(/\.$/, ""), // the sentence has an end of its own
    hint,
    cause,
  });
}
