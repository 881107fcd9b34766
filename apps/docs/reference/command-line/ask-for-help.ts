import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";

import { readHelp, type HelpText } from "./help-text.ts";

const run = promisify(execFile);

/** The built command line; pages are built in the folder of the site. */
const PROGRAM = join(process.cwd(), "..", "cli", "dist", "bin.js");

/** What the command line says of itself, or of one of its commands: it is asked, not imported. */
export async function askForHelp(...command: readonly string[]): Promise<HelpText> {
  if (!existsSync(PROGRAM)) throw new Error(`the command line is not built: ${PROGRAM} is missing; npm run build`);
  const { stdout } = await run(process.execPath, [PROGRAM, ...command, "--help"]);
  return readHelp(stdout);
}
