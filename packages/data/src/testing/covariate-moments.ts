import { dot, multiplyVector, outer, type RandomStream } from "@onestep/core";
import type { CovariateLaw, FourthMoment } from "../define/define-covariates.ts";
import type { Check } from "./check.ts";
import { contextSampler } from "./context-sampler.ts";
import { drawFrame, pairsOf, project } from "./directions.ts";
import { meanCheck, type MeanClaim, type MeanExperiment } from "./mean-check.ts";

/** Rows that are averaged; that they have one law is a check of its own. */
const ROWS = 3;
const DIRECTIONS = 4;
/** Fourth powers are skewed: more draws make a block mean, and fewer directions are enough. */
const LARGE_BLOCK = 4096;
const DIRECTIONS_OF_FOURTH = 3;

/** E x = 0, along orthogonal directions. */
export function centredCheck(law: CovariateLaw): Check {
  return meanCheck("centred", (stream) => {
    const frame = drawFrame(stream, law.covariance, DIRECTIONS);
    const claims = frame.map((_, k) => ({ what: `E⟨u${k}, x⟩`, declared: 0 }));
    return overRows(law, stream, frame, claims, (along, into) => {
      for (let k = 0; k < into.length; k++) into[k] += along[k] / ROWS;
    });
  });
}

/** E⟨u, x⟩⟨v, x⟩ = uᵀΣv, along orthogonal directions, each with each. Needs four moments. */
export function secondMomentCheck(law: CovariateLaw): Check {
  return meanCheck("second moment", (stream) => {
    const frame = drawFrame(stream, law.covariance, DIRECTIONS);
    const pairs = pairsOf(frame.length);
    const claims = pairs.map(([j, k]) => ({
      what: `E⟨u${j}, x⟩⟨u${k}, x⟩`,
      declared: dot(frame[j], multiplyVector(law.covariance.matrix, frame[k])),
    }));
    return overRows(law, stream, frame, claims, (along, into) => {
      pairs.forEach(([j, k], at) => (into[at] += (along[j] * along[k]) / ROWS));
    });
  });
}

/** E⟨u, x⟩²⟨v, x⟩² = uᵀM₄(vvᵀ)u along orthogonal directions, each with each. Needs eight moments. */
export function fourthMomentCheck(law: CovariateLaw, fourthMoment: FourthMoment): Check {
  return meanCheck(
    "fourth moment",
    (stream) => {
      const frame = drawFrame(stream, law.covariance, DIRECTIONS_OF_FOURTH);
      const pairs = pairsOf(frame.length);
      const claims = pairs.map(([j, k]) => ({
        what: `E⟨u${j}, x⟩²⟨u${k}, x⟩²`,
        declared: dot(frame[j], multiplyVector(fourthMoment(outer(frame[k], frame[k])), frame[j])),
      }));
      return overRows(law, stream, frame, claims, (along, into) => {
        pairs.forEach(([j, k], at) => (into[at] += (along[j] * along[k]) ** 2 / ROWS));
      });
    },
    LARGE_BLOCK,
  );
}

/** Adds up a statistic of the projections of each of a few rows. */
function overRows(
  law: CovariateLaw,
  stream: RandomStream,
  frame: readonly Float64Array[],
  claims: readonly MeanClaim[],
  add: (along: Float64Array, into: Float64Array) => void,
): MeanExperiment {
  const { context, next } = contextSampler(law, ROWS, stream);
  const along = new Float64Array(frame.length);
  return {
    claims,
    draw(into) {
      next();
      into.fill(0);
      for (let offset = 0; offset < context.length; offset += law.dimension) {
        frame.forEach((u, k) => (along[k] = project(u, context, offset)));
        add(along, into);
      }
    },
  };
}
