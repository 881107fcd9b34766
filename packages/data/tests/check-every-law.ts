import { childKey, randomKey } from "@onestep/core";
import { expectPasses, seedForTests } from "@onestep/testkit";
import { describe, expect, it } from "vitest";
import { lawShelf, type LawByKind } from "../src/catalogue.ts";
import type { LawKind } from "../src/define/law-kind.ts";
import type { PromptLaw } from "../src/prompt/prompt-law.ts";
import { promptChecks, type Check } from "../src/testing/index.ts";
import { settingsOfLaws } from "./settings-of-laws.ts";

const key = childKey(randomKey(seedForTests()), "every law");

/** What is made of a law of a kind, to be checked. */
interface Checked<Kind extends LawKind> {
  readonly checksOf: (law: LawByKind[Kind]) => readonly Check[];
  /** A prompt law with this one in it, whose other parts are plain. */
  readonly promptOf: (law: LawByKind[Kind]) => PromptLaw;
}

/**
 * Runs the checks of every law of a kind, those that a new law file brings with it, at all its settings; and at the last
 * of these, the checks of prompts made with it.
 */
export function checkEveryLaw<Kind extends LawKind>(kind: Kind, { checksOf, promptOf }: Checked<Kind>): void {
  const settings = settingsOfLaws(kind);

  it("has a setting for every law (else: give its definition `examples`)", () => {
    const names = lawShelf[kind].map(({ definition }) => definition.name);
    expect([...new Set(settings.map(({ file }) => file["law"]))]).toEqual(names);
  });

  describe.each(settings.map(({ file, law }, i) => [JSON.stringify(file), law, i] as const))("%s", (_, law, i) => {
    it.each(named(checksOf(law)))("%s", (_name, check) => {
      expectPasses(check, childKey(key, kind, i));
    });
  });

  const lastOfEach = [...new Map(settings.map((setting) => [setting.law.name, setting])).values()];
  describe.each(lastOfEach.map(({ file, law }) => [JSON.stringify(file), law] as const))("a prompt of %s", (_, law) => {
    it.each(named(promptChecks(promptOf(law))))("%s", (_name, check) => {
      expectPasses(check, childKey(childKey(key, "prompts"), law.name));
    });
  });
}

function named(checks: readonly Check[]): readonly (readonly [string, Check])[] {
  return checks.map((check) => [check.name, check] as const);
}
