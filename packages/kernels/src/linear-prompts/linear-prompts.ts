import type { PromptBatch, RandomKey } from "@onestep/core";
import { MOST_DIMENSION, normalsModule } from "../normals/normals-module.ts";
import { fillByFours } from "./by-fours.ts";
import type { NormalMap } from "./normal-map.ts";
import { fillOneByOne } from "./twin.ts";

/** How the prompts of a linear Gaussian law are made of standard normals. */
export interface LinearPrompts {
  /** n */
  readonly contextLength: number;
  /** d */
  readonly dimension: number;
  /** Queries a prompt. */
  readonly queries: number;
  readonly rows: NormalMap;
  readonly queryRows: NormalMap;
  readonly taskVectors: NormalMap;
  /** σ */
  readonly deviation: number;
}

/** Which prompts: `from`, …, `from` + `count` − 1 of a key. */
export interface PromptRange {
  readonly key: RandomKey;
  readonly from: number;
  readonly count: number;
}

/**
 * Draws prompts y = ⟨w, x⟩ + σε. Prompt i lives at `key/prompt:i`: its task at `task`, its rows at `covariates`, their
 * noise at `noise`, and query q with its own noise at `query:q`.
 *
 * @param into the arrays of `count` prompts, written anew
 * @throws DomainError unless all indices are below 2⁵³
 */
export function fillLinearPrompts(prompts: LinearPrompts, range: PromptRange, into: PromptBatch): void {
  const { rows, queryRows, taskVectors, dimension } = prompts;
  const module = dimension <= MOST_DIMENSION ? normalsModule() : undefined;
  if (module !== undefined && rows.affine && queryRows.affine && taskVectors.affine) {
    const maps = { rows: rows.affine, queryRows: queryRows.affine, taskVectors: taskVectors.affine };
    fillByFours(module, { ...prompts, ...maps }, range, into);
  } else fillOneByOne(prompts, range, into);
}
