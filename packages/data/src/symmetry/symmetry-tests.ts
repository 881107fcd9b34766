import { childKey, holm, type PromptBatch } from "@onestep/core";
import { covariateSigns } from "./covariate-signs.ts";
import { labelSigns } from "./label-signs.ts";
import { orbitTest, type OrbitStatistics, type OrbitTestOptions } from "./orbit-test.ts";
import { promptRows, type PromptRows } from "./prompt-rows.ts";
import { rotations } from "./rotations.ts";
import { signedPermutations } from "./signed-permutations.ts";

/** One test of a symmetry. */
export interface SymmetryTest {
  readonly name: "label-signs" | "covariate-signs" | "signed-permutations" | "rotations";
  /** Exact in finite samples. */
  readonly pValue: number;
  /** Holm's, over the four tests. */
  readonly adjustedPValue: number;
}

/** The symmetries from which theorems follow, by the statistics that notice where one fails. */
export const symmetries: Readonly<Record<SymmetryTest["name"], (prompts: PromptRows) => OrbitStatistics>> = {
  "label-signs": labelSigns,
  "covariate-signs": covariateSigns,
  "signed-permutations": signedPermutations,
  rotations,
};

/** The first so many prompts are moved. The level is exact for any number; and what these do not show is slight. */
const MOST_PROMPTS = 2000;

/**
 * Tests all symmetries on the same prompts.
 *
 * @throws ShapeError, DomainError for prompts that are not a batch of finite numbers, or B < 1
 */
export function testSymmetries(prompts: PromptBatch, { key, randomizations }: OrbitTestOptions): SymmetryTest[] {
  const rows = firstPrompts(promptRows(prompts), MOST_PROMPTS);
  const names = Object.keys(symmetries) as SymmetryTest["name"][];
  const pValues = names.map((name) => orbitTest(symmetries[name](rows), { key: childKey(key, name), randomizations }));
  const adjusted = holm(pValues);
  return names.map((name, at) => ({ name, pValue: pValues[at], adjustedPValue: adjusted[at] }));
}

function firstPrompts(rows: PromptRows, most: number): PromptRows {
  return { ...rows, count: Math.min(rows.count, most) };
}
