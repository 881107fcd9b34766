import { openStream, type RandomKey } from "@onestep/core";

/** A small random start: every parameter of the model, dead ones included, drawn from N(0, scale²). */
export function drawInitialPosition(key: RandomKey, size: number, scale: number): Float64Array {
  const position = new Float64Array(size);
  openStream(key).fillNormals(position, 0, size);
  return position.map((value) => scale * value);
}
