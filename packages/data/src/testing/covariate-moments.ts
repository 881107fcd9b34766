import { dot, multiplyVector, outer } from "@onestep/core";
import type { CovariateLaw, FourthMoment } from "../define/define-covariates.ts";
import type { Check } from "./check.ts";
import { contextSampler } from "./context-sampler.ts";
import { drawDirection, project } from "./directions.ts";
import { meanCheck } from "./mean-check.ts";

const ROWS = 3;
/** Fourth powers are skewed: more draws make a block mean. */
const LARGE_BLOCK = 4096;

/** E x = 0, along two directions, of the first and of the last row. */
export function centredCheck(law: CovariateLaw): Check {
  return meanCheck("centred", (stream) => {
    const [u, v] = [drawDirection(stream, law.covariance), drawDirection(stream, law.covariance)];
    const { context, next } = contextSampler(law, ROWS, stream);
    return {
      claims: [
        { what: "E⟨u, x₁⟩", declared: 0 },
        { what: "E⟨v, x₃⟩", declared: 0 },
      ],
      draw(into) {
        next();
        into[0] = project(u, context);
        into[1] = project(v, context, (ROWS - 1) * law.dimension);
      },
    };
  });
}

/** E⟨u, x⟩⟨v, x⟩ = uᵀΣv, for the first row, the last row and one between. Needs four moments. */
export function secondMomentCheck(law: CovariateLaw): Check {
  const { dimension: d, covariance } = law;
  return meanCheck("second moment", (stream) => {
    const [u, v] = [drawDirection(stream, covariance), drawDirection(stream, covariance)];
    const { context, next } = contextSampler(law, ROWS, stream);
    const declared = (left: Float64Array, right: Float64Array): number =>
      dot(left, multiplyVector(covariance.matrix, right));
    return {
      claims: [
        { what: "E⟨u, x₁⟩²", declared: declared(u, u) },
        { what: "E⟨v, x₃⟩²", declared: declared(v, v) },
        { what: "E⟨u, x₂⟩⟨v, x₂⟩", declared: declared(u, v) },
      ],
      draw(into) {
        next();
        into[0] = project(u, context) ** 2;
        into[1] = project(v, context, 2 * d) ** 2;
        into[2] = project(u, context, d) * project(v, context, d);
      },
    };
  });
}

/** E⟨u, x⟩²⟨v, x⟩² = uᵀM₄(vvᵀ)u along random directions, u = v among them. Needs eight moments. */
export function fourthMomentCheck(law: CovariateLaw, fourthMoment: FourthMoment): Check {
  const { dimension: d, covariance } = law;
  return meanCheck(
    "fourth moment",
    (stream) => {
      const [u, v] = [drawDirection(stream, covariance), drawDirection(stream, covariance)];
      const { context, next } = contextSampler(law, ROWS, stream);
      const declared = (left: Float64Array, right: Float64Array): number =>
        dot(left, multiplyVector(fourthMoment(outer(right, right)), left));
      return {
        claims: [
          { what: "E⟨u, x⟩⁴", declared: declared(u, u) },
          { what: "E⟨v, x⟩⁴", declared: declared(v, v) },
          { what: "E⟨u, x⟩²⟨v, x⟩²", declared: declared(u, v) },
        ],
        draw(into) {
          next();
          into.fill(0);
          for (let offset = 0; offset < ROWS * d; offset += d) {
            const [a, b] = [project(u, context, offset) ** 2, project(v, context, offset) ** 2];
            into[0] += (a * a) / ROWS;
            into[1] += (b * b) / ROWS;
            into[2] += (a * b) / ROWS;
          }
        },
      };
    },
    LARGE_BLOCK,
  );
}
