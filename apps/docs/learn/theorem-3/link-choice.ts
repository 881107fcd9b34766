import { normalExpectation } from "@onestep/core";
import {
  absLink,
  cubeLink,
  hermiteLink,
  identityLink,
  reluLink,
  signLink,
  sinLink,
  tanhLink,
  type JsonObject,
  type Link,
} from "@onestep/data";
import type { LinkMoments } from "@onestep/theory";

/** A link of the catalogue, with the name that the page gives it. */
interface NamedLink {
  readonly formula: string;
  readonly link: Link;
}

/** z² − 1 is √2 He₂/√2!. */
const NAMED = {
  identity: { formula: "z", link: identityLink({}) },
  tanh: { formula: "tanh z", link: tanhLink({}) },
  relu: { formula: "max(z, 0)", link: reluLink({}) },
  sign: { formula: "sign z", link: signLink({}) },
  sine: { formula: "sin 2z", link: sinLink({ scale: 2 }) },
  cube: { formula: "z³", link: cubeLink({}) },
  abs: { formula: "|z|", link: absLink({}) },
  quadratic: { formula: "z² − 1", link: hermiteLink({ coefficients: [0, 0, Math.SQRT2] }) },
} satisfies Readonly<Record<string, NamedLink>>;

export type LinkName = keyof typeof NAMED;

export const LINK_NAMES: readonly LinkName[] = Object.keys(NAMED) as LinkName[];

/** A link of the catalogue, or one that is drawn: its heights at the knots. */
export type LinkChoice = LinkName | readonly number[];

/** Where a drawn link has its handles. */
export const KNOTS: readonly number[] = [-2, -1.5, -1, -0.5, 0, 0.5, 1, 1.5, 2];

/** A handle stays between −2.5 and 2.5. */
export const TALLEST = 2.5;

export function isDrawn(choice: LinkChoice): choice is readonly number[] {
  return typeof choice !== "string";
}

export function formulaOf(choice: LinkChoice): string {
  return isDrawn(choice) ? "as drawn" : NAMED[choice].formula;
}

/** As a law file writes it; none for a link that is drawn. */
export function linkInLawFile(name: LinkName): string | JsonObject {
  const { name: link, parameters } = NAMED[name].link;
  return Object.keys(parameters).length === 0 ? link : { name: link, ...parameters };
}

/** g */
export function valueOf(choice: LinkChoice): (z: number) => number {
  return isDrawn(choice) ? piecewiseLinear(choice) : (z) => NAMED[choice].link.value(z);
}

/** The heights of a link at the knots: what a reader begins to draw from. */
export function heightsOf(choice: LinkChoice): readonly number[] {
  return isDrawn(choice) ? choice : KNOTS.map((z) => withinHeights(valueOf(choice)(z)));
}

/** The nearest height that can be set: a multiple of 0.05. */
export function withinHeights(height: number): number {
  return Math.round(Math.min(TALLEST, Math.max(-TALLEST, height)) * 20) / 20 + 0; // no −0
}

/** Straight from knot to knot, and on beyond the outermost two as between them and their neighbours. */
function piecewiseLinear(heights: readonly number[]): (z: number) => number {
  const last = KNOTS.length - 2;
  return (z) => {
    const i = Math.min(last, Math.max(0, Math.floor((z - KNOTS[0]) / (KNOTS[1] - KNOTS[0]))));
    return heights[i] + ((heights[i + 1] - heights[i]) * (z - KNOTS[i])) / (KNOTS[i + 1] - KNOTS[i]);
  };
}

/** Where g or its slope may jump. */
function breakpointsOf(choice: LinkChoice): readonly number[] {
  return isDrawn(choice) ? KNOTS : [0];
}

/** E h(z, g(z)) for z ~ N(0, 1). */
function expectation(choice: LinkChoice, h: (z: number, g: number) => number): number {
  const value = valueOf(choice);
  return normalExpectation((z) => h(z, value(z)), { breakpoints: breakpointsOf(choice), scale: 0.5 });
}

/** c₁, a and b₂: declared by the links of the catalogue, by quadrature for one that is drawn. */
export function momentsOf(choice: LinkChoice): LinkMoments {
  if (isDrawn(choice)) return integratedMoments(choice);
  const { slope, energy, tiltedEnergy } = NAMED[choice].link.moments(1);
  return { c1: slope, a: energy, b2: tiltedEnergy };
}

/** The same by quadrature, whatever the link. */
export function integratedMoments(choice: LinkChoice): LinkMoments {
  return {
    c1: expectation(choice, (z, g) => z * g),
    a: expectation(choice, (_, g) => g * g),
    b2: expectation(choice, (z, g) => (z * g) ** 2),
  };
}

/** The highest degree of the bars. */
const HIGHEST_DEGREE = 7;

/** h₀, h₁, … of g = Σ hₖ Heₖ/√k!: hₖ = E[g(z) Heₖ(z)/√k!]. */
export function hermiteCoefficients(choice: LinkChoice): readonly number[] {
  return Array.from({ length: HIGHEST_DEGREE + 1 }, (_, k) => expectation(choice, (z, g) => g * hermite(k, z)));
}

/** Heₖ(z)/√k!, by pₖ₊₁ = (z pₖ − √k pₖ₋₁)/√(k + 1). */
export function hermite(degree: number, z: number): number {
  let [before, current] = [0, 1];
  for (let k = 0; k < degree; k++)
    [before, current] = [current, (z * current - Math.sqrt(k) * before) / Math.sqrt(k + 1)];
  return current;
}
