import { nearestName } from "@onestep/data";
import { quantities, type Quantity, type QuantityDocument } from "@onestep/lab";
import type { PromptLaw } from "@onestep/data";
import type { CliContext } from "../context.ts";
import { readLawFile } from "../options/law-file.ts";
import { optionsOf, usageOf } from "../options/quantity-options.ts";
import { settle } from "../outcome.ts";
import { renderQuantity } from "../render/quantity.ts";
import { styleFor } from "../render/style.ts";
import { UsageError } from "../errors.ts";

/** The flags of `onestep theory`, besides the options of its quantities. */
export interface TheoryFlags {
  readonly law?: string;
  readonly seed: number;
  readonly json: boolean;
}

/** `onestep theory`: what is known of a law without training on it, with formula, hypotheses and source. */
export default async function theory(this: CliContext, flags: TheoryFlags, name: string): Promise<void> {
  await settle(this, flags, () => {
    const { stdout } = this.terminal;
    const quantity = quantities.find((one) => one.name === name);
    if (quantity === undefined) throw unknownQuantity(name);
    const options = optionsOf(quantity, { ...flags });
    const document: QuantityDocument = quantity.compute({ law: lawFor(quantity, flags), options, seed: flags.seed });
    const style = styleFor(stdout, process.env);
    stdout.write(flags.json ? `${JSON.stringify(document)}\n` : renderQuantity(document, quantity.summary, style));
    return Promise.resolve(0);
  });
}

function lawFor(quantity: Quantity, { law }: TheoryFlags): PromptLaw | undefined {
  if (quantity.needsLaw === (law !== undefined)) return law === undefined ? undefined : readLawFile(law);
  throw new UsageError({
    where: `theory ${quantity.name}`,
    expected: quantity.needsLaw ? "a law file" : "no law: it depends on the sizes alone",
    arrived: quantity.needsLaw ? "no --law" : "--law",
    hint: quantity.needsLaw ? `${usageOf(quantity)}; onestep list laws shows what it may contain` : usageOf(quantity),
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
