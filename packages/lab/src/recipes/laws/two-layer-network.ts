import { twoLayerTarget, type TargetLaw } from "@onestep/data";
import { twoLayerEnergies, type TargetEnergies } from "@onestep/theory";

/** How large a random network is. */
interface NetworkSize {
  readonly dimension: number;
  /** m, the number of hidden units */
  readonly width: number;
}

/** The law of y = Σ_j a_j relu⟨w_j, x⟩, a_j ~ N(0, 1/m), w_j ~ N(0, I). */
export function networkTarget({ dimension, width }: NetworkSize): TargetLaw {
  return twoLayerTarget({ dimension, width, link: "relu", readoutVariance: 1 / width });
}

/** Its energies, from the moments of r·relu: no number comes from the law that is drawn. */
export function networkEnergies({ dimension, width }: NetworkSize): TargetEnergies {
  const relu = (r: number): { c1: number; a: number; b2: number } => ({
    c1: r / 2,
    a: r ** 2 / 2,
    b2: (3 * r ** 2) / 2,
  });
  return twoLayerEnergies(relu, { dimension, width, readoutVariance: 1 / width, weightVariance: 1 });
}
