import type { NoiseLaw } from "../define/define-noise.ts";

/** The noise −ε at the addresses of ε: the antithetic twin of symmetric noise, draw by draw. */
export function negatedNoise(noise: NoiseLaw): NoiseLaw {
  return {
    ...noise,
    drawLevel(stream, dimension) {
      const draw = noise.drawLevel(stream, dimension);
      return (own, covariates, offset) => -draw(own, covariates, offset);
    },
    drawDeviation: undefined,
  };
}
