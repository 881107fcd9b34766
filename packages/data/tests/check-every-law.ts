import { childKey, randomKey } from "@onestep/core";
import { expectPasses, seedForTests } from "@onestep/testkit";
import { describe, expect, it } from "vitest";
import { lawShelf, type LawByKind } from "../src/catalogue.ts";
import type { LawKind } from "../src/define/law-kind.ts";
import type { Check } from "../src/testing/index.ts";
import { settingsOfLaws } from "./settings-of-laws.ts";

const key = childKey(randomKey(seedForTests()), "every law");

/** Runs the checks of every law of a kind: those that a new law file brings with it. */
export function checkEveryLaw<Kind extends LawKind>(
  kind: Kind,
  checksOf: (law: LawByKind[Kind]) => readonly Check[],
): void {
  const settings = settingsOfLaws(kind);

  it("has a setting for every law (else: give its definition `examples`)", () => {
    const names = lawShelf[kind].map(({ definition }) => definition.name);
    expect([...new Set(settings.map(({ file }) => file["law"]))]).toEqual(names);
  });

  describe.each(settings.map(({ file, law }, i) => [JSON.stringify(file), law, i] as const))("%s", (_, law, i) => {
    it.each(checksOf(law).map((check) => [check.name, check] as const))("%s", (_name, check) => {
      expectPasses(check, childKey(key, kind, i));
    });
  });
}
