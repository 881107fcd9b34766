import { contributionsOf, identify, identifyPredictions, type Identification } from "@onestep/lab";
import type { CliContext } from "../context.ts";
import { UsageError } from "../errors.ts";
import { lawGiven, readModelOnLaw, type ModelOnLaw, type ModelSource } from "../options/model-source.ts";
import { readPredictions } from "../options/predictions-file.ts";
import { readPromptsFile } from "../options/prompts-file.ts";
import { settle } from "../outcome.ts";
import { renderExplanation, renderIdentification } from "../render/identification.ts";
import { styleFor } from "../render/style.ts";

/** The flags of `onestep identify`. */
export interface IdentifyFlags extends ModelSource {
  readonly predictions?: string;
  readonly prompt?: string;
  readonly draws?: number;
  readonly steps?: number;
  readonly tolerance: number;
  readonly seed: number;
  readonly json: boolean;
  readonly quiet: boolean;
}

/** `onestep identify`: which algorithm is this model? */
export default async function which(this: CliContext, flags: IdentifyFlags): Promise<void> {
  await settle(this, flags, async () => {
    const { stdout } = this.terminal;
    const style = styleFor(stdout, process.env);
    const known = flags.predictions === undefined ? readModelOnLaw("identify", flags) : undefined;
    if (known !== undefined && flags.prompt !== undefined) {
      const explanation = await contributionsOf(known.model, readPromptsFile(flags.prompt, "--prompt"));
      stdout.write(flags.json ? `${JSON.stringify(explanation)}\n` : renderExplanation(explanation, style));
      return 0;
    }
    const found = await identified(known, flags);
    stdout.write(flags.json ? `${JSON.stringify(found)}\n` : renderIdentification(found, style, flags.quiet));
    return 0;
  });
}

async function identified(known: ModelOnLaw | undefined, flags: IdentifyFlags): Promise<Identification> {
  const { predictions, prompt, draws, steps, seed, tolerance } = flags;
  const options = {
    seed,
    tolerance,
    ...(draws === undefined ? {} : { draws }),
    ...(steps === undefined ? {} : { mostSteps: steps }),
  };
  if (known !== undefined) return identify(known.model, known.law, options);
  const [other] = Object.entries({ run: flags.run, weights: flags.weights, prompt, draws }).filter(
    ([, value]) => value !== undefined,
  );
  if (other === undefined) {
    const { prompts, predictions: said } = readPredictions(predictions!);
    return identifyPredictions(prompts, said, lawGiven("identify", flags), options);
  }
  throw new UsageError({
    where: "identify",
    expected: "--predictions alone: they are all that is known of their model",
    arrived: `--${other[0]} beside it`,
    hint: "leave one of them out",
  });
}
