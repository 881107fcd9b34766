// M as the panels that products read: see `multiply.as.ts`.

import { TILE } from "../products/multiply.as";
import { Strip } from "./strip.as";

/** Packs the first d columns of M, `[m, m]` × f64, and −1 times their transpose. */
export function packKeys<T>(strip: Strip, keyQuery: usize): void {
  const dimension = <usize>strip.dimension;
  const width = <usize>strip.width;
  const row = width << 3;
  pack<T>(keyQuery, row, 8, width, dimension, 1, strip.keyPanels);
  pack<T>(keyQuery, 8, row, dimension, width, -1, strip.minusTransposedPanels);
}

/** Panels of 3 rows, the last one filled up with zeros: column by column in each. */
function pack<T>(from: usize, down: usize, across: usize, rows: usize, columns: usize, sign: f64, into: usize): void {
  for (let panel: usize = 0; panel < rows; panel += TILE) {
    const inside = min(rows - panel, TILE);
    for (let j: usize = 0; j < columns; j++) {
      let at = from + panel * down + j * across;
      for (let i: usize = 0; i < TILE; i++) {
        store<T>(into, i < inside ? <T>(sign * load<f64>(at)) : <T>0);
        into += sizeof<T>();
        at += down;
      }
    }
  }
}
