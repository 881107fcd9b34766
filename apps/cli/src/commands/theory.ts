import { toRows } from "@onestep/core";
import { nearestName, type PromptLaw } from "@onestep/data";
import { optimumOfLaw } from "@onestep/lab";
import { stepSizeOf, whitenedStepSize } from "@onestep/theory";
import type { CliContext } from "../context.ts";
import { readLawFile } from "../options/law-file.ts";
import { settle } from "../outcome.ts";
import { renderQuantity } from "../render/quantity.ts";
import { UsageError } from "../usage-error.ts";

/** The flags of `onestep theory`. */
export interface TheoryFlags {
  readonly law?: string;
  readonly json: boolean;
}

/** A closed form as the command line prints it: plain JSON with its passport. */
export interface QuantityDocument {
  readonly quantity: string;
  readonly [field: string]: unknown;
  readonly formula: string;
  readonly hypotheses: readonly string[];
  readonly source: { readonly key: string; readonly locator: string };
}

/** Every quantity that `onestep theory` prints, by name. */
export const quantities: Readonly<Record<string, (law: PromptLaw) => QuantityDocument>> = { optimum };

/** `onestep theory`: a closed form of a law, no sampling. */
export default async function theory(this: CliContext, flags: TheoryFlags, quantity: string): Promise<void> {
  await settle(this, flags, () => {
    const compute = quantities[quantity];
    if (compute === undefined) throw unknownQuantity(quantity);
    const document = compute(readLawFile(requireLaw(flags)));
    this.terminal.stdout.write(flags.json ? `${JSON.stringify(document)}\n` : renderQuantity(document));
    return Promise.resolve(0);
  });
}

/** The best step on a law. `stepSize` is a number exactly when Γ* = ηI, `whitenedStepSize` when Γ* = ηΣ⁻¹. */
function optimum(law: PromptLaw): QuantityDocument {
  const { preconditioner, loss, attains } = optimumOfLaw(law);
  const whitened = whitenedStepSize(preconditioner.value, law.covariates.covariance);
  return {
    quantity: "optimum",
    stepSize: stepSizeOf(preconditioner.value),
    ...(whitened === null ? {} : { whitenedStepSize: whitened }),
    attains,
    preconditioner: toRows(preconditioner.value),
    loss,
    formula: preconditioner.formula,
    hypotheses: preconditioner.hypotheses,
    source: preconditioner.source,
  };
}

function requireLaw({ law }: TheoryFlags): string {
  if (law !== undefined) return law;
  throw new UsageError({
    where: "theory",
    expected: "a law file",
    arrived: "no --law",
    hint: "onestep theory optimum --law law.json; onestep list laws shows what it may contain",
  });
}

function unknownQuantity(quantity: string): UsageError {
  const nearest = nearestName(quantity, Object.keys(quantities));
  return new UsageError({
    where: "theory",
    expected: `a quantity (${Object.keys(quantities).join(", ")})`,
    arrived: quantity,
    hint: nearest === undefined ? "onestep list quantities" : `did you mean ${nearest}?`,
  });
}
