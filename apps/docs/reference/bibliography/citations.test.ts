import { sources } from "@onestep/theory";
import { describe, expect, it } from "vitest";

import { citationsIn, isOf } from "./citations.ts";
import { furtherPapers } from "./further-papers.ts";

const PAGE = `# Risk

## Functions

### risk()

\`\`\`ts
### not a heading
\`\`\`

#### Source

Ahn et al. 2023, arXiv 2306.00297,
Theorem 1.

### Risk\\<T\\>

#### Source

Welford, Technometrics 4(3), 1962.
`;

it("a page's citations name their symbol and lead to it", () => {
  expect(citationsIn("/api/risk", PAGE)).toEqual([
    { name: "risk", link: "/api/risk#risk-1", citation: "Ahn et al. 2023, arXiv 2306.00297, Theorem 1." },
    { name: "Risk", link: "/api/risk#riskt", citation: "Welford, Technometrics 4(3), 1962." },
  ]);
});

describe("a citation is of a paper", () => {
  const ahn = sources.find(({ key }) => key === "ahn-2023")!;

  it("by its number, or by its first author and year", () => {
    expect(isOf(ahn, "arXiv 2306.00297, Lemma 1")).toBe(true);
    expect(isOf(ahn, "Ahn et al., 2023")).toBe(true);
    expect(isOf(ahn, "Ahn et al., 2024")).toBe(false);
  });
});

it("no paper is listed twice", () => {
  const numbers = [...sources, ...furtherPapers].flatMap(({ arXiv }) => (arXiv === undefined ? [] : [arXiv]));
  expect(new Set(numbers).size).toBe(numbers.length);
});
