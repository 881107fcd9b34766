/** One step of the classical Runge–Kutta method. */
export function rungeKutta(f: (y: readonly number[]) => number[], y: readonly number[], h: number): number[] {
  const shifted = (k: readonly number[], share: number): number[] => y.map((value, i) => value + share * h * k[i]);
  const k1 = f(y);
  const k2 = f(shifted(k1, 0.5));
  const k3 = f(shifted(k2, 0.5));
  const k4 = f(shifted(k3, 1));
  return y.map((value, i) => value + (h / 6) * (k1[i] + 2 * k2[i] + 2 * k3[i] + k4[i]));
}
