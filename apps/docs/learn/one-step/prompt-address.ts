import { LARGEST_SEED } from "../../figures/seed.ts";
import { BEST_STEP, drawPrompt, EXTENT, SETTING, within, type Pair, type Prompt } from "./prompt.ts";

/** All that a reader can change. */
export interface PromptState {
  readonly seed: number;
  readonly stepSize: number;
  readonly prompt: Prompt;
}

/** The largest step size of the slider. */
export const LARGEST_STEP: number = 0.5;

/** A prompt whose points lie apart, and whose step is visibly not the minimum: the one to begin with. */
export const FIRST_SEED: number = 127;

/** A seed's own prompt, at η*. */
export function freshState(seed: number): PromptState {
  return { seed, stepSize: BEST_STEP, prompt: drawPrompt(seed) };
}

/** The address of a state: its seed, and what was moved since, as `seed=3&eta=0.2&query=0.5&pairs=1,2_-2,-3`. */
export function addressOf({ seed, stepSize, prompt }: PromptState): string {
  const drawn = drawPrompt(seed);
  const fields = [`seed=${seed}`];
  if (stepSize !== BEST_STEP) fields.push(`eta=${stepSize}`);
  if (prompt.query !== drawn.query) fields.push(`query=${prompt.query}`);
  if (textOf(prompt.pairs) !== textOf(drawn.pairs)) fields.push(`pairs=${textOf(prompt.pairs)}`);
  return fields.join("&");
}

/** The state at an address. What an address does not say, or says so that it cannot be, is as the seed drew it. */
export function stateAt(address: string): PromptState {
  const fields = new URLSearchParams(address);
  const seed = numberIn(fields.get("seed"), 0, LARGEST_SEED) ?? FIRST_SEED;
  const fresh = freshState(Math.round(seed));
  const query = numberIn(fields.get("query"), -EXTENT.x, EXTENT.x);
  return {
    seed: fresh.seed,
    stepSize: numberIn(fields.get("eta"), 0, LARGEST_STEP) ?? BEST_STEP,
    prompt: {
      pairs: pairsIn(fields.get("pairs")) ?? fresh.prompt.pairs,
      query: query === undefined ? fresh.prompt.query : within(query, EXTENT.x),
    },
  };
}

function textOf(pairs: readonly Pair[]): string {
  return pairs.map(({ x, y }) => `${x},${y}`).join("_");
}

function pairsIn(text: string | null): readonly Pair[] | undefined {
  const pairs = (text ?? "").split("_").map((pair) => {
    const [x, y, ...rest] = pair.split(",");
    const [across, up] = [numberIn(x, -EXTENT.x, EXTENT.x), numberIn(y, -EXTENT.y, EXTENT.y)];
    if (across === undefined || up === undefined || rest.length > 0) return undefined;
    return { x: within(across, EXTENT.x), y: within(up, EXTENT.y) };
  });
  const read = pairs.filter((pair) => pair !== undefined);
  return pairs.length === SETTING.contextLength && read.length === pairs.length ? read : undefined;
}

/** The number that a text is, if it is one from `from` to `to`. */
function numberIn(text: string | null | undefined, from: number, to: number): number | undefined {
  const value = text === null || text === undefined || text.trim() === "" ? Number.NaN : Number(text);
  return value >= from && value <= to ? value : undefined;
}
