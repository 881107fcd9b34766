import type { RandomStream } from "../src/random/stream.ts";

const unexpected = (): never => {
  throw new Error("the stream was asked for more than the test has scripted");
};

/** A stream that gives what a test scripts, and refuses everything else. */
export function stubStream(scripted: Partial<RandomStream>): RandomStream {
  return {
    bits: unexpected,
    uniform: unexpected,
    normal: unexpected,
    sign: unexpected,
    fillNormals: unexpected,
    ...scripted,
  };
}
