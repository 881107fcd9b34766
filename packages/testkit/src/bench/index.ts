export { boxMuller } from "./box-muller.ts";
export { interleave, type Rounds } from "./interleave.ts";
