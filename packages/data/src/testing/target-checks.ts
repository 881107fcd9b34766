import { AssumptionError, cos, dot, multiplyVector, sin, type RandomStream } from "@onestep/core";
import { gaussianCovariates } from "../covariates/gaussian.ts";
import type { CovariateLaw } from "../define/define-covariates.ts";
import type { DrawTarget, TargetLaw, TargetMoments } from "../define/define-target.ts";
import type { Check } from "./check.ts";
import { contextSampler } from "./context-sampler.ts";
import { drawDirection, project } from "./directions.ts";
import { drawElement, move, type Group } from "./invariance-check.ts";
import { meanCheck } from "./mean-check.ts";
import { targetDrawsCheck } from "./target-draws.ts";

/** What a target is checked on. */
export interface TargetCheckOptions {
  /** The covariates of the context, over which moments are declared; left out, Gaussian and anisotropic. */
  readonly covariates?: CovariateLaw;
  /** The covariates of the query; left out, Gaussian with a covariance between the context's and the identity. */
  readonly queryCovariates?: CovariateLaw;
}

/**
 * Everything that a law of targets declares, as checks against its own draws. Moments are checked where the law states
 * them for the given covariates, symmetries over isotropic ones.
 *
 * @example
 * const checks = targetChecks(singleIndexTarget({ dimension: 2, link: "tanh" }));
 * checks.map(({ name }) => name); // => ["draws", "moments", "sign symmetry", "invariance under rotations"]
 */
export function targetChecks(law: TargetLaw, options: TargetCheckOptions = {}): readonly Check[] {
  const variances = Array.from({ length: law.dimension }, (_, i) => 1.5 / (i + 1));
  const context = options.covariates ?? gaussianCovariates({ covariance: variances });
  const query =
    options.queryCovariates ?? gaussianCovariates({ covariance: variances.map((variance) => (1 + variance) / 2) });
  const moments = declaredMoments(law, context, query);
  const { signSymmetric, invariance } = law.declares;
  return [
    targetDrawsCheck(law, context),
    moments !== undefined && targetMomentsCheck(law, context, query, moments),
    signSymmetric && signSymmetryCheck(law),
    invariance !== "none" && targetInvarianceCheck(law, invariance),
  ].filter((check) => check !== false);
}

function declaredMoments(law: TargetLaw, context: CovariateLaw, query: CovariateLaw): TargetMoments | undefined {
  try {
    return law.over(context).moments(context, query);
  } catch (error) {
    if (error instanceof AssumptionError) return undefined;
    throw error;
  }
}

/** E f(x_q)², C, E ββ_qᵀ and E[f² x xᵀ] along random directions, in units of E f(x_q)². */
function targetMomentsCheck(
  law: TargetLaw,
  context: CovariateLaw,
  query: CovariateLaw,
  { secondMoment, contextMoment, crossMoment, energy }: TargetMoments,
): Check {
  const { draw } = law.over(context);
  const unit = secondMoment > 0 ? secondMoment : 1;
  return meanCheck(
    "moments",
    (stream) => {
      const [u, v] = [drawDirection(stream, context.covariance), drawDirection(stream, query.covariance)];
      const [rows, queries] = [contextSampler(context, 2, stream), contextSampler(query, 1, stream)];
      return {
        claims: [
          { what: "E f(x_q)²", declared: secondMoment / unit },
          { what: "uᵀCu", declared: dot(u, multiplyVector(contextMoment, u)) / unit },
          { what: "uᵀ E ββ_qᵀ v", declared: dot(u, multiplyVector(crossMoment, v)) / unit },
          { what: "E f(x)²⟨u, x⟩²", declared: dot(u, multiplyVector(energy, u)) / unit },
        ],
        draw(into) {
          rows.next();
          queries.next();
          const target = draw(stream);
          const [x, xq] = [rows.context, queries.context];
          const [fq, f1, f2] = [target.at(xq, 0), target.at(x, 0), target.at(x, law.dimension)];
          const [along1, along2] = [project(u, x), project(u, x, law.dimension)];
          into[0] = (fq * fq) / unit;
          into[1] = (f1 * along1 * f2 * along2) / unit;
          into[2] = (f1 * along1 * fq * project(v, xq)) / unit;
          into[3] = (f1 * f1 * along1 * along1) / unit;
        },
      };
    },
    4096, // powers of a target are skewed
  );
}

/** −f has the law of f: odd functions of its values at two points have mean 0. */
function signSymmetryCheck(law: TargetLaw): Check {
  return meanCheck("sign symmetry", (stream) => {
    const { points, draw, unit } = fixedPoints(law, stream);
    return {
      claims: ["f(p₁)", "f(p₁) + f(p₂)", "f(p₁) + 2f(p₂)"].map((what) => ({ what: `E sin(${what})`, declared: 0 })),
      draw(into) {
        const target = draw(stream);
        const [first, second] = [target.at(points, 0) / unit, target.at(points, law.dimension) / unit];
        for (let k = 0; k < 3; k++) into[k] = sin(first + k * second);
      },
    };
  });
}

/** x ↦ f(Ux) has the law of f: bounded functions of the values at two points keep their means when the points move. */
function targetInvarianceCheck(law: TargetLaw, group: Group): Check {
  const { dimension: d } = law;
  return meanCheck(`invariance under ${group}`, (stream) => {
    const { points, draw, unit } = fixedPoints(law, stream);
    const moved = new Float64Array(points.length);
    return {
      claims: ["f(p₁)", "f(p₁) + f(p₂)", "f(p₁) − f(p₂)"].flatMap((what) => [
        { what: `change of E cos(${what})`, declared: 0 },
        { what: `change of E sin(${what})`, declared: 0 },
      ]),
      draw(into) {
        move(points, drawElement(group, d, stream), moved);
        const target = draw(stream);
        const [here, there] = [points, moved].map((at) => [target.at(at, 0) / unit, target.at(at, d) / unit]);
        [0, 1, -1].forEach((factor, k) => {
          const [before, after] = [here[0] + factor * here[1], there[0] + factor * there[1]];
          into[2 * k] = cos(after) - cos(before);
          into[2 * k + 1] = sin(after) - sin(before);
        });
      },
    };
  });
}

/** Two points of isotropic covariates, the law of the target over these, and the typical size of its values there. */
function fixedPoints(
  law: TargetLaw,
  stream: RandomStream,
): { readonly points: Float64Array; readonly draw: DrawTarget; readonly unit: number } {
  const covariates = gaussianCovariates({ dimension: law.dimension });
  const { draw } = law.over(covariates);
  const points = new Float64Array(2 * law.dimension);
  covariates.drawRows(stream, 2, points, 0);
  let square = 0;
  for (let i = 0; i < PILOT; i++) square += draw(stream).at(points, 0) ** 2 / PILOT;
  return { points, draw, unit: square > 0 ? Math.sqrt(square) : 1 };
}

const PILOT = 256;
