// Three ways to draw a strip's prompts and to add its loss and gradient.

import { contractFirst, contractMean, contractSecond, normalize } from "./columns.as";
import { drawLengths, drawNormals, makeTasks, turnSigns } from "./draw.as";
import { contractRows } from "./rows.as";
import { Strip } from "./strip.as";
import { addKeySums, addSquaredDeviations, addSquaredResiduals, addValueSums, makeKeys, weigh } from "./sums.as";
import { pullKeys, pullValue, pushForward } from "./tokens.as";

/** The law of a whole context at the cost of two of its rows: two columns of the Bartlett factor. */
export function addTwoColumn<T>(strip: Strip): void {
  drawNormals<T>(strip, strip.query, 4 * strip.width);
  turnSigns<T>(strip, 1 + 2 * strip.width);
  drawLengths<T>(strip, strip.firstLength, strip.contextLength);
  drawLengths<T>(strip, strip.secondLength, strip.contextLength - 1);
  openQuery<T>(strip);
  normalize<T>(strip);
  contractFirst<T>(strip);
  contractSecond<T>(strip);
  closeQuery<T>(strip);
}

/** All n rows of every context. */
export function addRows<T>(strip: Strip): void {
  drawNormals<T>(strip, strip.query, 2 * strip.width);
  openQuery<T>(strip);
  contractRows<T>(strip);
  closeQuery<T>(strip);
}

/** The mean over the query and over the second column: one column is drawn. */
export function addRaoBlackwell<T>(strip: Strip): void {
  drawNormals<T>(strip, strip.omega, 2 * strip.width);
  turnSigns<T>(strip, 1 + strip.width);
  drawLengths<T>(strip, strip.firstLength, strip.contextLength);
  makeTasks<T>(strip);
  pullValue<T>(strip);
  normalize<T>(strip);
  contractFirst<T>(strip);
  pushForward<T>(strip, strip.attended);
  addSquaredDeviations<T>(strip);
  makeKeys<T>(strip, strip.residual);
  pullKeys<T>(strip);
  contractMean<T>(strip);
  pushForward<T>(strip, strip.contracted);
  addKeySums<T>(strip, strip.residual);
  addValueSums<T>(strip);
}

function openQuery<T>(strip: Strip): void {
  makeTasks<T>(strip);
  pullValue<T>(strip);
  makeKeys<T>(strip, strip.query);
  pullKeys<T>(strip);
}

function closeQuery<T>(strip: Strip): void {
  addSquaredResiduals<T>(strip);
  pushForward<T>(strip, strip.attended);
  pushForward<T>(strip, strip.contracted);
  weigh<T>(strip, strip.attended);
  weigh<T>(strip, strip.contracted);
  addKeySums<T>(strip, strip.query);
  addValueSums<T>(strip);
}
