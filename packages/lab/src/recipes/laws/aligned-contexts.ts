import { dot, openStream, type RandomKey } from "@onestep/core";

/** Contexts whose examples resemble the query: xᵢ = αx_q + √(1 − α²)zᵢ, with x_q, zᵢ and w ~ N(0, I). */
export interface AlignedLaw {
  readonly contextLength: number;
  readonly dimension: number;
  readonly noiseVariance: number;
  /** α, 0 ≤ α ≤ 1 */
  readonly alignment: number;
}

/**
 * The best step η and its loss, by rotation invariance those of the best Γ. With s² = 1 − α² and r = ‖x_q‖², given which
 * xᵢ ~ N(αx_q, s²I),
 *
 * $$ R = \mathbb{E}\,x_q^\top S x_q = n\,(\alpha^2 r_2 + s^2 r_1), \qquad \eta = \frac{R}{C}, \qquad L = d + \sigma^2 - \frac{R^2}{C} $$
 *
 * $$ C - \sigma^2 R = \mathbb{E}\lVert Sx_q\rVert^2 = n\,\mathbb{E}\,r\big[u_4 + s^2(d-1)u_2\big] + n(n-1)\,\mathbb{E}\,r\,u_2^2 $$
 *
 * where r_k = E rᵏ, u₂ = α²r + s² and u₄ = 3u₂² − 2α⁴r² are moments of xᵢ along x_q.
 */
export function alignedOptimum(law: AlignedLaw): { readonly stepSize: number; readonly loss: number } {
  const { contextLength: n, dimension: d, noiseVariance } = law;
  const [a, s] = [law.alignment ** 2, 1 - law.alignment ** 2];
  const [r1, r2, r3] = [d, d * (d + 2), d * (d + 2) * (d + 4)];
  const u2 = a * r2 + s * r1;
  const u2Squared = a * a * r3 + 2 * a * s * r2 + s * s * r1;
  const reward = n * u2;
  const own = 3 * u2Squared - 2 * a * a * r3 + s * (d - 1) * u2;
  const cost = n * own + n * (n - 1) * u2Squared + noiseVariance * reward;
  return { stepSize: reward / cost, loss: d + noiseVariance - reward ** 2 / cost };
}

/** What decides the loss of a step η, ‖x_q‖² − 2η·reward + η²·cost + σ², context by context, tasks and noise integrated out. */
export interface AlignedDraws {
  readonly energy: Float64Array;
  readonly reward: Float64Array;
  readonly cost: Float64Array;
}

/** Draws contexts of the law at a key: the same normals whatever α. */
export function drawAligned(
  { contextLength: n, dimension: d, noiseVariance, alignment }: AlignedLaw,
  { key, count, tick }: { readonly key: RandomKey; readonly count: number; readonly tick: (part: number) => void },
): AlignedDraws {
  const stream = openStream(key);
  const rest = Math.sqrt(1 - alignment ** 2);
  const normals = new Float64Array((n + 1) * d);
  const query = normals.subarray(0, d);
  const draws = { energy: new Float64Array(count), reward: new Float64Array(count), cost: new Float64Array(count) };
  for (let i = 0; i < count; i++) {
    if (i % 1000 === 0) tick(i / count);
    stream.fillNormals(normals, 0, normals.length);
    const seen = new Float64Array(d); // S x_q
    for (let at = d; at < normals.length; at += d) {
      const example = normals.subarray(at, at + d).map((entry, k) => alignment * query[k] + rest * entry);
      const score = dot(example, query);
      for (let k = 0; k < d; k++) seen[k] += score * example[k];
    }
    draws.energy[i] = dot(query, query);
    draws.reward[i] = dot(query, seen);
    draws.cost[i] = dot(seen, seen) + noiseVariance * draws.reward[i];
  }
  return draws;
}
