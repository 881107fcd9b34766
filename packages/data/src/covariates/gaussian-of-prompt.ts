import type { Covariance } from "@onestep/core";
import type { CovariateLatent, CovariateLaw, DrawRows } from "../define/define-covariates.ts";
import type { Json } from "../define/json.ts";
import { correlatedNormals } from "./correlated-normals.ts";
import { ellipticalFourthMoment } from "./elliptical-moment.ts";

/**
 * The law N(0, S) of the rows of one prompt, where each prompt has a covariance of its own. Unlike that of
 * `gaussianCovariates`, S may be singular: other prompts take the directions that this one does not.
 *
 * @param recorded S as a law file would write it
 */
export function gaussianOfPrompt(covariance: Covariance, recorded: Json): CovariateLaw {
  return {
    kind: "covariates",
    name: "gaussian",
    parameters: { covariance: recorded },
    dimension: covariance.dimension,
    covariance,
    gaussian: true,
    declares: { centered: true, invariance: "rotations" },
    fourthMoment: ellipticalFourthMoment(covariance.matrix),
    drawScale: () => 1,
    drawRows: correlatedNormals(covariance),
  };
}

/** Rows of a prompt whose law is first drawn from the same stream. */
export function rowsOfLatent({ draw }: Pick<CovariateLatent, "draw">): DrawRows {
  return (stream, count, into, offset) => draw(stream).drawRows(stream, count, into, offset);
}
