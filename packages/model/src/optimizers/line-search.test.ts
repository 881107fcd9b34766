import { assert, asyncProperty, double, record } from "fast-check";
import { describe, expect, it } from "vitest";
import { wolfePoint, type LinePoint } from "./line-search.ts";
import type { Objective } from "./objective.ts";

/** From 0 along the axis. */
async function searchFrom(objective: Objective, direction: number): ReturnType<typeof wolfePoint> {
  const position = Float64Array.of(0);
  return wolfePoint(objective, { position, ...(await objective(position)) }, Float64Array.of(direction));
}

function placeOf(point: Awaited<ReturnType<typeof wolfePoint>>): LinePoint {
  if (point === undefined || point === "unbounded") throw new Error(`no point, but ${String(point)}`);
  return point;
}

describe("a line search", () => {
  it("finds a point that meets both Wolfe conditions, whatever the scale of the line and the loss", async () => {
    const exponent = double({ min: -20, max: 20, noNaN: true });
    await assert(
      asyncProperty(
        record({ width: exponent, height: exponent, tilt: double({ min: 0.01, max: 3, noNaN: true }) }),
        async (shape) => {
          const [width, height] = [2 ** shape.width, 2 ** shape.height];
          // A quartic with a hump or a saddle on the way to its minimum.
          const loss = (x: number): number =>
            height * ((x / width) ** 4 - 2 * (x / width) ** 2 - shape.tilt * (x / width));
          const slope = (x: number): number => (height / width) * (4 * (x / width) ** 3 - 4 * (x / width) - shape.tilt);
          const objective: Objective = ([x]) => ({ loss: loss(x), gradient: Float64Array.of(slope(x)) });
          const point = await searchFrom(objective, 1);
          const length = placeOf(point).length;
          expect(length).toBeGreaterThan(0);
          expect(loss(length)).toBeLessThanOrEqual(1e-4 * length * slope(0));
          expect(Math.abs(slope(length))).toBeLessThanOrEqual(0.9 * Math.abs(slope(0)));
        },
      ),
    );
  });

  it("goes far where the slope is slight: from beside a saddle to its valley", async () => {
    const double: Objective = ([x]) => ({
      loss: (x * x - 1) ** 2 - 1e-9 * x,
      gradient: Float64Array.of(4 * x * (x * x - 1) - 1e-9),
    });
    const point = await searchFrom(double, 1e-9);
    expect(placeOf(point).position[0]).toBeGreaterThan(0.5);
  });

  it("finds nothing uphill or along no slope, and says where a line has no bottom", async () => {
    const ramp: Objective = ([x]) => ({ loss: x, gradient: Float64Array.of(1) });
    expect(await searchFrom(ramp, 1)).toBeUndefined();
    expect(await searchFrom(ramp, 0)).toBeUndefined();
    expect(await searchFrom(ramp, -1)).toBe("unbounded");
    const abyss: Objective = ([x]) => ({ loss: x > 1e9 ? -Infinity : -x, gradient: Float64Array.of(-1) });
    expect(await searchFrom(abyss, 1)).toBe("unbounded");
  });

  it("does not ask for a loss beyond the range of numbers", async () => {
    const asked: number[] = [];
    const plain: Objective = ([x]) => {
      asked.push(x);
      return { loss: -Math.min(x, 1e308), gradient: Float64Array.of(x < 1e308 ? -1 : 0) };
    };
    await searchFrom(plain, 1e300);
    expect(asked.every(Number.isFinite)).toBe(true);
  });
});
