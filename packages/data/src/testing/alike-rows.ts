import { cos, sin } from "@onestep/core";
import type { CovariateLaw } from "../define/define-covariates.ts";
import type { Check } from "./check.ts";
import { contextSampler } from "./context-sampler.ts";
import { drawDirection, project } from "./directions.ts";
import { meanCheck } from "./mean-check.ts";

const ROWS = 12;
const FREQUENCY = 1.5;

/**
 * Every row has the law of the first: Σ ±h(xᵢ) has mean 0 where half of the signs are negative, for h the sine and the
 * cosine of ⟨u, x⟩. The signs alternate in one sum, and change once in the other.
 */
export function alikeRowsCheck(law: CovariateLaw): Check {
  return meanCheck(
    "rows of one law",
    (stream) => {
      const u = drawDirection(stream, law.covariance).map((entry) => FREQUENCY * entry);
      const { context, next } = contextSampler(law, ROWS, stream);
      return {
        claims: ["alternating", "early less late"].flatMap((signs) => [
          { what: `Σ ±E sin⟨u, xᵢ⟩, ${signs}`, declared: 0 },
          { what: `Σ ±E cos⟨u, xᵢ⟩, ${signs}`, declared: 0 },
        ]),
        draw(into) {
          next();
          into.fill(0);
          for (let row = 0; row < ROWS; row++) {
            const along = project(u, context, row * law.dimension);
            const [sine, cosine] = [sin(along), cos(along)];
            const [alternating, early] = [row % 2 === 0 ? 1 : -1, row < ROWS / 2 ? 1 : -1];
            into[0] += alternating * sine;
            into[1] += alternating * cosine;
            into[2] += early * sine;
            into[3] += early * cosine;
          }
        },
      };
    },
    512,
  );
}
