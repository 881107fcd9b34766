import { lawFileOfFlags, parsePromptLaw } from "@onestep/data";
import { checkLaw, checkPrompts, exportedPrompts } from "@onestep/lab";
import { optimalStepSize } from "@onestep/theory";
import { describe, expect, it } from "vitest";

import { significant } from "../../figures/format-number.ts";
import { advice, factsOf, headline } from "./certificate-text.ts";

const checked = (flags: Parameters<typeof lawFileOfFlags>[0], prompts = 400): ReturnType<typeof checkLaw> =>
  checkLaw(parsePromptLaw(lawFileOfFlags(flags)), { seed: 0, prompts });

describe("the words of a certificate", () => {
  it("say of Theorem 1's law that it is proved, with theory's η*", () => {
    const check = checked({ context: 6, dimension: 2 });
    expect(headline(check)).toBe("The best step is one step of gradient descent, Γ* = ηI: proved.");
    expect(advice(check)).toContain("Train a layer on it");
    const { value } = optimalStepSize({ contextLength: 6, dimension: 2, noiseVariance: 0 });
    expect(factsOf(check)[0]).toEqual({ name: "η of ηI", value: significant(value, 5) });
  });

  it("say of a tilted covariance that no simple step is best", () => {
    const check = checked({ context: 6, covariates: "gaussian:covariance=[4,0.25]" });
    expect(check.conclusion).toBe("general");
    expect(headline(check)).toBe("The best step is neither ηI nor ηΣ⁻¹.");
    expect(advice(check)).toContain("No theorem gives it a simple form");
  });

  it("say of a few prompts how many would decide", () => {
    const law = lawFileOfFlags({ context: 6, dimension: 2 });
    const check = checkPrompts(exportedPrompts({ law, seed: 0 }, 300), { seed: 0 });
    expect(headline(check)).toBe("These prompts do not decide it.");
    expect(advice(check)).toMatch(/^About [\d,]+ prompts would decide it\.$/);
    expect(factsOf(check).find(({ name }) => name === "loss of the best step")?.value).toMatch(/^\d\S* ± \d\S*$/);
    expect(factsOf(check).at(-1)).toEqual({ name: "prompts tested", value: "300" });
  });
});
