import { nearestName } from "@onestep/data";
import { quantities, type Quantity, type QuantityDocument } from "@onestep/lab";
import type { PromptLaw } from "@onestep/data";
import type { CliContext } from "../context.ts";
import { lawFlagsAmong, namesParts, type LawSource } from "../options/law-flags.ts";
import { readLaw } from "../options/read-law.ts";
import { optionsOf, usageOf } from "../options/quantity-options.ts";
import { settle } from "../outcome.ts";
import { renderQuantity } from "../render/quantity.ts";
import { styleFor } from "../render/style.ts";
import { UsageError } from "../errors.ts";

/** The flags of `onestep theory`, besides the options of its quantities. */
export interface TheoryFlags extends LawSource {
  readonly seed: number;
  readonly json: boolean;
}

/** `onestep theory`: what is known of a law without training on it, with formula, hypotheses and source. */
export default async function theory(this: CliContext, flags: TheoryFlags, name: string): Promise<void> {
  await settle(this, flags, () => {
    const { stdout } = this.terminal;
    const quantity = quantities.find((one) => one.name === name);
    if (quantity === undefined) throw unknownQuantity(name);
    const law = lawFor(quantity, flags);
    const options = optionsOf(quantity, { ...flags });
    const document: QuantityDocument = quantity.compute({ law, options, seed: flags.seed });
    const style = styleFor(stdout, process.env);
    stdout.write(flags.json ? `${JSON.stringify(document)}\n` : renderQuantity(document, quantity.summary, style));
    return Promise.resolve(0);
  });
}

/** The sizes of a quantity that needs no law are options of its own. */
function lawFor(quantity: Quantity, flags: TheoryFlags): PromptLaw | undefined {
  const where = `theory ${quantity.name}`;
  if (quantity.needsLaw) {
    if (flags.law !== undefined || lawFlagsAmong(flags).length > 0) return readLaw(where, flags);
    throw new UsageError({
      where,
      expected:
        "a law: --law FILE, or --covariates, --target, --tasks, --noise, --query, --queries, --context, --dimension",
      arrived: "none of them",
      hint: `${usageOf(quantity)}; onestep list laws shows what there is`,
    });
  }
  if (flags.law === undefined && !namesParts(flags)) return undefined;
  throw new UsageError({
    where,
    expected: "no law: it depends on the sizes alone",
    arrived: flags.law === undefined ? lawFlagsAmong(flags)[0] : "--law",
    hint: usageOf(quantity),
  });
}

function unknownQuantity(name: string): UsageError {
  const names = quantities.map((quantity) => quantity.name);
  return new UsageError({
    where: "theory",
    expected: `a quantity (${names.join(", ")})`,
    arrived: name,
    hint: `did you mean ${nearestName(name, names) ?? "optimum"}? onestep list quantities says what each is`,
  });
}
