import { ahnDepth } from "./ahn-depth.ts";
import { ahnThm1IdentityPrior } from "./ahn-thm1-identity-prior.ts";
import { crossEntropy } from "./cross-entropy.ts";
import { finiteSample } from "./finite-sample.ts";
import { lowRank } from "./low-rank.ts";
import { multiHeadNoGain } from "./multi-head-no-gain.ts";
import type { Recipe } from "./recipe.ts";
import { severalQueries } from "./several-queries.ts";
import { thm1Isotropic } from "./thm1-isotropic.ts";
import { thm2Anisotropic } from "./thm2-anisotropic.ts";
import { thm3Nonlinear } from "./thm3-nonlinear.ts";
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
  lowRank,
  zfbShifts,
  thm3Nonlinear,
  zfbRandomCovariance,
];
