import { integerPower } from "@onestep/core";
import { requireIsotropic, type IsotropicSetting } from "../optimum/step-size.ts";
import type { PointwiseMoments } from "./pointwise.ts";
import { averageOverQueries } from "./query-averages.ts";

/**
 * The averages of `pointwiseAttention` for random quadratic targets on isotropic Gaussian covariates and any h: targets
 * f(x) = ω xᵀAx with A from the Gaussian orthogonal ensemble, whose kernel is k(x, x') = 2ω²⟨x, x'⟩².
 *
 * $$ \mathbb{E}[k\,h] = 2\omega^2\,\mathbb{E}[t^2z^2h(tz)], \qquad \mathbb{E}[k\,h\,h'] = 2\omega^2\,\mathbb{E}_t\big[\mathbb{E}_z[z^2h(tz)]^2 + (d-1)\,\mathbb{E}_z[h(tz)]^2\big] $$
 *
 * $$ \mathbb{E}[(k+\sigma^2)h^2] = \mathbb{E}\big[\big(2\omega^2(z^4+2(d-1)z^2+d^2-1)+\sigma^2\big)\,h(tz)^2\big] $$
 *
 * Given t = ‖x_q‖ the score is s = tz, z ~ N(0, 1), and the d − 1 coordinates of x across x_q are independent of it: so
 * E[x xᵀh] is diagonal, and E[k h h'] is 2ω² times its squared length. h(s) = s² matches the kernel, and odd h see nothing.
 *
 * @param activation h, smooth but for the given kinks
 * @param kinks where h or a derivative of it jumps, besides 0
 * @throws DomainError for n < 1, d < 1, σ² < 0, ω² < 0, or an h that is not finite
 *
 * Source: own derivation, conditioning on ‖x_q‖.
 *
 * @example
 * const square = (s) => s * s;
 * const moments = quadraticPointwiseMoments(square, { contextLength: 10, dimension: 1, noiseVariance: 0 });
 * moments.alignment; // ≈ 18
 * moments.responseSecondMoment; // => 6
 */
export function quadraticPointwiseMoments(
  activation: (score: number) => number,
  setting: IsotropicSetting,
  kinks: readonly number[] = [],
): PointwiseMoments {
  const where = "quadraticPointwiseMoments";
  const { dimension: d, noiseVariance, taskVariance } = requireIsotropic(where, setting);
  const averages = averageOverQueries(where, activation, setting, kinks, (t, expect) => {
    const mean = expect((_, h) => h);
    const along = expect((z, h) => z * z * h);
    return {
      alignment: 2 * taskVariance * t * t * along,
      ownEnergy: expect((z, h) => {
        const fourthPower = integerPower(z, 4) + 2 * (d - 1) * z * z + d * d - 1; // E[‖x‖⁴ | z]
        return (2 * taskVariance * fourthPower + noiseVariance) * h ** 2;
      }),
      crossEnergy: 2 * taskVariance * (along * along + (d - 1) * mean * mean),
    };
  });
  return { ...averages, responseSecondMoment: 2 * taskVariance * d * (d + 2) + noiseVariance };
}
