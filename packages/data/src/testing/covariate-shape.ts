import {
  cos,
  dot,
  exp,
  log1p,
  multiply,
  multiplyVector,
  openStream,
  outer,
  sin,
  transpose,
  type RandomStream,
} from "@onestep/core";
import { whitener } from "../moments/whitener.ts";
import type { CovariateLaw } from "../define/define-covariates.ts";
import { exactCheck, type Check } from "./check.ts";
import { contextSampler } from "./context-sampler.ts";
import { drawDirection, project } from "./directions.ts";
import { meanCheck } from "./mean-check.ts";

// Bounded statistics: they have a mean where the law itself has few moments.

const FREQUENCIES = [1, 2];
/** What a rule for a heavy tail leaves out of its fourth power. */
const QUADRATURE = 1e-9;

/** x = √t·Lz with z ~ N(0, I): E cos⟨u, x⟩ = E exp(−t uᵀΣu/2), with scales t drawn on their own. */
export function scaleMixtureCheck(law: CovariateLaw, drawScale: NonNullable<CovariateLaw["drawScale"]>): Check {
  return characteristicCheck("scale mixture", law, drawScale);
}

/** Gaussian rows: the same with t = 1. */
export function gaussianCheck(law: CovariateLaw): Check {
  return characteristicCheck("Gaussian rows", law, () => 1);
}

/** Along a random direction and along a whitened coordinate, and of the length, all given t. */
function characteristicCheck(name: string, law: CovariateLaw, drawScale: (stream: RandomStream) => number): Check {
  const { dimension: d } = law;
  return meanCheck(name, (stream) => {
    const whiten = whitener(law.covariance);
    const first = multiplyVector(
      whiten,
      Float64Array.from({ length: d }, (_, i) => (i === 0 ? 1 : 0)),
    );
    const directions = [drawDirection(stream, law.covariance), first];
    const inverse = multiply(whiten, transpose(whiten));
    const { context, next } = contextSampler(law, 1, stream);
    return {
      claims: [
        ...directions.flatMap((_, k) =>
          FREQUENCIES.map((s) => ({ what: `E cos ${s}⟨u${k}, x⟩ − E exp(−${s}²t/2)`, declared: 0 })),
        ),
        { what: "E exp(−xᵀΣ⁻¹x/2d) − E(1 + t/d)^(−d/2)", declared: 0 },
      ],
      draw(into) {
        next();
        const t = drawScale(stream);
        let at = 0;
        for (const u of directions) {
          const along = project(u, context);
          for (const s of FREQUENCIES) into[at++] = cos(s * along) - exp((-s * s * t) / 2);
        }
        const square = dot(context, multiplyVector(inverse, context));
        into[at] = exp(-square / (2 * d)) - exp((-d / 2) * log1p(t / d));
      },
    };
  });
}

/** The coordinates of a row have the law that `coordinateExpectation` integrates over. */
export function coordinateCheck(
  law: CovariateLaw,
  expectation: NonNullable<CovariateLaw["coordinateExpectation"]>,
): Check {
  const { dimension: d, covariance } = law;
  return meanCheck("law of a coordinate", (stream) => {
    const { context, next } = contextSampler(law, 1, stream);
    const deviation = Math.sqrt(covariance.matrix.values[0]);
    const places = d === 1 ? [0] : [0, d - 1];
    return {
      claims: places.flatMap((i) =>
        FREQUENCIES.flatMap((s) => [
          { what: `E cos ${s}x${i}`, declared: expectation((x) => cos((s * x) / deviation)) },
          { what: `E sin ${s}x${i}`, declared: expectation((x) => sin((s * x) / deviation)) },
        ]),
      ),
      draw(into) {
        next();
        let k = 0;
        for (const i of places) {
          for (const s of FREQUENCIES) {
            into[k++] = cos((s * context[i]) / deviation);
            into[k++] = sin((s * context[i]) / deviation);
          }
        }
      },
    };
  });
}

/**
 * The moments that are declared are those of independent coordinates of the law that `coordinateExpectation` integrates
 * over. With m_k = E zᵏ and m₁ = 0,
 *
 * $$ \mathbb{E}\langle u,x\rangle^2\langle v,x\rangle^2 =
 *    m_2^2\,(\|u\|^2\|v\|^2 + 2\langle u,v\rangle^2) + (m_4 - 3 m_2^2) \sum_i u_i^2 v_i^2 $$
 */
export function coordinateMomentsCheck(
  law: CovariateLaw,
  expectation: NonNullable<CovariateLaw["coordinateExpectation"]>,
): Check {
  const { covariance, dimension, fourthMoment, declares } = law;
  return exactCheck("moments by quadrature", (key) => {
    const [m1, m2] = [expectation((x) => x), expectation((x) => x * x)];
    for (let i = 0; i < dimension; i++) {
      for (let j = 0; j <= i; j++) {
        const declared = covariance.matrix.values[i * dimension + j];
        const integrated = i === j ? m2 : m1 * m1;
        if (!(Math.abs(declared - integrated) <= QUADRATURE * m2)) {
          return `Σ[${i}][${j}] is declared ${declared} and integrated ${integrated}`;
        }
      }
    }
    if (fourthMoment === undefined || !declares.centered) return undefined;
    const m4 = expectation((x) => x ** 4);
    const stream = openStream(key);
    const [u, v] = [drawDirection(stream, covariance), drawDirection(stream, covariance)];
    const shared = u.reduce((sum, ui, i) => sum + (ui * v[i]) ** 2, 0);
    const integrated = m2 ** 2 * (dot(u, u) * dot(v, v) + 2 * dot(u, v) ** 2) + (m4 - 3 * m2 ** 2) * shared;
    const declared = dot(u, multiplyVector(fourthMoment(outer(v, v)), u));
    if (Math.abs(declared - integrated) <= QUADRATURE * integrated) return undefined;
    return `E⟨u,x⟩²⟨v,x⟩² is declared ${declared} and integrated ${integrated}`;
  });
}
