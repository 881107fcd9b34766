import { randomKey } from "@onestep/core";
import { seedForTests } from "@onestep/testkit";
import { describe, expect, it } from "vitest";
import type { JsonObject } from "../define/json.ts";
import { linkShelf } from "../links/shelf.ts";
import { linkChecks } from "./link-checks.ts";

const settings = linkShelf.flatMap(({ definition }) => {
  const { name, parameters, examples = [] } = definition;
  const needsNothing = Object.values(parameters).every(({ fallback }) => fallback !== undefined);
  return [...(needsNothing ? [{}] : []), ...examples].map((inputs: JsonObject) => ({
    name,
    title: JSON.stringify({ name, ...inputs }),
    link: definition.build(inputs, { where: name }),
  }));
});

describe("every link is what it declares", () => {
  it("has a setting for every link (else: give its definition `examples`)", () => {
    expect([...new Set(settings.map(({ name }) => name))]).toEqual(linkShelf.map(({ definition }) => definition.name));
  });

  describe.each(settings)("$title", ({ link }) => {
    it.each(linkChecks(link).map((check) => [check.name, check] as const))("%s", (_name, check) => {
      const { passed, detail } = check.run({ key: randomKey(seedForTests()) });
      expect(passed, detail).toBe(true);
    });
  });
});
