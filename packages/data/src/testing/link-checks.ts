import { childKey, openStream, type RandomKey } from "@onestep/core";
import type { Link } from "../define/define-link.ts";
import { exactCheck, type Check } from "./check.ts";
import { growthCheck } from "./growth-check.ts";
import { linkMomentsCheck } from "./link-moments.ts";
import { linkSmoothnessCheck } from "./link-smoothness.ts";

/**
 * Everything that a link declares, held against its values: numbers everywhere, its parity, how it grows, smoothness on
 * either side of 0, and the moments against quadrature. Nothing is left to chance.
 *
 * @example
 * const checks = linkChecks(tanhLink());
 * checks.map(({ name }) => name); // => ["values", "parity", "growth", "smoothness", "moments"]
 * checks.every((check) => check.run().passed); // => true
 */
export function linkChecks(link: Link): readonly Check[] {
  return [
    linkValuesCheck(link),
    link.parity !== "neither" && parityCheck(link, link.parity),
    Number.isFinite(link.growth) && linkGrowthCheck(link),
    linkSmoothnessCheck(link),
    linkMomentsCheck(link),
  ].filter((check) => check !== false);
}

const POINTS = 256;
/** Where a value may overflow, and still must not be NaN. */
const EXTREMES = [0, Number.MIN_VALUE, 1e-308, 1e300, 1e308, Number.MAX_VALUE];
const [FAR, FARTHEST] = [2 ** 1000, 2 ** 1023];

/** x has one value, a finite one where x is of ordinary size, and never NaN; what need not overflow does not. */
function linkValuesCheck(link: Link): Check {
  return exactCheck("values", (key) => {
    const points = drawPoints(key);
    const values = points.map((x) => link.value(x));
    const strange = points.findIndex((_, i) => !Number.isFinite(values[i]));
    if (strange >= 0) return `g(${points[strange]}) is ${values[strange]}`;
    const changed = points.findIndex((x, i) => !Object.is(link.value(x), values[i]));
    if (changed >= 0) return `g(${points[changed]}) changed between two calls`;
    for (const x of EXTREMES.flatMap((extreme) => [extreme, -extreme])) {
      if (Number.isNaN(link.value(x))) return `g(${x}) is NaN`;
    }
    for (const sign of [1, -1]) {
      const extrapolated = Math.abs(link.value(sign * FAR)) * (FARTHEST / FAR) ** link.growth;
      const value = link.value(sign * FARTHEST);
      if (extrapolated < Infinity && !Number.isFinite(value)) return `g(${sign * FARTHEST}) is ${value}`;
    }
    return undefined;
  });
}

/** g(−x) is −g(x) or g(x), to the last bit: a target is a law of signs only then. */
function parityCheck(link: Link, parity: "odd" | "even"): Check {
  return exactCheck("parity", (key) => {
    const sign = parity === "odd" ? -1 : 1;
    const stranger = [...drawPoints(key), ...EXTREMES].find((x) => link.value(-x) !== sign * link.value(x));
    return stranger === undefined
      ? undefined
      : `g(${-stranger}) is ${link.value(-stranger)}, g(${stranger}) ${link.value(stranger)}`;
  });
}

function linkGrowthCheck(link: Link): Check {
  return growthCheck(link.growth, (key, factor) =>
    Math.max(...drawPoints(key).map((x) => Math.abs(link.value(factor * Math.sign(x) * (1 + Math.abs(x) / 40))))),
  );
}

/** Points of ordinary size, on either side of 0, in any order of magnitude. */
function drawPoints(key: RandomKey): readonly number[] {
  const stream = openStream(childKey(key, "points"));
  return Array.from({ length: POINTS }, () => stream.sign() * 40 * stream.uniform() ** 4);
}
