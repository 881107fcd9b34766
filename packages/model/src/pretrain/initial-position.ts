import { openStream, type RandomKey } from "@onestep/core";

/** A small random start: every parameter of the layer, dead ones included, drawn from N(0, scale²). */
export function drawInitialPosition(key: RandomKey, dimension: number, scale: number): Float64Array {
  const width = dimension + 1;
  const position = new Float64Array(width * width + width);
  openStream(key).fillNormals(position, 0, position.length);
  return position.map((value) => scale * value);
}
