import { power } from "@onestep/core";
import {
  gdPlusPlusFilter,
  newtonFilter,
  oneStepFilter,
  ownRatesFilter,
  ridgeFilter,
  sharedRateFilter,
} from "./filters.ts";
import type { Filter } from "./filters.ts";

/** The kinds of algorithms that a model is held against. */
type AlgorithmName =
  | "zero"
  | "gradient-descent"
  | "preconditioned-step"
  | "gradient-descent-own-rates"
  | "gd-plus-plus"
  | "ridge"
  | "newton"
  | "discrete-mmse";

/** What names an algorithm but for its numbers. */
export interface AlgorithmId {
  readonly algorithm: AlgorithmName;
  /** Steps, layers or iterations; absent where the algorithm has none. */
  readonly steps?: number;
  /** Whether it works on Σ^{−1/2}x: one step is then Γ = ηΣ⁻¹. */
  readonly coordinates: "plain" | "white";
}

/** An algorithm that acts on each eigenvalue of S/n by itself. */
export interface SpectralFamily {
  readonly id: Omit<AlgorithmId, "coordinates">;
  readonly parameterNames: readonly string[];
  readonly filter: Filter;
  /**
   * The size of each parameter, where a typical eigenvalue of S/n is u and a context has n pairs: the fit moves
   * parameters in these units.
   */
  readonly units: (u: number, n: number) => readonly number[];
  /** Where the fit begins, in the units above: the best of these. */
  readonly starts: readonly (readonly number[])[];
}

/** Rates are told apart by these factors at the start, from one to the next. */
const SPREADS = [1.05, 1.6, 2.5];

/** What a_l b_l begins at, in units of 1/u: about a half is best for GD++, 0 is gradient descent. */
const PRODUCTS = [0.45, 0.05];

/** Families of up to k steps, simpler ones first among those of as many numbers. */
export function spectralFamilies(most: number): readonly SpectralFamily[] {
  const depths = Array.from({ length: Math.max(0, most - 1) }, (_, i) => i + 2);
  return [
    {
      id: { algorithm: "gradient-descent", steps: 1 },
      parameterNames: ["η"],
      filter: oneStepFilter,
      units: (u, n) => [1 / (n * u)],
      starts: [[1]],
    },
    ...depths.map((steps): SpectralFamily => ({
      id: { algorithm: "gradient-descent", steps },
      parameterNames: ["a"],
      filter: sharedRateFilter(steps),
      units: (u) => [1 / u],
      starts: [[0.1], [0.5], [1]],
    })),
    {
      id: { algorithm: "ridge" },
      parameterNames: ["λ"],
      filter: ridgeFilter,
      units: (u, n) => [n * u],
      starts: [[0.001], [0.03], [0.3], [3]],
    },
    ...depths.map((steps): SpectralFamily => ({
      id: { algorithm: "newton", steps },
      parameterNames: ["a"],
      filter: newtonFilter(steps),
      units: (u) => [1 / u ** 2],
      starts: [[0.03], [0.2], [0.5], [1]],
    })),
    ...depths.map((steps): SpectralFamily => ({
      id: { algorithm: "gradient-descent-own-rates", steps },
      parameterNames: numbered("a", steps),
      filter: ownRatesFilter,
      units: (u) => Array.from({ length: steps }, () => 1 / u),
      starts: SPREADS.map((spread) => geometric(steps, spread, 0.8)),
    })),
    ...depths.map((steps): SpectralFamily => ({
      id: { algorithm: "gd-plus-plus", steps },
      parameterNames: [...numbered("a", steps), ...numbered("b", steps - 1)],
      filter: gdPlusPlusFilter(steps),
      // b multiplies a, and only their product meets u.
      units: (u) => [...Array.from({ length: steps }, () => 1 / u), ...Array.from({ length: steps - 1 }, () => 1)],
      starts: SPREADS.flatMap((spread) => {
        const rates = geometric(steps, spread, 0.8);
        return PRODUCTS.map((product) => [...rates, ...rates.slice(0, -1).map((rate) => product / rate)]);
      }),
    })),
  ];
}

/** What an algorithm is called in a sentence. */
export function nameOf({ algorithm, steps, coordinates }: AlgorithmId): string {
  const white = coordinates === "white" ? ", in white coordinates" : "";
  switch (algorithm) {
    case "zero":
      return "zero";
    case "gradient-descent":
      if (steps === 1) return `one step of gradient descent${white}`;
      return `${steps} steps of gradient descent at one rate${white}`;
    case "gradient-descent-own-rates":
      return `${steps} steps of gradient descent, each at its rate${white}`;
    case "preconditioned-step":
      return "one preconditioned step";
    case "gd-plus-plus":
      return `GD++ of ${steps} layers${white}`;
    case "ridge":
      return `ridge regression${white}`;
    case "newton":
      return `${steps} iterations of Newton's method${white}`;
    case "discrete-mmse":
      return "the posterior mean over the pool";
  }
}

function geometric(count: number, ratio: number, centre: number): number[] {
  return Array.from({ length: count }, (_, l) => centre * power(ratio, l - (count - 1) / 2));
}

function numbered(name: string, count: number): string[] {
  return Array.from({ length: count }, (_, i) => `${name}${subscript(i + 1)}`);
}

function subscript(number: number): string {
  return [...String(number)].map((digit) => "₀₁₂₃₄₅₆₇₈₉"[Number(digit)]).join("");
}
