import { scripts, type Shell } from "../completion/shells.ts";
import type { CliContext } from "../context.ts";

/** `onestep completion`: the lines that a shell reads. */
export default function completion(this: CliContext, _flags: Record<string, never>, shell: Shell): void {
  this.terminal.stdout.write(scripts[shell]);
}
