import { sin } from "@onestep/core";
import type { PromptLaw } from "../prompt/prompt-law.ts";
import { drawContextStatistics } from "../statistics/sample-context-statistics.ts";
import type { Check } from "./check.ts";
import { project } from "./directions.ts";
import { meanCheck } from "./mean-check.ts";
import { promptReader, sumsOfRows } from "./prompt-reader.ts";
import {
  drawKey,
  drawNormals,
  gramTimes,
  inTypicalUnits,
  queryAlong,
  type PromptStatistic,
} from "./prompt-statistics.ts";

/**
 * S, b, c and the query drawn without rows have the law of those of rows: bounded functions of eleven statistics have
 * the same means.
 */
export function statisticsCheck(law: PromptLaw): Check {
  const { dimension: d } = law;
  return meanCheck(
    "statistics",
    (stream) => {
      const [u, v] = [drawNormals(stream, d), drawNormals(stream, d)];
      const named = namedStatistics(u, v);
      const sample = sumsOfRows(law);
      const statistics = inTypicalUnits(
        named.map(([, statistic]) => statistic),
        sample,
        drawKey(stream),
      );
      const rows = promptReader(sample, drawKey(stream));
      const fast = promptReader(
        (request) => drawContextStatistics(law, { ...request, withoutRows: true }),
        drawKey(stream),
      );
      return {
        claims: named.map(([name]) => ({ what: `difference of E h(${name})`, declared: 0 })),
        draw(into) {
          rows.next();
          fast.next();
          statistics.forEach((statistic, k) => {
            into[k] = bounded(statistic(fast.batch, fast.place)) - bounded(statistic(rows.batch, rows.place));
          });
        },
      };
    },
    1024,
  );
}

function namedStatistics(u: Float64Array, v: Float64Array): readonly (readonly [string, PromptStatistic])[] {
  const d = u.length;
  const alongQuery = queryAlong(u);
  const crossProduct: (...of: Parameters<PromptStatistic>) => Float64Array = (batch, i) =>
    batch.crossProduct.subarray(i * d, (i + 1) * d);
  const query: typeof crossProduct = (batch, i) => batch.queryCovariates.subarray(i * d, (i + 1) * d);
  return [
    ["uᵀb", (batch, i) => project(u, crossProduct(batch, i))],
    ["(uᵀb)(vᵀb)", (batch, i) => project(u, crossProduct(batch, i)) * project(v, crossProduct(batch, i))],
    ["c", (batch, i) => batch.responseEnergy[i]],
    ["uᵀSu", (batch, i) => project(u, gramTimes(batch, i, u))],
    ["uᵀSv", (batch, i) => project(v, gramTimes(batch, i, u))],
    ["uᵀS²u", (batch, i) => project(gramTimes(batch, i, u), gramTimes(batch, i, u))],
    ["bᵀSb", (batch, i) => project(crossProduct(batch, i), gramTimes(batch, i, crossProduct(batch, i)))],
    ["c uᵀb", (batch, i) => batch.responseEnergy[i] * project(u, crossProduct(batch, i))],
    ["y_q", (batch, i) => batch.queryResponses[i]],
    ["y_q x_qᵀb", (batch, i) => batch.queryResponses[i] * project(crossProduct(batch, i), query(batch, i))],
    ["c uᵀx_q", (batch, i) => batch.responseEnergy[i] * alongQuery(batch, i)],
  ];
}

/** A bounded function that is neither even nor odd. */
function bounded(x: number): number {
  return sin(1.5 * x + 0.5);
}
