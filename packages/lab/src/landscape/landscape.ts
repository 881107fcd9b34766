import { AssumptionError, ShapeError, type LsaParameters, type Matrix } from "@onestep/core";
import { promptMoments, type PromptLaw } from "@onestep/data";
import { inducedStep, type LinearTransformer } from "@onestep/model";
import { distanceToMinimizers, liftToLsa, optimalDepth, singleHeadOptimum } from "@onestep/theory";
import { gaussianLinearPopulation } from "../gaussian-linear-law.ts";
import { isotropicSetting } from "../law-settings.ts";
import { relativeDistance } from "../measure/preconditioner-distance.ts";
import { headsOfLayer } from "../measure/step-of-layer.ts";
import { optimumOfLaw } from "../optimum-of-law.ts";
import { requirePositive } from "../require-positive.ts";
import { distanceToOptimum, layerLandscape } from "./one-layer.ts";
import { judgePoint, type JudgedPoint, type Landscape } from "./point.ts";
import { distanceOfSteps, readScalarLayers, scalarLandscape } from "./scalar-layers.ts";
import { stepLandscape } from "./step-landscape.ts";

/** Where a model stands in the landscape of its loss. */
export interface LandscapeReport extends JudgedPoint {
  readonly verdict: "global-minimum" | "spurious-minimum" | "saddle" | "not-stationary";
  /** Directions in which the loss curves down at a saddle. */
  readonly index: number | null;
  /** Which parameters are moved. */
  readonly among: "layers" | "steps" | "scalar-layers";
  /** The least loss of all that is moved; `"best-known"` where a search found it. */
  readonly optimalLoss: number;
  readonly attains: "minimum" | "best-known";
  readonly excessLoss: number;
  /** How far the model is from the nearest optimum, whatever its gauge, relative to the optimum. */
  readonly distance: number;
  readonly tolerance: number;
}

/** A landscape with its deepest point. */
interface KnownLandscape extends Pick<LandscapeReport, "among" | "optimalLoss" | "attains" | "distance"> {
  readonly landscape: Landscape;
}

/** An excess that is rounding, as a share of the least loss. */
const ROUNDING = 2 ** -24;

/**
 * Is this point a global minimum of the pre-training loss? The loss is that of the law itself, and nothing is drawn:
 *
 * - one layer on a Gaussian linear law, in all entries of u and M, on white tokens (`layers`);
 * - one layer without an even part on any law with moments, in u_y and M_xx (`steps`): where the even part decouples a
 *   minimum there is one of the whole layer;
 * - layers a_l Σ⁻¹ on laws that are isotropic in white coordinates, in the a_l (`scalar-layers`): a stationary point there is
 *   one of the whole transformer, but what curves up there may curve down elsewhere.
 *
 * In the last two, what a model does besides is left out up to the tolerance, and refused beyond it.
 *
 * Training ends near a stationary point, not on one. The verdict is about the one that Newton's method finds from here,
 * if it is within the tolerance; its Hessian's signs are counted, those of reparametrisations among the zeros.
 *
 * @param options.tolerance how far a stationary point may be, relative to the size of the parameters; default 0.02
 * @throws ShapeError where the model does not fit the law; DomainError for a tolerance that is not positive;
 * AssumptionError for models and laws whose loss has no formula
 *
 * Source: own derivation; the gauge is that of theory's `minimizers`.
 *
 * @example
 * const [covariates, tasks] = [gaussianCovariates({ dimension: 2 }), gaussianTasks({ dimension: 2 })];
 * const law = promptLaw({ contextLength: 8, covariates, target: linearTarget({ tasks }), noise: noNoise() });
 * // η* = 1/(n + d + 1)
 * (await landscape(lsaHeads([liftToLsa(diagonal([1 / 11, 1 / 11]))]), law)).verdict; // => "global-minimum"
 */
export async function landscape(
  model: LinearTransformer,
  law: PromptLaw,
  { tolerance = 0.02 }: { readonly tolerance?: number } = {},
): Promise<LandscapeReport> {
  requireDimension(model, law);
  requirePositive("landscape: tolerance", tolerance);
  const { landscape: point, ...known } = knownLandscape(model, law, tolerance);
  const judged = await judgePoint(point);
  const verdict = verdictOf(judged, known.optimalLoss, tolerance);
  return {
    verdict,
    index: verdict === "saddle" ? judged.inertia.negative : null,
    ...known,
    ...judged,
    excessLoss: judged.loss - known.optimalLoss,
    tolerance,
  };
}

function verdictOf(
  { moved, inertia, stationaryLoss }: JudgedPoint,
  optimalLoss: number,
  tolerance: number,
): LandscapeReport["verdict"] {
  if (moved === null || stationaryLoss === null || moved > tolerance) return "not-stationary";
  if (inertia.negative > 0) return "saddle";
  return stationaryLoss - optimalLoss <= ROUNDING * Math.max(optimalLoss, stationaryLoss)
    ? "global-minimum"
    : "spurious-minimum";
}

function knownLandscape(model: LinearTransformer, law: PromptLaw, tolerance: number): KnownLandscape {
  if (model.embedding !== undefined) throw refusal("a model on bare tokens", "an embedding");
  const heads = headsOfLayer(model, law);
  const population = gaussianLinearPopulation(law);
  if (heads === undefined) return ofDepth(model, law, tolerance);
  if (population === undefined) return ofSteps(heads, law, tolerance);
  const isCentred = population.taskMean.every((entry) => entry === 0);
  if (!isCentred && heads.length > 1) {
    throw refusal("one head, or tasks without a mean", `${heads.length} heads and tasks with a mean`);
  }
  const best = isCentred ? undefined : singleHeadOptimum(population).value;
  const { preconditioner, loss } = optimumOfLaw(law);
  const optimum = best?.parameters ?? liftToLsa(preconditioner.value);
  return {
    landscape: layerLandscape(population, heads, optimum),
    among: "layers",
    optimalLoss: best?.loss ?? loss,
    attains: best === undefined ? "minimum" : "best-known",
    distance: distanceToOptimum(population, heads, optimum),
  };
}

function ofSteps(heads: readonly LsaParameters<Matrix>[], law: PromptLaw, tolerance: number): KnownLandscape {
  const [head] = heads;
  if (heads.length > 1) throw refusal("a single head on this law", `${heads.length} heads`);
  const { evenPart } = inducedStep(head);
  const value = head.valueProjection.values[law.dimension];
  const { quadratic } = evenPart;
  const moments = promptMoments(law);
  const { preconditioner, loss } = optimumOfLaw(law, moments);
  const own = inducedStep({ keyQuery: head.keyQuery, valueProjection: onlyResponse(head.valueProjection) });
  const leftOut = distanceToMinimizers(head, own.preconditioner);
  if (leftOut > tolerance) {
    throw refusal(
      "a layer that attends by responses alone on this law",
      `one of which the part ${leftOut.toPrecision(2)} attends otherwise`,
    );
  }
  const hasLength = preconditioner.value.values.some((entry) => entry !== 0);
  return {
    landscape: stepLandscape(moments, { value, quadratic }, preconditioner.value),
    among: "steps",
    optimalLoss: loss,
    attains: "minimum",
    distance: hasLength
      ? relativeDistance(own.preconditioner, preconditioner.value)
      : distanceToMinimizers(head, preconditioner.value),
  };
}

function ofDepth(model: LinearTransformer, law: PromptLaw, tolerance: number): KnownLandscape {
  const { steps, leftOut } = readScalarLayers(model, law.covariates.covariance);
  if (!model.dividesByLength || leftOut > tolerance) {
    throw refusal(
      "one layer, or layers that are steps a_l Σ⁻¹",
      model.dividesByLength
        ? `${steps.length} layers of which the part ${leftOut.toPrecision(2)} is something else`
        : `${steps.length} layers of plain sums`,
    );
  }
  const setting = isotropicSetting(law);
  const { loss, stepSizes } = optimalDepth(setting, steps.length).value;
  return {
    landscape: scalarLandscape(setting, steps, stepSizes),
    among: "scalar-layers",
    optimalLoss: loss,
    attains: "minimum",
    distance: distanceOfSteps(steps, stepSizes),
  };
}

/** (0, u_y) */
function onlyResponse(valueProjection: Matrix): Matrix {
  const last = valueProjection.values.length - 1;
  return { ...valueProjection, values: valueProjection.values.map((entry, i) => (i === last ? entry : 0)) };
}

function requireDimension({ layers }: LinearTransformer, { dimension }: PromptLaw): void {
  const width = layers[0][0].keyQuery.rows;
  if (width === dimension + 1) return;
  throw new ShapeError({
    where: "landscape",
    expected: `a model on ${dimension} covariates, those of the law`,
    arrived: `a model on ${width - 1}`,
    hint: "name the law that the model was trained on",
  });
}

function refusal(expected: string, arrived: string): AssumptionError {
  return new AssumptionError({
    where: "landscape",
    expected,
    arrived,
    hint: "identify says which algorithm any model is, on any law",
    source: "onestep, exact losses of the law",
    unmet: [expected],
  });
}
