import type { LawCheck } from "@onestep/lab";

import { significant } from "../../figures/format-number.ts";

/** A number of a certificate, with its standard error where it is estimated. */
export interface CertificateFact {
  readonly name: string;
  readonly value: string;
}

const FORMS: Readonly<Record<LawCheck["conclusion"], string>> = {
  "one-step": "The best step is one step of gradient descent, Γ* = ηI",
  "preconditioned-step": "The best step is one preconditioned step, Γ* = ηΣ⁻¹",
  general: "The best step is neither ηI nor ηΣ⁻¹",
  undecided: "These prompts do not decide it",
};

const FAR: Readonly<Record<LawCheck["applies"], string>> = {
  exactly: ": proved",
  approximately: ", within 1 % of its risk",
  no: "",
  undecided: "",
};

/** The conclusion in a line. */
export function headline({ conclusion, applies }: LawCheck): string {
  return `${FORMS[conclusion]}${FAR[applies]}.`;
}

/** What a reader can do next. */
export function advice(check: LawCheck): string {
  const { conclusion, applies, promptsNeeded } = check;
  if (conclusion === "undecided" || applies === "undecided") {
    return promptsNeeded === undefined
      ? "Say more of the law: what it declares can be proved, where prompts are silent."
      : `About ${promptsNeeded.toLocaleString("en")} prompts would decide it.`;
  }
  if (conclusion === "general") {
    return "No theorem gives it a simple form. Train a layer: the Γ below is what it can come to.";
  }
  return "Train a layer on it and watch Γ come there.";
}

/** The best step and its loss. */
export function factsOf({ optimum, prompts }: LawCheck): readonly CertificateFact[] {
  const { stepSize, whitenedStepSize, loss } = optimum;
  const errors = "standardError" in optimum ? optimum : undefined;
  const size = (name: string, value: number | null | undefined, error: number | undefined): CertificateFact[] =>
    value === null || value === undefined ? [] : [{ name, value: withError(value, error) }];
  return [
    ...size("η of ηI", stepSize, errors?.stepSizeStandardError),
    ...(stepSize === null ? size("η of ηΣ⁻¹", whitenedStepSize, errors?.whitenedStepSizeStandardError) : []),
    {
      name: "loss of the best step",
      value: typeof loss === "number" ? withError(loss, undefined) : withError(loss.estimate, loss.standardError),
    },
    { name: "prompts tested", value: prompts.toLocaleString("en") },
  ];
}

function withError(value: number, error: number | undefined): string {
  return error === undefined ? significant(value, 5) : `${significant(value, 4)} ± ${significant(error, 2)}`;
}
