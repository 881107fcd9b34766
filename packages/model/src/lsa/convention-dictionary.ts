import { DomainError, requireName } from "@onestep/core";

/** How a paper writes one layer of linear attention, its covariates and its loss. */
export interface Convention {
  /** arXiv number */
  readonly source: string;
  /** What attention divides its sum over tokens by. */
  readonly divisor: "1" | "n" | "n+1";
  /** The sign with which the last entry of the query token is read: ŷ = ± [Z₁]_{d+1, n+1}. */
  readonly sign: 1 | -1;
  /** Whether the query token is one of the tokens that are attended to. */
  readonly attendsToQuery: boolean;
  /** What the loss multiplies the mean squared error by. */
  readonly lossFactor: 1 | 0.5;
  /** Ours over theirs: a covariate x of theirs is covariateScale·x in onestep, where coordinates have variance 1. */
  readonly covariateScale: number;
}

/** The conventions in the dictionary. */
export type ConventionName = "onestep" | "2306.00297" | "2212.07677" | "2306.09927" | "2501.16265";

const conventions: Readonly<Record<ConventionName, Convention>> = {
  /** This project: plain sums, plus sign, no ½, the query masked. */
  onestep: {
    source: "2307.03576",
    divisor: "1",
    sign: 1,
    attendsToQuery: false,
    lossFactor: 1,
    covariateScale: 1,
  },
  /** Z + (1/n) P Z mask (Zᵀ Q Z), ŷ = −[Z_L]; its published code squares the output plus y, the same thing. */
  "2306.00297": {
    source: "2306.00297",
    divisor: "n",
    sign: -1,
    attendsToQuery: false,
    lossFactor: 1,
    covariateScale: 1,
  },
  /** e_j + P V (Kᵀ q_j), 1/n inside the constructed P, ŷ times −1, ½ in the loss, x uniform on [−1, 1], of variance ⅓. */
  "2212.07677": {
    source: "2212.07677",
    divisor: "1",
    sign: -1,
    attendsToQuery: false,
    lossFactor: 0.5,
    covariateScale: Math.sqrt(3),
  },
  /** E + W^PV E (Eᵀ W^KQ E)/n with the query among the columns of E, and ½ in the loss. */
  "2306.09927": {
    source: "2306.09927",
    divisor: "n",
    sign: 1,
    attendsToQuery: true,
    lossFactor: 0.5,
    covariateScale: 1,
  },
  /**
   * X + (1/n) W^V X Xᵀ W^KQ X with the query among the columns of X. Its published code leaves the 1/n to the weights, and
   * divides by n + 1 where lengths vary.
   */
  "2501.16265": {
    source: "2501.16265",
    divisor: "n",
    sign: 1,
    attendsToQuery: true,
    lossFactor: 1,
    covariateScale: 1,
  },
};

/**
 * The conventions that can be converted, by name: this project's and those of four papers.
 *
 * @example
 * conventionNames(); // => ["onestep", "2306.00297", "2212.07677", "2306.09927", "2501.16265"]
 */
export function conventionNames(): readonly ConventionName[] {
  // Keys that look like numbers with a point are no array indices, so they keep the order above.
  return Object.keys(conventions) as ConventionName[];
}

/**
 * How a paper writes things; a paper outside the dictionary is described by a `Convention` of its own.
 *
 * @throws DomainError for a name that is none of `conventionNames()`, or a convention whose numbers are none
 *
 * @example
 * conventionOf("2306.09927").lossFactor; // => 0.5
 */
export function conventionOf(name: ConventionName | Convention): Convention {
  if (typeof name === "object" && name !== null) return requireConvention(name);
  requireName("conventionOf", name, conventionNames());
  return conventions[name];
}

/** A paper of the caller's own. */
function requireConvention(convention: Convention): Convention {
  const { divisor, sign, lossFactor, covariateScale } = convention;
  const expected: Readonly<Record<string, boolean>> = {
    'a divisor "1", "n" or "n+1"': ["1", "n", "n+1"].includes(divisor),
    "a sign of 1 or −1": Math.abs(sign) === 1,
    "a loss factor of 1 or 0.5": lossFactor === 1 || lossFactor === 0.5,
    "a positive finite covariate scale": covariateScale > 0 && covariateScale < Infinity,
  };
  const unmet = Object.keys(expected).find((one) => !expected[one]);
  if (unmet === undefined) return convention;
  throw new DomainError({
    where: "conventionOf",
    expected: unmet,
    arrived: JSON.stringify(convention),
    hint: `begin with one that is like it: { ...conventionOf("2306.00297"), sign: 1 }`,
  });
}
