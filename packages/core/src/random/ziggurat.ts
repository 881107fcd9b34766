import { erfc } from "../elementary/error-function.ts";
import { exp } from "../elementary/exponential.ts";
import { log } from "../elementary/logarithm.ts";

/**
 * Tables of the ziggurat for the half-normal density exp(−x²/2): 256 horizontal layers of equal area, stacked from
 * the tail upwards. Layer 0 is the base strip together with the tail beyond `TAIL_START`.
 *
 * Source: Marsaglia & Tsang, "The ziggurat method for generating random variables", J. Stat. Software 5(8), 2000;
 * the tables are computed here with onestep's own elementary functions, so that they are the same on every engine.
 */
export const LAYERS = 256;

/** The abscissa where the tail begins, for which 256 layers close at the density's peak. */
export const TAIL_START = 3.6541528853610088;

const density = (x: number): number => exp(-0.5 * x * x);

/** The common area of the layers: base rectangle plus tail. */
const LAYER_AREA = TAIL_START * density(TAIL_START) + Math.sqrt(Math.PI / 2) * erfc(TAIL_START / Math.SQRT2);

/** Right edges of the layers, `[LAYERS + 1]`: edge 0 is the base's virtual width, edge 1 the tail's start, the last one 0. */
export const layerEdges: Float64Array = new Float64Array(LAYERS + 1);

/** The density at `layerEdges`, `[LAYERS + 1]`; at the virtual edge 0 it is not used. */
export const edgeDensities: Float64Array = new Float64Array(LAYERS + 1);

/**
 * `[2·LAYERS]`: what a whole number 0 ≤ k < 2⁵³ is multiplied by to fall on ±[0, edge), edge·2⁻⁵³ for every layer and
 * then −edge·2⁻⁵³ for every layer. With the sign in the table a draw has one unpredictable branch less, and the power
 * of two changes no rounding.
 */
export const signedSteps: Float64Array = new Float64Array(2 * LAYERS);

layerEdges[0] = LAYER_AREA / density(TAIL_START);
layerEdges[1] = TAIL_START;
edgeDensities[1] = density(TAIL_START);
for (let layer = 2; layer < LAYERS; layer++) {
  edgeDensities[layer] = LAYER_AREA / layerEdges[layer - 1] + edgeDensities[layer - 1];
  layerEdges[layer] = Math.sqrt(-2 * log(edgeDensities[layer]));
}
layerEdges[LAYERS] = 0;
edgeDensities[LAYERS] = 1;
for (let layer = 0; layer < LAYERS; layer++) {
  signedSteps[layer] = layerEdges[layer] * 2 ** -53;
  signedSteps[LAYERS + layer] = -signedSteps[layer];
}
