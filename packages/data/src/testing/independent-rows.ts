import { cos, multiplyVector, sin, type RandomStream } from "@onestep/core";
import type { CovariateLaw } from "../define/define-covariates.ts";
import { whitener } from "../moments/whitener.ts";
import type { Check } from "./check.ts";
import { drawDirection, project } from "./directions.ts";
import { meanCheck } from "./mean-check.ts";

const ROWS = 8;
/** Length of ⟨u, x⟩, in standard deviations: enough for the sine to bend. */
const FREQUENCY = 1.5;
const UNLIKE = 3;

/**
 * Rows are independent given the law that their prompt has. For two contexts x and x′ of one such law,
 * δᵢ = h(xᵢ) − h(x′ᵢ) has mean 0, and with it each product of two rows,
 *
 * $$ \mathbb{E}\,\delta_i \delta_j = 2\,\mathrm{Cov}(h(x_i), h(x_j)) = 0, \qquad i \ne j . $$
 *
 * Summed over all pairs of eight rows, for h the sine and the cosine of ⟨u, x⟩ with a new u at every draw: what rows have
 * in common, a sign, a scale, a whole row, makes the sum positive whatever it is, and no direction can miss it. Where one
 * row has another part of a second one, unlike functions of the two along fixed directions notice it.
 */
export function independentRowsCheck(law: CovariateLaw): Check {
  const { dimension: d } = law;
  return meanCheck(
    "independent rows",
    (stream) => {
      const whiten = whitener(law.covariance);
      const contexts = [new Float64Array(ROWS * d), new Float64Array(ROWS * d)];
      const normals = new Float64Array(d);
      const [sines, cosines] = [new Float64Array(ROWS), new Float64Array(ROWS)];
      const unlike = Array.from({ length: UNLIKE }, () => drawFunction(law, stream));
      return {
        claims: [
          { what: "Σ Cov(sin⟨u, xᵢ⟩, sin⟨u, xⱼ⟩)", declared: 0 },
          { what: "Σ Cov(cos⟨u, xᵢ⟩, cos⟨u, xⱼ⟩)", declared: 0 },
          ...unlike.map((_, k) => ({ what: `Σ ± Cov(g(xᵢ), h(xⱼ)), pair ${k}`, declared: 0 })),
        ],
        draw(into) {
          const ofPrompt = law.perPrompt?.draw(stream) ?? law;
          for (const context of contexts) ofPrompt.drawRows(stream, ROWS, context, 0);
          stream.fillNormals(normals, 0, d);
          const u = multiplyVector(whiten, normals);
          for (let row = 0; row < ROWS; row++) {
            const [here, there] = [project(u, contexts[0], row * d), project(u, contexts[1], row * d)];
            sines[row] = sin(here) - sin(there);
            cosines[row] = cos(here) - cos(there);
          }
          into[0] = sumOfPairs(sines, sines);
          into[1] = sumOfPairs(cosines, cosines);
          for (const { write } of unlike) write(contexts);
          unlike.forEach(({ delta }, k) => {
            into[2 + k] = sumOfPairs(delta, unlike[(k + 1) % UNLIKE].delta);
          });
        },
      };
    },
    512,
  );
}

/** A function of a row that is neither even nor odd, with a sign that may change from row to row. */
interface RowFunction {
  /** δᵢ, `[ROWS]` */
  readonly delta: Float64Array;
  readonly write: (contexts: readonly Float64Array[]) => void;
}

function drawFunction(law: CovariateLaw, stream: RandomStream): RowFunction {
  const { dimension: d } = law;
  const u = drawDirection(stream, law.covariance).map((entry) => FREQUENCY * entry);
  const phase = 2 * Math.PI * stream.uniform();
  const signs = Array.from({ length: ROWS }, () => stream.sign());
  const delta = new Float64Array(ROWS);
  return {
    delta,
    write([one, other]) {
      for (let row = 0; row < ROWS; row++) {
        const difference = sin(project(u, one, row * d) + phase) - sin(project(u, other, row * d) + phase);
        delta[row] = signs[row] * difference;
      }
    },
  };
}

/** Σ_{i≠j} δᵢγⱼ/(2·ROWS) */
function sumOfPairs(delta: Float64Array, gamma: Float64Array): number {
  let [left, right, same] = [0, 0, 0];
  for (let row = 0; row < ROWS; row++) {
    left += delta[row];
    right += gamma[row];
    same += delta[row] * gamma[row];
  }
  return (left * right - same) / (2 * ROWS);
}
