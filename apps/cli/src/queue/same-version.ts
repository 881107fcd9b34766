import { BackendError } from "@onestep/core";
import { version } from "../version.ts";
import type { RedisLink } from "./redis.ts";

/** All who share a queue keep this key alive; it holds their version. */
const KEY = "onestep:version";
const LIFE_SECONDS = 20;
const RENEWALS = 4;

/**
 * Holds a Redis database for this version: sweeps and workers of one version alone share a queue, because a result must
 * not depend on who computed it.
 *
 * @returns gives it up, once nobody else renews it
 * @throws BackendError where another version holds it
 */
export async function joinVersion(link: RedisLink): Promise<() => void> {
  const { redis, address } = link;
  await redis.set(KEY, version(), "EX", LIFE_SECONDS, "NX");
  const holder = await redis.get(KEY);
  if (holder !== null && holder !== version()) {
    await link.close([]);
    throw new BackendError({
      where: "--queue",
      expected: `onestep ${version()} on every machine of the queue`,
      arrived: `onestep ${holder} at ${address}`,
      hint: "install the same version everywhere, or use another database: redis://HOST:PORT/1",
    });
  }
  const renew = (): void => void redis.set(KEY, version(), "EX", LIFE_SECONDS).catch(() => undefined);
  renew();
  const timer = setInterval(renew, (LIFE_SECONDS / RENEWALS) * 1000);
  return () => clearInterval(timer);
}
