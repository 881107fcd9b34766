import { ahnContext } from "./ahn-context.ts";
import { ahnDepth } from "./ahn-depth.ts";
import { ahnMatrices } from "./ahn-matrices.ts";
import { ahnThm1IdentityPrior } from "./ahn-thm1-identity-prior.ts";
import { akyurekAgreement } from "./akyurek-agreement.ts";
import { crossEntropy } from "./cross-entropy.ts";
import { depthNonlinear } from "./depth-nonlinear.ts";
import { dynamicsMerged } from "./dynamics-merged.ts";
import { dynamicsSeparate } from "./dynamics-separate.ts";
import { elsaConstruct } from "./elsa-construct.ts";
import { finiteSample } from "./finite-sample.ts";
import { kernels } from "./kernels.ts";
import { looped } from "./looped.ts";
import { lowRankAndAlignment } from "./low-rank-and-alignment.ts";
import { ltbGdBeta } from "./ltb-gd-beta.ts";
import { luDoubleDescent } from "./lu-double-descent.ts";
import { multiHeadNoGain } from "./multi-head-no-gain.ts";
import { newtonRate } from "./newton-rate.ts";
import { oswaldGdpp } from "./oswald-gdpp.ts";
import { oswaldOneLayer } from "./oswald-one-layer.ts";
import { oswaldOod } from "./oswald-ood.ts";
import type { Recipe } from "./recipe.ts";
import { severalQueries } from "./several-queries.ts";
import { thm1Isotropic } from "./thm1-isotropic.ts";
import { thm2Anisotropic } from "./thm2-anisotropic.ts";
import { thm3Nonlinear } from "./thm3-nonlinear.ts";
import { versatileMixedNoise } from "./versatile-mixed-noise.ts";
import { wuTaskCount } from "./wu-task-count.ts";
import { yqLsa } from "./yq-lsa.ts";
import { zfbFlow } from "./zfb-flow.ts";
import { zfbRandomCovariance } from "./zfb-random-covariance.ts";
import { zfbShifts } from "./zfb-shifts.ts";

/** All recipes, in the order in which `onestep reproduce all` runs them: one line each. */
export const recipes: readonly Recipe[] = [
  thm1Isotropic, //
  thm2Anisotropic,
  ahnThm1IdentityPrior,
  ahnDepth,
  finiteSample,
  severalQueries,
  crossEntropy,
  multiHeadNoGain,
  lowRankAndAlignment,
  zfbShifts,
  thm3Nonlinear,
  zfbRandomCovariance,
  zfbFlow,
  oswaldOneLayer,
  depthNonlinear,
  ahnContext,
  dynamicsMerged,
  ltbGdBeta,
  luDoubleDescent,
  oswaldOod,
  yqLsa,
  looped,
  newtonRate,
  akyurekAgreement,
  ahnMatrices,
  oswaldGdpp,
  dynamicsSeparate,
  kernels,
  versatileMixedNoise,
  wuTaskCount,
  elsaConstruct,
];
