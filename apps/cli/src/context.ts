import type { CommandContext } from "@stricli/core";

/** The part of the world that commands may touch: handed in, so that tests can hand in another. */
export interface Terminal {
  readonly stdout: { write(content: string | Uint8Array): unknown; readonly isTTY?: boolean };
  readonly stderr: { write(text: string): unknown; readonly isTTY?: boolean; readonly columns?: number };
  exitCode?: number | string | null | undefined;
}

/** What a command finds as `this`. Its own streams are the terminal's; `process` belongs to the argument scanner. */
export interface CliContext extends CommandContext {
  readonly terminal: Terminal;
}
