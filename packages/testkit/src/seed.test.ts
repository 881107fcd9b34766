import { afterEach, describe, expect, it, vi } from "vitest";

import { seedForTests } from "./seed.ts";

describe("seedForTests", () => {
  afterEach(() => {
    vi.unstubAllEnvs();
  });

  it("is 0 unless the run was given another", () => {
    vi.stubEnv("ONESTEP_TEST_SEED", undefined);
    expect(seedForTests()).toBe(0);
    vi.stubEnv("ONESTEP_TEST_SEED", "");
    expect(seedForTests()).toBe(0);
  });

  it("reads the seed of a fresh run", () => {
    vi.stubEnv("ONESTEP_TEST_SEED", "4294967295");
    expect(seedForTests()).toBe(4294967295);
  });

  it.each(["seven", "-1", "1.5", "4294967296"])("refuses %s rather than fall back to 0", (written) => {
    vi.stubEnv("ONESTEP_TEST_SEED", written);
    expect(() => seedForTests()).toThrow(`got "${written}"`);
  });
});
