import { expectClose } from "@onestep/testkit";
import { describe, expect, test } from "vitest";
import { bestResidual, bestResidualRoots, evaluate, type Complex } from "./best-polynomial.ts";
import { filterProblem } from "./filter-problem.ts";
import { residualRoots } from "./optimal-depth.ts";

const problemOf = (noiseVariance: number, degree: number) =>
  filterProblem("test", { contextLength: 9, dimension: 4, noiseVariance, taskVariance: 1.5 }, degree);
const degrees = [1, 2, 3, 5, 8];
const noises = [0, 0.2, 3, 40];

/** Π (1 − u/z) over the roots */
function productOver(roots: readonly Complex[], u: number): Complex {
  return roots.reduce(
    (product, { re, im }) => {
      const size = re * re + im * im;
      const factor = { re: 1 - (u * re) / size, im: (u * im) / size };
      return {
        re: product.re * factor.re - product.im * factor.im,
        im: product.re * factor.im + product.im * factor.re,
      };
    },
    { re: 1, im: 0 },
  );
}

describe("the best residual polynomial", () => {
  test.each(noises)("is 1 at 0, and no power of u lowers its loss, at σ² = %d", (noiseVariance) => {
    for (const degree of degrees) {
      const problem = problemOf(noiseVariance, degree);
      const { nodes, weights, ridge } = problem;
      const q = bestResidual(problem, degree);
      expectClose(q(1e-9), 1, 1e-7);
      // E (1 + λ/u)(q − λ/(u + λ)) u^k = 0
      for (let k = 1; k <= degree; k++) {
        const terms = nodes.map((u, j) => weights[j] * ((u + ridge) * q(u) - ridge) * u ** (k - 1));
        const size = terms.reduce((sum, term) => sum + Math.abs(term), 0);
        expectClose(
          terms.reduce((sum, term) => sum + term, 0),
          0,
          1e-11 * size,
        );
      }
    }
  });

  test.each(noises)("is the product over its roots, real or not, at σ² = %d", (noiseVariance) => {
    for (const degree of degrees) {
      const problem = problemOf(noiseVariance, degree);
      const q = bestResidual(problem, degree);
      const roots = residualRoots(problem, degree);
      expect(roots.length).toBe(degree);
      for (const u of [0.1, 0.5, 1, 2, 4]) {
        const { re, im } = productOver(roots, u);
        expectClose([re, im], [q(u), 0], 1e-12 * (1 + Math.abs(q(u))));
      }
    }
  });

  test("has roots in conjugate pairs under loud noise, found from far away as well", () => {
    const problem = problemOf(40, 4);
    const near = residualRoots(problem, 4);
    expect(near.every(({ im }) => im !== 0)).toBe(true);
    const far = bestResidualRoots(problem, 4, Float64Array.of(0.01, 30, 0.5, 700));
    for (const { re, im } of near) {
      const closest = Math.min(...far.map((root) => Math.hypot(root.re - re, root.im - im)));
      expectClose(closest / Math.hypot(re, im), 0, 1e-12);
      const mirrored = Math.min(...near.map((root) => Math.hypot(root.re - re, root.im + im)));
      expectClose(mirrored / Math.hypot(re, im), 0, 1e-12);
    }
  });

  test("is found with the derivative of the orthogonal polynomial, off the real line too", () => {
    const { polynomials } = problemOf(3, 5);
    const [z, h] = [{ re: 0.8, im: 0.6 }, 1e-6];
    const { slope } = evaluate(polynomials, 5, z);
    const valueAt = (re: number, im: number): Complex =>
      evaluate(polynomials, 5, { re: z.re + re, im: z.im + im }).value;
    const size = Math.hypot(slope.re, slope.im);
    expectClose(
      [(valueAt(h, 0).re - valueAt(-h, 0).re) / (2 * h), (valueAt(h, 0).im - valueAt(-h, 0).im) / (2 * h)],
      [slope.re, slope.im],
      1e-8 * size,
    );
    // f(z + ih) − f(z − ih) = 2ih f′(z)
    expectClose(
      [(valueAt(0, h).im - valueAt(0, -h).im) / (2 * h), (valueAt(0, -h).re - valueAt(0, h).re) / (2 * h)],
      [slope.re, slope.im],
      1e-8 * size,
    );
  });
});
