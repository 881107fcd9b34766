import { assert, asyncProperty } from "fast-check";
import { describe, it } from "vitest";
import { anyLayerOnPrompts } from "../../tests/any-layer.ts";
import { expectEntriesClose } from "../../tests/expect-entries.ts";
import { partsThroughBlocks, roundingOf } from "../../tests/gram-oracle.ts";
import { float64Engine } from "../engine/float64-engine.ts";
import { inducedStep } from "./induced-step.ts";

const UNIT_ROUNDOFF = 2 ** -53;

describe("inducedStep, for any layer on any prompts", () => {
  it("is the whole layer: odd and even part add up to its prediction", async () => {
    await assert(
      asyncProperty(anyLayerOnPrompts(), async (one) => {
        const parts = partsThroughBlocks(one, inducedStep(one.parameters));
        const together = parts.map(({ odd, even }) => odd + even);
        // The products of blocks sum to the same polynomial of absolute values as uᵀGMv_q.
        const rounding = roundingOf(one, UNIT_ROUNDOFF, UNIT_ROUNDOFF).predictions;
        expectEntriesClose(await float64Engine().predict(one.parameters, one.prompts), together, rounding);
      }),
    );
  });

  it("splits by parity: negated responses negate the odd part and keep the even one", async () => {
    await assert(
      asyncProperty(anyLayerOnPrompts(), async ({ parameters, prompts }) => {
        const negated = { ...prompts, responses: prompts.responses.map((response) => -response) };
        const parts = partsThroughBlocks({ parameters, prompts }, inducedStep(parameters));
        const difference = parts.map(({ odd, even }) => even - odd);
        const rounding = roundingOf({ parameters, prompts }, UNIT_ROUNDOFF, UNIT_ROUNDOFF).predictions;
        expectEntriesClose(await float64Engine().predict(parameters, negated), difference, rounding);
      }),
    );
  });
});
