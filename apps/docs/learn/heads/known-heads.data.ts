import { DEFAULT_SETTING } from "./heads-setting.ts";
import { headsTheories, type HeadsTheories } from "./heads-theory.ts";
import { softmaxLosses, type SoftmaxLosses } from "./softmax-losses.ts";

/** What the page knows before any script runs: the theory of every law it offers, and what the first softmax heads reach. */
export interface KnownHeads {
  readonly theories: HeadsTheories;
  readonly softmax: SoftmaxLosses;
}

const { contextLength, dimension } = DEFAULT_SETTING;
const loader: { load(): KnownHeads } = {
  load: () => ({ theories: headsTheories(), softmax: softmaxLosses({ contextLength, dimension }) }),
};

export declare const data: KnownHeads;
export default loader;
