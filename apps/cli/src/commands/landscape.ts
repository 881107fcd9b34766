import { landscape } from "@onestep/lab";
import type { CliContext } from "../context.ts";
import { readModelOnLaw, type ModelSource } from "../options/model-source.ts";
import { settle } from "../outcome.ts";
import { renderLandscape } from "../render/landscape.ts";
import { styleFor } from "../render/style.ts";

/** The flags of `onestep landscape`. */
export interface LandscapeFlags extends ModelSource {
  readonly tolerance: number;
  readonly json: boolean;
  readonly quiet: boolean;
}

/** `onestep landscape`: is this point a global minimum? */
export default async function judge(this: CliContext, flags: LandscapeFlags): Promise<void> {
  await settle(this, flags, async () => {
    const { stdout } = this.terminal;
    const { model, law } = readModelOnLaw("landscape", flags);
    const found = await landscape(model, law, { tolerance: flags.tolerance });
    const style = styleFor(stdout, process.env);
    stdout.write(flags.json ? `${JSON.stringify(found)}\n` : renderLandscape(found, style, flags.quiet));
    return 0;
  });
}
