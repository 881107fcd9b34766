import { CONTRADICTED, contradicted, formWithin, isStepForm, stepForms } from "./conclude.ts";
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
  const opening = !isStepForm(conclusion)
    ? [...(conclusion === "general" ? generalOptimum : undecided)(findings, scale), ...whatFormsCost(findings, scale)]
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

function practicalForm(findings: Findings, form: StepForm, { level }: VerdictScale): string[] {
  const { costs, tests } = findings;
  const rejected = (name: SymmetryTest["name"]): boolean =>
    tests.some((test) => test.name === name && test.adjustedPValue <= level);
  const practical = `${inWords[form]} is optimal for practical purposes: it costs ${cost(costs[form])} of the least loss`;
  return [
    `${practical}, and nothing contradicts the moment conditions that make it optimal.`,
    form === "preconditioned-step"
      ? "Theorem 2 of arXiv 2307.03576 has this conclusion."
      : !rejected("rotations")
        ? "Nothing contradicts rotation invariance, from which Theorem 3 of arXiv 2307.03576 concludes this."
        : !rejected("signed-permutations")
          ? "The law is not rotation invariant, as Theorem 3 of arXiv 2307.03576 asks, but nothing contradicts invariance under signed permutations, which is enough."
          : "No symmetry explains this: the moments alone agree.",
  ];
}

/** Why neither form will do: Γ* has another form, or no step is as good as terms even in the responses make it. */
function generalOptimum(findings: Findings, { declared, tolerance }: VerdictScale): string[] {
  const { costs, momentConditions } = findings;
  const against = momentConditions.filter(({ adjustedPValue }) => adjustedPValue <= CONTRADICTED);
  const own = against.filter(({ neededFor }) => neededFor !== "any-step").map(({ name }) => name);
  const even = against.filter(({ neededFor }) => neededFor === "any-step").map(({ name }) => name);
  const because =
    declared?.because ?? (own.length < stepForms.length ? undefined : `the prompts contradict ${list(own)}`);
  const evenHelps = costs["any-step"].lower95 > tolerance;
  const sentences = [
    ...(because === undefined ? [] : [`The best step is neither ηI nor ηΣ⁻¹: ${because}.`]),
    ...(evenHelps
      ? [
          `No single step is optimal: attention gains by terms even in the responses, and the best step costs ${cost(costs["any-step"])} of the least loss${even.length > 0 ? `; the prompts contradict ${list(even)}` : ""}.`,
        ]
      : []),
  ];
  const contradictions = list(against.map(({ name }) => name));
  return sentences.length > 0
    ? sentences
    : [`The best linear attention is no step of a known form: the prompts contradict ${contradictions}.`];
}

function undecided({ promptsNeeded }: Findings, { count }: VerdictScale): string[] {
  return [`${count} prompts do not decide the form of the optimum: draw more, about ${promptsNeeded} of them.`];
}

function whatFormsCost({ costs }: Findings, { tolerance }: VerdictScale): string[] {
  const near = formWithin({ costs, tolerance });
  return [
    ...(near === undefined ? [] : [`${inWords[near]} will do for practical purposes.`]),
    `Of the least loss, the best ηI costs ${cost(costs["one-step"])}, the best ηΣ⁻¹ ${cost(costs["preconditioned-step"])}.`,
  ];
}

function rejections({ tests }: Findings, { level }: VerdictScale): string[] {
  return tests
    .filter(({ adjustedPValue }) => adjustedPValue <= level)
    .map(({ name, adjustedPValue }) => `The law ${whatFails[name]} (p = ${digits(adjustedPValue, 2)}).`);
}

function cost({ estimate, upper95 }: ExcessRiskRatio): string {
  const share = `${digits(100 * estimate, 2)} %`;
  return upper95 === estimate ? share : `${share} (at most ${digits(100 * upper95, 2)} %)`;
}

function digits(value: number, significant: number): string {
  return String(Number(value.toPrecision(significant)));
}

function list(words: readonly string[]): string {
  return words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} and ${words.at(-1)}`;
}
