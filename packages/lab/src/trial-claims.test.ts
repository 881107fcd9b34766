import {
  add,
  identity,
  jackknifeError,
  leaveOneOut,
  matrix,
  scale,
  type LsaParameters,
  type Matrix,
} from "@onestep/core";
import { parsePromptLaw, promptMoments, type PromptLaw } from "@onestep/data";
import { inducedStep, populationLoss } from "@onestep/model";
import { expectClose } from "@onestep/testkit";
import { bestStepSize, liftToLsa, optimalStep, pretrainingLoss, singleHeadOptimum } from "@onestep/theory";
import { describe, expect, it } from "vitest";
import { FALSE_ALARM, judge, type Claim, type Verdict } from "./claim.ts";
import type { Trial } from "./experiment.ts";
import { trialOfLaw } from "./experiments/own-law.ts";
import { theorem1 } from "./experiments/theorem-1.ts";
import { theorem3 } from "./experiments/theorem-3.ts";
import { gaussianLinearPopulation } from "./gaussian-linear-law.ts";
import { optimumOfLaw } from "./optimum-of-law.ts";
import { claimsOfDeparture, claimsOfOptimum, type TrialEvidence, type TrialFindings } from "./trial-claims.ts";

const [isotropicTrial] = theorem1.trials({ dimension: 2, contextLength: 5 });
const [, , tanhTrial, shiftedTrial] = theorem3.trials({});

/** Evidence on a layer, with the estimates that an endless draw of fresh prompts would give. */
function evidenceOf(
  trial: Trial,
  parameters: LsaParameters<Matrix>,
  changes: Partial<TrialEvidence> = {},
): TrialEvidence {
  const { law } = trial;
  const moments = promptMoments(law);
  const optimum = optimumOfLaw(law, moments);
  const population = gaussianLinearPopulation(law);
  const estimate = (value: number) => ({ value, standardError: 1e-4, count: 100_000 });
  const exact = population === undefined ? undefined : populationLoss(population, parameters);
  const evenEnergy = exact?.evenEnergy ?? 0;
  const loss = exact?.loss ?? pretrainingLoss(moments, inducedStep(parameters).preconditioner).value;
  return {
    trial,
    moments,
    prediction: trial.prediction ?? optimum.preconditioner,
    optimalLoss: optimum.loss,
    population,
    parameters,
    blocks: [],
    estimates: {
      loss: estimate(loss),
      evenEnergy: estimate(evenEnergy),
      lossBeyondEven: estimate(loss - evenEnergy),
      departure: estimate(0.3),
    },
    ...changes,
  };
}

function verdictsOf({ claims }: TrialFindings): Record<string, Verdict> {
  return Object.fromEntries(
    claims.map((claim) => [claim.name, judge(claim, { falseAlarm: FALSE_ALARM }).verdict] as const),
  );
}

function claimNamed({ claims }: TrialFindings, name: string): Claim {
  return claims.find((claim) => claim.name === name) ?? expect.fail(`no claim named ${name}`);
}

function optimumOf(law: PromptLaw): Matrix {
  return optimalStep(promptMoments(law)).value.preconditioner;
}

describe("claimsOfOptimum", () => {
  const optimum = optimumOf(isotropicTrial.law);
  const all = ["step size", "preconditioner", "off-diagonal", "leakage", "excess loss", "loss on fresh prompts"];

  it("supports the optimum itself, in everything that a theorem says", () => {
    const findings = claimsOfOptimum(evidenceOf(isotropicTrial, liftToLsa(optimum)));
    expect(findings.claims.map(({ name }) => name)).toEqual(all);
    expect(new Set(Object.values(verdictsOf(findings)))).toEqual(new Set(["supported"]));
    expect(findings.notes).toEqual([]);
    for (const { source } of findings.claims)
      expect(source).toMatchObject({ key: "mahankali-2023", locator: "Theorem 1" });
  });

  it.each<[string, Matrix, string[]]>([
    ["a step 3 % too long", scale(optimum, 1.03), ["step size", "preconditioner"]],
    ["a step 1.9 % too long", scale(optimum, 1.019), []],
    [
      "two steps that differ by 6 %",
      matrix(
        2,
        2,
        [1.03, 0, 0, 0.97].map((x) => x * optimum.values[0]),
      ),
      ["preconditioner"],
    ],
    [
      "a step that turns by 1.2 %",
      add(
        optimum,
        matrix(
          2,
          2,
          [0, 0.012, -0.012, 0].map((x) => x * optimum.values[0]),
        ),
      ),
      ["off-diagonal"],
    ],
    ["half a step", scale(optimum, 0.5), ["step size", "preconditioner", "excess loss"]],
  ])("contradicts what is wrong with %s, and nothing else", (_, step, contradicted) => {
    const verdicts = verdictsOf(claimsOfOptimum(evidenceOf(isotropicTrial, liftToLsa(step))));
    expect(all.filter((name) => verdicts[name] === "contradicted")).toEqual(contradicted);
  });

  it("contradicts a layer with the right step and an even part beside it", () => {
    const leaking = liftToLsa(optimum);
    leaking.valueProjection.values[0] = 0.03; // u_x: an energy of x_qᵀM_xxᵀ S u_x, and no change of Γ while m_yx = 0
    const findings = claimsOfOptimum(evidenceOf(isotropicTrial, leaking));
    const verdicts = verdictsOf(findings);
    expect(all.filter((name) => verdicts[name] !== "supported")).toEqual(["leakage"]);
    const population = gaussianLinearPopulation(isotropicTrial.law) ?? expect.fail("Gaussian linear");
    const { oddEnergy, evenEnergy } = populationLoss(population, leaking);
    expectClose(claimNamed(findings, "leakage").observed, Math.sqrt(evenEnergy / oddEnergy), 1e-12);
  });

  it("contradicts an exact loss that fresh prompts do not show, and doubts prompts that are too few", () => {
    const evidence = evidenceOf(isotropicTrial, liftToLsa(optimum));
    const withLoss = (shift: number, standardError: number) => {
      const loss = { ...evidence.estimates.loss, value: evidence.estimates.loss.value + shift, standardError };
      return verdictsOf(claimsOfOptimum({ ...evidence, estimates: { ...evidence.estimates, loss } }));
    };
    const limit = 0.005 * evidence.optimalLoss;
    expect(withLoss(3.9 * 0.99 * limit, 0.99 * limit)["loss on fresh prompts"]).toBe("supported");
    expect(withLoss(4.1 * 0.99 * limit, 0.99 * limit)["loss on fresh prompts"]).toBe("contradicted");
    expect(withLoss(0, 1.01 * limit)["loss on fresh prompts"]).toBe("undecided");
  });

  it("leaves undecided what the spread of the run's blocks could explain", () => {
    const far = liftToLsa(scale(optimum, 1.03));
    const blocks = [0.95, 0.99, 1.07, 1.11].map((factor) => liftToLsa(scale(optimum, factor)));
    const findings = claimsOfOptimum(evidenceOf(isotropicTrial, far, { blocks }));
    expect(verdictsOf(findings)["step size"]).toBe("undecided");
    const means = leaveOneOut([0.95, 0.99, 1.07, 1.11]).map(
      (kept) => kept.reduce((sum, x) => sum + x, 0) / kept.length,
    );
    const expected = jackknifeError(means);
    expectClose(claimNamed(findings, "step size").standardError, expected * optimum.values[0], 1e-12);
  });

  it("measures the even part of a nonlinear law by fresh prompts, with the error of its square root", () => {
    const layer = liftToLsa(optimumOf(tanhTrial.law));
    const evidence = evidenceOf(tanhTrial, layer);
    expect(evidence.population).toBeUndefined();
    const odd = evidence.optimalLoss; // E f_odd² = E y² − L* at the optimum
    const oddEnergy = evidence.moments.responseSecondMoment - odd;
    const evenEnergy = { value: 0.0004 * oddEnergy, standardError: 0.0001 * oddEnergy, count: 100_000 };
    const findings = claimsOfOptimum({ ...evidence, estimates: { ...evidence.estimates, evenEnergy } });
    const leakage = claimNamed(findings, "leakage");
    expectClose(leakage.observed, 0.02, 1e-12);
    expectClose(leakage.standardError, 0.0001 / (2 * 0.02), 1e-12);
    // The even part counts in the loss, too: exact R(Γ) plus what was measured.
    expectClose(claimNamed(findings, "excess loss").observed, evenEnergy.value / evidence.optimalLoss, 1e-12);
    expect(verdictsOf(findings)["preconditioner"]).toBe("supported");
  });

  it("lets the loss decide where the best step is none at all", () => {
    const silent = liftToLsa(matrix(2, 2));
    const prediction = { ...optimumOfLaw(isotropicTrial.law).preconditioner, value: matrix(2, 2) };
    const findings = claimsOfOptimum(evidenceOf(isotropicTrial, silent, { prediction }));
    expect(findings.claims.map(({ name }) => name)).toEqual(["excess loss", "loss on fresh prompts"]);
    expect(findings.notes.join()).toMatch(/Γ\* = 0/);
  });

  it("has no step size to claim where the step is no single number", () => {
    const trial: Trial = { ...isotropicTrial, stepUnit: "none" };
    const findings = claimsOfOptimum(evidenceOf(trial, liftToLsa(optimum)));
    expect(findings.claims.map(({ name }) => name)).toEqual(all.slice(1));
  });
});

describe("claimsOfDeparture", () => {
  const { law } = shiftedTrial;
  const moments = promptMoments(law);
  const population = gaussianLinearPopulation(law) ?? expect.fail("a Gaussian linear law");
  const all = [
    "departure from every ηI",
    "loss below the best scalar step",
    "loss on fresh prompts",
    "excess over the best single head",
  ];

  it("supports the best single head", () => {
    const findings = claimsOfDeparture(evidenceOf(shiftedTrial, singleHeadOptimum(population).value.parameters));
    expect(findings.claims.map(({ name }) => name)).toEqual(all);
    expect(new Set(Object.values(verdictsOf(findings)))).toEqual(new Set(["supported"]));
    expect(findings.notes.join()).toMatch(/best step/);
  });

  it("contradicts the best step, which leaves the even part unused", () => {
    const best = liftToLsa(optimumOf(law));
    const verdicts = verdictsOf(claimsOfDeparture(evidenceOf(shiftedTrial, best)));
    expect(all.filter((name) => verdicts[name] !== "supported")).toEqual(["excess over the best single head"]);
  });

  it("contradicts the best scalar step, which departs from nothing", () => {
    const scalar = liftToLsa(scale(identity(3), bestStepSize(moments).value.stepSize));
    const evidence = evidenceOf(shiftedTrial, scalar);
    const departure = { value: 0.001, standardError: 0.001, count: 100_000 };
    const verdicts = verdictsOf(claimsOfDeparture({ ...evidence, estimates: { ...evidence.estimates, departure } }));
    expect(verdicts["departure from every ηI"]).toBe("contradicted");
    // Its loss is that of the best scalar step to the last bit or so: never below it.
    expect(verdicts["loss below the best scalar step"]).not.toBe("supported");
    expect(verdicts["excess over the best single head"]).toBe("contradicted");
  });

  it("doubts a departure that the errors could explain", () => {
    const evidence = evidenceOf(shiftedTrial, singleHeadOptimum(population).value.parameters);
    const departure = { value: 0.06, standardError: 0.01, count: 100_000 };
    const verdicts = verdictsOf(claimsOfDeparture({ ...evidence, estimates: { ...evidence.estimates, departure } }));
    expect(verdicts["departure from every ηI"]).toBe("undecided");
  });

  it("claims no departure where even the best head hardly departs: a mean that is nearly none", () => {
    const nearly = parsePromptLaw({
      contextLength: 10,
      dimension: 2,
      covariates: { law: "gaussian", covariance: 1 },
      target: { law: "linear", tasks: { law: "gaussian", mean: [0.05, 0] } },
      noise: { law: "none" },
    });
    const findings = claimsOfDeparture(evidenceOf(trialOfLaw(nearly), liftToLsa(optimumOf(nearly))));
    expect(findings.claims.map(({ name }) => name)).toEqual(all.slice(2));
    expect(findings.notes.join()).toMatch(/close to a plain gradient step/);
    expect(new Set(Object.values(verdictsOf(findings)))).toEqual(new Set(["supported"]));
  });

  it("claims no excess over a single head where nobody knows its loss", () => {
    const evidence = evidenceOf(shiftedTrial, liftToLsa(optimumOf(law)), { population: undefined });
    const findings = claimsOfDeparture(evidence);
    expect(findings.claims.map(({ name }) => name)).toEqual(all.slice(0, 3));
    expect(findings.notes.length).toBe(2);
    const below = claimNamed(findings, "loss below the best scalar step");
    expect([below.observed, below.standardError]).toEqual([evidence.estimates.loss.value, 1e-4]);
  });
});
