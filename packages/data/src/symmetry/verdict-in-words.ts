import { contradicted, stepForms } from "./conclude.ts";
import type { ExcessRiskRatio } from "./excess-risk-ratio.ts";
import type { DeclaredOptimum, StepForm, SymmetryReport } from "./symmetry-report.ts";
import type { SymmetryTest } from "./symmetry-tests.ts";

/** What a verdict is measured by. */
export interface VerdictScale {
  readonly level: number;
  readonly tolerance: number;
  readonly declared: DeclaredOptimum | undefined;
  /** Prompts. */
  readonly count: number;
}

type Findings = Omit<SymmetryReport, "sentences">;

const formula: Readonly<Record<StepForm, string>> = { "one-step": "ηI", "preconditioned-step": "ηΣ⁻¹" };

const inWords: Readonly<Record<StepForm, string>> = {
  "one-step": "One step ŷ = η x_qᵀXᵀy",
  "preconditioned-step": "One preconditioned step ŷ = η x_qᵀΣ⁻¹Xᵀy",
};

const whatFails: Readonly<Record<SymmetryTest["name"], string>> = {
  "label-signs": "changes when all responses of a prompt change sign",
  "covariate-signs": "changes when all covariates of a prompt change sign",
  "signed-permutations": "tells coordinates of the covariates apart, or their signs",
  rotations: "tells directions of the covariates apart",
};

/** The verdict in words: which theorem applies, how exactly, and what the optimum is instead. */
export function verdictInWords(findings: Findings, scale: VerdictScale): string[] {
  const { conclusion, applies } = findings;
  const opening =
    conclusion === "general"
      ? generalOptimum(findings, scale)
      : applies === "exactly"
        ? provedForm(findings, conclusion, scale)
        : practicalForm(findings, conclusion, scale);
  return [...opening, ...rejections(findings, scale)];
}

function provedForm({ momentConditions }: Findings, form: StepForm, { declared }: VerdictScale): string[] {
  const doubts = contradicted(momentConditions, form).map(({ name }) => name);
  return [
    `${inWords[form]} is optimal, exactly: ${declared?.because}.`,
    ...(doubts.length === 0 ? [] : [`But the prompts contradict ${list(doubts)}: check what the law declares.`]),
  ];
}

function practicalForm({ costs, tests }: Findings, form: StepForm, { level }: VerdictScale): string[] {
  const rejected = (name: SymmetryTest["name"]): boolean =>
    tests.some((test) => test.name === name && test.adjustedPValue <= level);
  return [
    `${inWords[form]} is optimal for practical purposes: it costs ${cost(costs[form])} of the least loss, and nothing contradicts the moment conditions that make it optimal.`,
    form === "preconditioned-step"
      ? "Theorem 2 of arXiv 2307.03576 has this conclusion."
      : !rejected("rotations")
        ? "Nothing contradicts rotation invariance, from which Theorem 3 of arXiv 2307.03576 concludes this."
        : !rejected("signed-permutations")
          ? "The law is not rotation invariant, as Theorem 3 of arXiv 2307.03576 asks, but nothing contradicts invariance under signed permutations, which is enough."
          : "No symmetry explains this: the moments alone agree.",
  ];
}

function generalOptimum(findings: Findings, { declared, tolerance, count }: VerdictScale): string[] {
  const { applies, costs, momentConditions, optimum } = findings;
  const against = stepForms.map((form) => contradicted(momentConditions, form).map(({ name }) => name));
  const excluded = stepForms.filter((_, at) => against[at].length > 0);
  const reason = declared?.because ?? `the prompts contradict ${list([...new Set(against.flat())])}`;
  const undecided = declared === undefined && excluded.length < stepForms.length;
  const evenPart = momentConditions.some(
    (condition) => condition.neededFor === "any-step" && against.flat().includes(condition.name),
  );
  const { value, standardError } = optimum.loss;
  return [
    ...(undecided ? [] : [`The optimum is neither ηI nor ηΣ⁻¹: ${reason}.`]),
    ...(undecided && excluded.length > 0 ? [`The optimum is not ${formula[excluded[0]]}: ${reason}.`] : []),
    ...(undecided ? [`${count} prompts do not establish any simple form of the optimum: draw more.`] : []),
    `${applies === "approximately" ? "It matters little: of" : "Of"} the least loss, the best ηI costs ${cost(costs["one-step"])}, the best ηΣ⁻¹ ${cost(costs["preconditioned-step"])}.`,
    ...(evenPart && costs["any-step"].estimate > tolerance
      ? [`No single step is optimal: the best one costs ${cost(costs["any-step"])}.`]
      : []),
    `The best step is x_qᵀ Γ̂ Xᵀy with Γ̂ = S⁻¹AᵀB⁻¹, and the loss of such a step is ${digits(value, 3)} ± ${digits(standardError, 2)}.`,
  ];
}

function rejections({ tests }: Findings, { level }: VerdictScale): string[] {
  return tests
    .filter(({ adjustedPValue }) => adjustedPValue <= level)
    .map(({ name, adjustedPValue }) => `The law ${whatFails[name]} (p = ${digits(adjustedPValue, 2)}).`);
}

function cost({ estimate, upper95 }: ExcessRiskRatio): string {
  return `${digits(100 * estimate, 2)} % (at most ${digits(100 * upper95, 2)} %)`;
}

function digits(value: number, significant: number): string {
  return String(Number(value.toPrecision(significant)));
}

function list(words: readonly string[]): string {
  return words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} and ${words.at(-1)}`;
}
