import { childKey, holm, type PromptBatch, type RandomKey } from "@onestep/core";
import { covariateSigns } from "./covariate-signs.ts";
import { labelSigns } from "./label-signs.ts";
import { orbitTest, type OrbitStatistics } from "./orbit-test.ts";
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

/** How the tests are drawn. */
export interface SymmetryTestOptions {
  readonly key: RandomKey;
  /** B, the number of times all prompts are moved; p is at least 1/(B + 1) */
  readonly randomizations: number;
  /** Hears which test is being made, and what share of it is behind. */
  readonly onProgress?: ((doing: string, share: number) => void) | undefined;
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
export function testSymmetries(
  prompts: PromptBatch,
  { key, randomizations, onProgress }: SymmetryTestOptions,
): SymmetryTest[] {
  const rows = firstPrompts(promptRows(prompts), MOST_PROMPTS);
  const names = Object.keys(symmetries) as SymmetryTest["name"][];
  const pValues = names.map((name) =>
    orbitTest(symmetries[name](rows), {
      key: childKey(key, name),
      randomizations,
      onSample: (b) => onProgress?.(name, b / (randomizations + 1)),
    }),
  );
  const adjusted = holm(pValues);
  return names.map((name, at) => ({ name, pValue: pValues[at], adjustedPValue: adjusted[at] }));
}

function firstPrompts(rows: PromptRows, most: number): PromptRows {
  return { ...rows, count: Math.min(rows.count, most) };
}
