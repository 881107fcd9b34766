import { childKey, openStream } from "@onestep/core";
import type { TaskLaw } from "../define/define-task.ts";
import { exactCheck, type Check } from "./check.ts";
import { meanCheck } from "./mean-check.ts";

const DRAWS = 1024;
const WEIGHTINGS = 4;

/** Every task vector is one of the pool's, whose mean of w wᵀ is the declared second moment. */
export function poolCheck({ draw, dimension: d, secondMoment }: TaskLaw, pool: readonly Float64Array[]): Check {
  return exactCheck("pool", (key) => {
    if (pool.some((member) => member.length !== d)) return `a task of the pool has not ${d} coordinates`;
    const members = new Set(pool.map(nameOf));
    const [stream, taskVector] = [openStream(childKey(key, "pool")), new Float64Array(d)];
    for (let i = 0; i < DRAWS; i++) {
      draw(stream, taskVector);
      if (!members.has(nameOf(taskVector))) return `[${nameOf(taskVector)}] is drawn and not in the pool`;
    }
    for (let at = 0; at < d * d; at++) {
      const products = pool.map((w) => w[Math.floor(at / d)] * w[at % d]);
      const size = products.reduce((sum, product) => sum + Math.abs(product), 0) / pool.length;
      const average = products.reduce((sum, product) => sum + product, 0) / pool.length;
      if (!(Math.abs(average - secondMoment.values[at]) <= pool.length * 2 ** -51 * size)) {
        return `entry ${at} of the second moment is ${secondMoment.values[at]}, over the pool ${average}`;
      }
    }
    return undefined;
  });
}

/** All tasks of the pool are as likely: the mean of any numbers given to them is that over the pool; here, of signs. */
export function poolFrequenciesCheck({ draw, dimension }: TaskLaw, pool: readonly Float64Array[]): Check {
  return meanCheck("frequencies of the pool", (stream) => {
    const taskVector = new Float64Array(dimension);
    const places = new Map<string, number>();
    pool.forEach((member, k) => places.set(nameOf(member), places.get(nameOf(member)) ?? k));
    const weightings = Array.from({ length: WEIGHTINGS }, () => pool.map(() => stream.sign()));
    const meanOf = (weights: readonly number[]): number =>
      pool.reduce((sum, member) => sum + weights[places.get(nameOf(member))!], 0) / pool.length;
    return {
      claims: weightings.map((weights, k) => ({ what: `mean of signs ${k}`, declared: meanOf(weights) })),
      draw(into) {
        draw(stream, taskVector);
        const place = places.get(nameOf(taskVector));
        weightings.forEach((weights, k) => (into[k] = place === undefined ? NaN : weights[place]));
      },
    };
  });
}

/** A name by which equal vectors are found. */
function nameOf(vector: Float64Array): string {
  return vector.join();
}
