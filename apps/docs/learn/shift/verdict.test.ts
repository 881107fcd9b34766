import { describe, expect, it } from "vitest";

import { measuredVerdict, predictedVerdict } from "./verdict.ts";

const risks = { trained: 0.5, retrained: 0.4, ridge: 0.3, energy: 2 };

describe("what the page says of a shift", () => {
  it("is whether the layer is broken, worse than another, or as good as any", () => {
    expect(predictedVerdict({ ...risks, trained: 25 })).toMatch(/^Broken: an error 25\.0 times/);
    expect(predictedVerdict({ ...risks, trained: 1.5 })).toMatch(/^Broken: an error of 150 % of E y²/);
    expect(predictedVerdict(risks)).toBe("An error of 50.0 % of E y², 25.0 % above that of a layer trained here.");
    expect(predictedVerdict({ ...risks, retrained: 0.5 })).toMatch(/^It costs nothing/);
  });

  it("is a share of E y² once it is measured, held against theory at the end", () => {
    const estimate = { step: 40, prompts: 240_000, loss: 1.004, standardError: 0.002 };
    expect(measuredVerdict(risks, estimate, false)).toBe("Measured so far 0.5020 ± 0.0010 on 240,000 prompts.");
    expect(measuredVerdict(risks, estimate, true)).toBe(
      "Measured 0.5020 ± 0.0010 on 240,000 prompts, theory 0.5000: they agree, 0.400 % and 2.0 standard errors apart.",
    );
    expect(measuredVerdict(risks, { ...estimate, loss: 1.02 }, true)).toMatch(
      /: 10 standard errors apart\. Try another/,
    );
  });
});
