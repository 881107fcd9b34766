import { dot, multiplyVector, openStream, randomKey, zeros, type Matrix } from "@onestep/core";
import type { CovariateLaw } from "../define/define-covariates.ts";
import type { QueryMoments, TargetLaw, TargetMoments } from "../define/define-target.ts";
import type { Check } from "./check.ts";
import { contextSampler } from "./context-sampler.ts";
import { drawDirection, drawFrame, project } from "./directions.ts";
import { meanCheck } from "./mean-check.ts";
import { drawKey } from "./prompt-statistics.ts";

/** Powers of a target are skewed: more draws make a block mean. */
const LARGE_BLOCK = 4096;
/** Rows and queries at which each target is asked for. */
const POINTS = 3;
const DIRECTIONS = 3;
const CORRELATION = 0.6;
const TARGETS = 3;

/**
 * E f(x_q)², C, E ββ_qᵀ and E[f² x xᵀ], in units of E f(x_q)²: along orthogonal directions u of the context and v of the
 * query, and on average over these, where errors of one sign add up and noise does not.
 */
export function targetMomentsCheck(
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
      const rotation = drawKey(stream);
      const [frame, queryFrame] = [context, query].map(({ covariance }) =>
        drawFrame(openStream(rotation), covariance, DIRECTIONS),
      );
      const [rows, queries] = [contextSampler(context, POINTS, stream), contextSampler(query, POINTS, stream)];
      const [values, queryValues] = [new Float64Array(POINTS), new Float64Array(POINTS)];
      const claims = frame.flatMap((u, k) => [
        { what: `uᵀCu, direction ${k}`, declared: dot(u, multiplyVector(contextMoment, u)) / unit },
        { what: `uᵀ E ββ_qᵀ v, ${k}`, declared: dot(u, multiplyVector(crossMoment, queryFrame[k])) / unit },
        { what: `E f(x)²⟨u, x⟩², ${k}`, declared: dot(u, multiplyVector(energy, u)) / unit },
      ]);
      const average = (of: (at: number) => number, kind: number): number =>
        frame.reduce((sum, _, k) => sum + of(3 * k + kind), 0) / frame.length;
      return {
        claims: [
          ...claims,
          ...["C", "E ββ_qᵀ", "E f(x)² x xᵀ"].map((what, kind) => ({
            what: `${what}, on average`,
            declared: average((at) => claims[at].declared, kind),
          })),
          { what: "E f(x_q)²", declared: secondMoment / unit },
        ],
        draw(into) {
          rows.next();
          queries.next();
          const target = draw(stream);
          let square = 0;
          for (let i = 0; i < POINTS; i++) {
            values[i] = target.at(rows.context, i * law.dimension);
            queryValues[i] = target.at(queries.context, i * law.dimension);
            square += queryValues[i] ** 2;
          }
          frame.forEach((u, k) => {
            const [b, squares] = sums(values, rows.context, u);
            const [queryB] = sums(queryValues, queries.context, queryFrame[k]);
            into[3 * k] = (b * b - squares) / (POINTS * (POINTS - 1)) / unit;
            into[3 * k + 1] = (b * queryB) / POINTS ** 2 / unit;
            into[3 * k + 2] = squares / POINTS / unit;
          });
          for (let kind = 0; kind < 3; kind++) into[claims.length + kind] = average((at) => into[at], kind);
          into[claims.length + 3] = square / POINTS / unit;
        },
      };
    },
    2048,
  );
}

/** Σ f(xᵢ)⟨u, xᵢ⟩ and the sum of the squares of its terms. */
function sums(values: Float64Array, points: Float64Array, u: Float64Array): readonly [number, number] {
  let [sum, squares] = [0, 0];
  for (let i = 0; i < POINTS; i++) {
    const term = values[i] * project(u, points, i * u.length);
    sum += term;
    squares += term * term;
  }
  return [sum, squares];
}

/** E[b₁b₂ᵀ] = C + R²·P for two Gaussian rows of correlation R, P the declared `correlatedPairs`. */
export function correlatedPairsCheck(
  law: TargetLaw,
  context: CovariateLaw,
  { contextMoment, secondMoment, correlatedPairs = zeros(law.dimension, law.dimension) }: TargetMoments,
): Check {
  const { draw } = law.over(context);
  const { dimension: d } = law;
  const unit = secondMoment > 0 ? secondMoment : 1;
  return meanCheck(
    "correlated rows",
    (stream) => {
      const u = drawDirection(stream, context.covariance);
      const { context: x, next } = contextSampler(context, 2, stream);
      const along = (of: Matrix): number => dot(u, multiplyVector(of, u)) / unit;
      return {
        claims: [
          {
            what: `E f(x₁)f(x₂)⟨u, x₁⟩⟨u, x₂⟩ at correlation ${CORRELATION}`,
            declared: along(contextMoment) + CORRELATION ** 2 * along(correlatedPairs),
          },
        ],
        draw(into) {
          next();
          const own = Math.sqrt(1 - CORRELATION ** 2);
          for (let i = 0; i < d; i++) x[d + i] = CORRELATION * x[i] + own * x[d + i];
          const target = draw(stream);
          into[0] = (target.at(x, 0) * project(u, x) * target.at(x, d) * project(u, x, d)) / unit;
        },
      };
    },
    LARGE_BLOCK,
  );
}

/** For each of a few targets f, E[f(x_q)² | f], and E[f(x_q) x_q | f] along two random directions. */
export function queryMomentsCheck(law: TargetLaw, context: CovariateLaw, query: CovariateLaw): Check {
  const { draw } = law.over(context);
  return meanCheck(
    "moments over queries",
    (stream) => {
      const directions = [drawDirection(stream, query.covariance), drawDirection(stream, query.covariance)];
      const targets = Array.from({ length: TARGETS }, () => draw(stream));
      const moments = targets.map((target) => target.queryMoments?.(query) ?? NOT_STATED);
      const units = moments.map(({ energy }) => (energy > 0 ? Math.sqrt(energy) : 1));
      const { context: x, next } = contextSampler(query, 1, stream);
      return {
        claims: moments.flatMap(({ cross, energy }, k) => [
          { what: `E[f${k}(x)²]`, declared: energy / units[k] ** 2 },
          ...directions.map((u) => ({ what: `E[f${k}(x)⟨u, x⟩]`, declared: dot(u, cross) / units[k] })),
        ]),
        draw(into) {
          next();
          const along = directions.map((u) => project(u, x));
          targets.forEach((target, k) => {
            const value = target.at(x, 0) / units[k];
            into[3 * k] = value * value;
            into[3 * k + 1] = value * along[0];
            into[3 * k + 2] = value * along[1];
          });
        },
      };
    },
    LARGE_BLOCK,
  );
}

/** What one target leaves out though another states it. */
const NOT_STATED: QueryMoments = { cross: new Float64Array(0), energy: NaN };

/** Whether targets state their moments over these queries. */
export function statesQueryMoments(law: TargetLaw, context: CovariateLaw, query: CovariateLaw): boolean {
  const target = law.over(context).draw(openStream(randomKey(0)));
  return query.perPrompt === undefined && target.queryMoments?.(query) !== undefined;
}
