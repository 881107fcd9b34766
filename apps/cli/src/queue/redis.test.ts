import { expect, test } from "vitest";
import { openRedis, redisError } from "./redis.ts";

test.each(["localhost", "http://localhost", "redis://", "redis://localhost/abc", ""])(
  "%j is no address",
  async (url) => {
    await expect(openRedis(url)).rejects.toThrow(/--queue: expected the address of a Redis server/);
  },
);

test("what may be a password is not said, even in an address that cannot be read", async () => {
  await expect(openRedis("redis://:pa#ss@localhost")).rejects.toThrow(/^(?!.*pa#ss).*redis:\/\/…@localhost/);
});

test("where TLS finds none, the other address is named", () => {
  const silence = Object.assign(new Error("connect ETIMEDOUT"), { code: "ETIMEDOUT" });
  expect(redisError("rediss://localhost:6379", silence).hint).toContain("redis:// with one s");
  expect(redisError("redis://localhost:6379", silence).hint).not.toContain("TLS");
});
