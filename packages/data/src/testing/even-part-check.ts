import { matrix, type Matrix } from "@onestep/core";
import type { PromptLaw } from "../prompt/prompt-law.ts";
import type { Check } from "./check.ts";
import { meanCheck } from "./mean-check.ts";
import { promptReader, sumsOfRows } from "./prompt-reader.ts";
import {
  drawKey,
  drawNormals,
  energyPart,
  inTypicalUnits,
  quadraticPart,
  stepPrediction,
} from "./prompt-statistics.ts";

/**
 * The even part of attention is orthogonal to the response, and to what a step predicts:
 *
 * $$ \mathbb{E}\,y_q\,x_q^\top e = \mathbb{E}\,(x_q^\top \Gamma b)(x_q^\top e) = 0
 *    \quad\text{for}\quad e = M S u \quad\text{and}\quad e = c\,m . $$
 */
export function evenPartCheck(law: PromptLaw): Check {
  const { dimension: d } = law;
  return meanCheck(
    "even part",
    (stream) => {
      const drawMatrix = (): Matrix => matrix(d, d, drawNormals(stream, d * d));
      const [sample, key] = [sumsOfRows(law), drawKey(stream)];
      const [response, prediction, quadratic, energy] = inTypicalUnits(
        [
          (batch, i) => batch.queryResponses[i],
          stepPrediction(drawMatrix()),
          quadraticPart(drawMatrix(), drawNormals(stream, d)),
          energyPart(drawNormals(stream, d)),
        ],
        sample,
        key,
      );
      const reader = promptReader(sample, key);
      return {
        claims: ["y_q · x_qᵀMSu", "y_q · c x_qᵀm", "x_qᵀΓb · x_qᵀMSu", "x_qᵀΓb · c x_qᵀm"].map((what) => ({
          what: `E ${what}`,
          declared: 0,
        })),
        draw(into) {
          reader.next();
          const { batch, place } = reader;
          [response, prediction].forEach((odd, j) => {
            into[2 * j] = odd(batch, place) * quadratic(batch, place);
            into[2 * j + 1] = odd(batch, place) * energy(batch, place);
          });
        },
      };
    },
    1024,
  );
}
