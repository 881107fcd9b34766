import { childKey, log, openStream, type RandomKey, type RandomStream } from "@onestep/core";
import { cosine, minusLog, sine } from "./elementary.ts";

/** The label of a prompt's key. */
export const PROMPT = "prompt";

const TWO_POW_MINUS_32 = 2 ** -32;
const ANGLE_UNIT = (Math.PI / 4) * 2 ** -31;
/** Sure to be kept is u below SQUEEZE_TOP − SQUEEZE c²x⁴: see `chi.as.ts`. */
export const SQUEEZE = 0.1986;
export const SQUEEZE_TOP: number = 1 - 2 ** -20;
const SWAP = 0x40000000;

/** Opens the stream of one prompt: the one that `openLanes` starts in the prompt's lane. */
export function openPrompt(key: RandomKey, prompt: number): RandomStream {
  return openStream(childKey(key, PROMPT, prompt));
}

/**
 * Draws normals of one prompt as `normals` does in its lane, to the last bit: of each pair of words the first is a
 * radius; the second an angle in [−π/4, π/4) in its lower 30 bits, with two bits that swap sine and cosine and take the
 * point to the opposite side.
 *
 * @param rows how many, an even number
 * @param stride from one draw to the next
 */
export function laneNormals(
  stream: RandomStream,
  into: Float64Array,
  offset: number,
  rows: number,
  stride: number,
): void {
  const end = offset + rows * stride;
  for (let at = offset; at < end; at += 2 * stride) {
    const radius = Math.sqrt(2 * minusLog(stream.bits()));
    const turn = stream.bits() | 0;
    const signed = turn < 0 ? -radius : radius;
    const angle = (turn << 2) * ANGLE_UNIT;
    const square = angle * angle;
    const first = (turn & SWAP) === 0 ? at : at + stride;
    into[first] = signed * cosine(square);
    into[2 * at + stride - first] = signed * sine(angle, square);
  }
}

/** A draw of χ_k of one prompt, k = 0, 1, 2 …, as `chi` makes it in its lane: see there. */
export function laneChi(stream: RandomStream, degrees: number): number {
  if (degrees === 0) return 0;
  if (degrees === 1) return Math.abs(laneNormal(stream));
  const shape = 0.5 * degrees - 1 / 3;
  const c = 1 / Math.sqrt(9 * shape);
  const squeeze = SQUEEZE * c * c;
  for (;;) {
    const x = laneNormal(stream);
    const u = (stream.bits() + 0.5) * TWO_POW_MINUS_32;
    const root = 1 + c * x;
    const square = x * x;
    const isKept = u < SQUEEZE_TOP - squeeze * (square * square) || isBelowBound(u, x, root, shape);
    if (isKept) return Math.sqrt(2 * shape) * root * Math.sqrt(root);
  }
}

function isBelowBound(u: number, x: number, root: number, shape: number): boolean {
  const cube = root * root * root;
  return root > 0 && log(u) < 0.5 * x * x + shape * (1 - cube + log(cube));
}

const pair = new Float64Array(2);

/** The first of a pair of normals alone. */
function laneNormal(stream: RandomStream): number {
  laneNormals(stream, pair, 0, 2, 1);
  return pair[0];
}
