import { randomKey } from "@onestep/core";
import { seedForTests } from "@onestep/testkit";
import { describe, expect, it } from "vitest";
import { settingsOfLinks } from "../../tests/settings-of-links.ts";
import { linkShelf } from "../links/shelf.ts";
import { linkChecks } from "./link-checks.ts";

describe("every link is what it declares", () => {
  it("has a setting for every link (else: give its definition `examples`)", () => {
    expect([...new Set(settingsOfLinks.map(({ name }) => name))]).toEqual(
      linkShelf.map(({ definition }) => definition.name),
    );
  });

  describe.each(settingsOfLinks)("$title", ({ link }) => {
    it.each(linkChecks(link).map((check) => [check.name, check] as const))("%s", (_name, check) => {
      const { passed, detail } = check.run({ key: randomKey(seedForTests()) });
      expect(passed, detail).toBe(true);
    });
  });
});
