import type { CovariateLaw } from "../define/define-covariates.ts";
import type { NoiseLaw } from "../define/define-noise.ts";

/** A law of noise on covariates; noise is measured in units of its standard deviation. */
export interface NoiseExperiment {
  readonly law: NoiseLaw;
  readonly covariates: CovariateLaw;
  readonly unit: number;
}
