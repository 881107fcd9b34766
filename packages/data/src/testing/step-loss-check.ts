import {
  add,
  identity,
  matrix,
  multiply,
  scale,
  traceOfProduct,
  transpose,
  type Matrix,
  type PromptMoments,
  type RandomStream,
} from "@onestep/core";
import type { PromptLaw } from "../prompt/prompt-law.ts";
import type { Check } from "./check.ts";
import { meanCheck } from "./mean-check.ts";
import { promptReader, sumsOfRows } from "./prompt-reader.ts";
import { drawKey, drawNormals, stepPrediction } from "./prompt-statistics.ts";

/**
 * The moments give the loss of any step, and with it A, the B of every stratum, and E y²:
 *
 * $$ \mathbb{E}(y_q - x_q^\top\Gamma b)^2 =
 *    \mathbb{E} y_q^2 - 2\,\mathrm{tr}(\Gamma A) + \sum_k p_k\,\mathrm{tr}(S_k \Gamma B_k \Gamma^\top) $$
 */
export function stepLossCheck(law: PromptLaw, moments: PromptMoments): Check {
  const { responseSecondMoment, crossMoment } = moments;
  const unit = responseSecondMoment > 0 ? responseSecondMoment : 1;
  return meanCheck("loss of a step", (stream) => {
    const steps = drawSteps(stream, moments);
    const predictions = steps.map(stepPrediction);
    const reader = promptReader(sumsOfRows(law), drawKey(stream));
    const correlations = steps.map((gamma) => traceOfProduct(gamma, crossMoment));
    const losses = steps.map((gamma, k) => responseSecondMoment - 2 * correlations[k] + stepEnergy(moments, gamma));
    return {
      claims: [
        { what: "E y_q²", declared: responseSecondMoment / unit },
        ...correlations.map((value, k) => ({ what: `E y_q x_qᵀΓ${k}b`, declared: value / unit })),
        ...losses.map((value, k) => ({ what: `R(Γ${k})`, declared: value / unit })),
      ],
      draw(into) {
        reader.next();
        const { batch, place } = reader;
        const response = batch.queryResponses[place];
        into[0] = (response * response) / unit;
        predictions.forEach((predict, k) => {
          const prediction = predict(batch, place);
          into[1 + k] = (response * prediction) / unit;
          into[1 + steps.length + k] = (response - prediction) ** 2 / unit;
        });
      },
    };
  });
}

/** Steps whose predictions are about as large as the responses: a multiple of the identity, and two random ones. */
function drawSteps(stream: RandomStream, moments: PromptMoments): Matrix[] {
  const { dimension: d, responseSecondMoment } = moments;
  const drawMatrix = (): Matrix => matrix(d, d, drawNormals(stream, d * d));
  return [identity(d), drawMatrix(), add(identity(d), drawMatrix())].map((gamma) => {
    const energy = stepEnergy(moments, gamma);
    return energy > 0 && responseSecondMoment > 0 ? scale(gamma, Math.sqrt(responseSecondMoment / energy)) : gamma;
  });
}

/** E(x_qᵀΓb)² */
function stepEnergy({ strata }: PromptMoments, gamma: Matrix): number {
  return strata.reduce(
    (sum, { probability, querySecondMoment, stepMoment }) =>
      sum + probability * traceOfProduct(multiply(querySecondMoment, gamma, stepMoment), transpose(gamma)),
    0,
  );
}
