import type { Verdict } from "@onestep/lab";

/** Emphasis for a terminal; the plain style leaves text as it is. */
export interface Style {
  strong(text: string): string;
  faint(text: string): string;
  verdict(verdict: Verdict, text: string): string;
}

const escape = (code: number, text: string): string => `\u001b[${code}m${text}\u001b[0m`;
const verdictCodes: Readonly<Record<Verdict, number>> = { supported: 32, contradicted: 31, undecided: 33 };

/** Colour where a person watches a terminal, or asks for it (FORCE_COLOR); none where none is asked for (NO_COLOR). */
export function styleFor(stream: { readonly isTTY?: boolean }, environment: NodeJS.ProcessEnv): Style {
  const isForced = !["", "0", "false"].includes(environment["FORCE_COLOR"] ?? "");
  if ((stream.isTTY !== true && !isForced) || environment["NO_COLOR"]) {
    return { strong: (text) => text, faint: (text) => text, verdict: (_, text) => text };
  }
  return {
    strong: (text) => escape(1, text),
    faint: (text) => escape(2, text),
    verdict: (verdict, text) => escape(verdictCodes[verdict], text),
  };
}
