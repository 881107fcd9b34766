import type { RandomStream } from "@onestep/core";
import type { CovariateLaw } from "../define/define-covariates.ts";
import type { DrawNoise } from "../define/define-noise.ts";
import type { TargetIndices } from "../define/define-target.ts";
import { bartlettSampler } from "./bartlett.ts";
import { multiplyLower, type ContextFactor } from "./context-factor.ts";
import { indexFrame } from "./index-frame.ts";
import { rememberByLength } from "./remember.ts";
import { rowTriangle } from "./row-triangle.ts";

/** A context whose target sees the rows through m < d directions. */
interface ProjectedContext {
  readonly length: number;
  /** The rows' law, x = √t·Lg. */
  readonly rows: CovariateLaw;
  readonly indices: TargetIndices;
  /** Noise that does not look at the covariates. */
  readonly noise: DrawNoise;
  readonly noiseStream: RandomStream;
}

/** Draws a context into a factor. */
export type DrawProjectedContext = (stream: RandomStream, context: ProjectedContext, into: ContextFactor) => void;

const UNSEEN = new Float64Array(0);

/**
 * S, b and c for Gaussian rows: n·m normals for the projections z, which make the responses, and then d² numbers for all
 * the rest. In a frame that begins with the target's directions, T = [Z y] has the triangle R, and the other d − m
 * coordinates of the rows are independent of T: inside its span of k = min(n, m + 1) dimensions they are a normal
 * matrix N, outside they only have a Wishart matrix,
 *
 * $$ F = \begin{bmatrix} R_Z^\top & 0 \\ N^\top & A \end{bmatrix}, \qquad v = R_y, \qquad
 *    AA^\top \sim W_{d-m}(n-k, I) . $$
 */
export function projectedContexts(dimension: number): DrawProjectedContext {
  const outsideOf = rememberByLength((indices) =>
    rememberByLength((rows) => bartlettSampler(rows, dimension - indices)),
  );
  const triangleOf = rememberByLength((indices) => rowTriangle(indices + 1));
  return (stream, context, into) => {
    const { length, rows, indices } = context;
    const { count } = indices;
    const frame = indexFrame(indices, rows.covariance);
    const triangle = triangleOf(count);
    triangle.clear();
    drawResponses(stream, context, frame.project, (row) => triangle.push(row));

    const inside = Math.min(length, count + 1);
    const outside = outsideOf(count)(length - inside);
    into.values.fill(0);
    into.columns = inside + outside.columns;
    into.triangular = false;
    into.coordinates.fill(0);
    into.residual = 0;
    for (let column = 0; column < inside; column++) {
      const at = column * (count + 1);
      for (let i = 0; i < count; i++) into.values[i * into.stride + column] = triangle.values[at + i];
      into.coordinates[column] = triangle.values[at + count];
    }
    for (let i = count; i < dimension; i++) stream.fillNormals(into.values, i * into.stride, inside);
    outside.draw(stream, into.values, count * into.stride + inside, into.stride);
    frame.turnBack(into.values, into.columns, into.stride);
    multiplyLower(rows.covariance.factor.values, into, dimension);
  };
}

/**
 * The sums b and c alone, for Gaussian rows and mixtures of them x = √t·Lg: given the responses and the scales t, Σ yᵢ√tᵢ gᵢ is
 * known along the target's directions, and a normal vector of length² Σ yᵢ²tᵢ across them. The factor's only column is
 * Xᵀy/‖y‖.
 */
export function projectedSteps(dimension: number): DrawProjectedContext {
  return (stream, context, into) => {
    const { rows, indices } = context;
    const { count } = indices;
    const frame = indexFrame(indices, rows.covariance);
    const along = new Float64Array(count);
    let [energy, scaledEnergy] = [0, 0];
    drawResponses(stream, context, frame.project, (row, scale) => {
      const response = row[count];
      for (let i = 0; i < count; i++) along[i] += response * scale * row[i];
      energy += response * response;
      scaledEnergy += response * response * scale * scale;
    });

    const length = Math.sqrt(energy);
    into.columns = 1;
    into.triangular = false;
    into.residual = 0;
    into.coordinates[0] = length;
    const across = length === 0 ? 0 : Math.sqrt(scaledEnergy) / length;
    for (let i = 0; i < dimension; i++) {
      into.values[i * into.stride] = i < count ? (length === 0 ? 0 : along[i] / length) : across * stream.normal();
    }
    frame.turnBack(into.values, 1, into.stride);
    multiplyLower(rows.covariance.factor.values, into, dimension);
  };
}

/** Draws the rows' coordinates along the target and their responses: calls `take` with (z, y) and √t, row by row. */
function drawResponses(
  stream: RandomStream,
  { length, rows, indices, noise, noiseStream }: ProjectedContext,
  project: (coordinates: Float64Array, into: Float64Array) => void,
  take: (row: Float64Array, scale: number) => void,
): void {
  const { count, readout } = indices;
  const row = new Float64Array(count + 1);
  const projections = new Float64Array(count);
  for (let i = 0; i < length; i++) {
    const scale = rows.gaussian ? 1 : Math.sqrt(rows.drawScale!(stream));
    stream.fillNormals(row, 0, count);
    project(row, projections);
    for (let j = 0; j < count; j++) projections[j] = scale * projections[j];
    row[count] = readout(projections, 0) + noise(noiseStream, UNSEEN, 0);
    take(row, scale);
  }
}
