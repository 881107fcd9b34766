import { expectClose } from "@onestep/testkit";
import { describe, it } from "vitest";
import { describeLink, type Link } from "../define/define-link.ts";
import { absLink } from "./abs.ts";
import { cosLink } from "./cos.ts";
import { cubeLink } from "./cube.ts";
import { erfLink } from "./erf.ts";
import { geluLink } from "./gelu.ts";
import { hermiteLink } from "./hermite.ts";
import { identityLink } from "./identity.ts";
import { leakyReluLink } from "./leaky-relu.ts";
import { reluLink } from "./relu.ts";
import { sigmoidLink } from "./sigmoid.ts";
import { signLink } from "./sign.ts";
import { sinLink } from "./sin.ts";
import { softplusLink } from "./softplus.ts";
import { tanhLink } from "./tanh.ts";

const F = (2 / Math.PI) * Math.asin(2 / 3);
const [p, q] = [1.5, -0.5]; // p z + q He₃

/** c₁ = E[z g], a = E[g²], b₂ = E[g² z²] at scale 1: exact where closed, else to the twelve digits known. */
const table: readonly (readonly [Link, number, number, number, number])[] = [
  [identityLink(), 1, 1, 3, 1e-15],
  [reluLink(), 1 / 2, 1 / 2, 3 / 2, 1e-15],
  [leakyReluLink({ slope: 0.2 }), 0.6, 0.52, 1.56, 1e-15],
  [absLink(), 0, 1, 3, 1e-15],
  [signLink(), Math.sqrt(2 / Math.PI), 1, 1, 1e-15],
  [erfLink(), 2 / Math.sqrt(3 * Math.PI), F, F + 8 / (3 * Math.PI * Math.sqrt(5)), 1e-15],
  [sinLink(), Math.exp(-0.5), (1 - Math.exp(-2)) / 2, (1 + 3 * Math.exp(-2)) / 2, 1e-15],
  [cosLink(), 0, (1 + Math.exp(-2)) / 2, (1 - 3 * Math.exp(-2)) / 2, 1e-15],
  [cubeLink(), 3, 15, 105, 1e-15],
  [hermiteLink({ coefficients: [0, 0, 0, Math.sqrt(6)] }), 0, 6, 42, 1e-14],
  [hermiteLink({ coefficients: [0, 0, Math.sqrt(2)] }), 0, 2, 10, 1e-14],
  [
    hermiteLink({ coefficients: [0, p, 0, q * Math.sqrt(6)] }),
    p,
    p * p + 6 * q * q,
    3 * p * p + 12 * p * q + 42 * q * q,
    1e-14,
  ],
  [tanhLink(), 0.605705509602, 0.394294490398, 0.757889866679, 5e-13],
  [geluLink(), 1 / 2, 0.42522148257, 1.398181980027, 5e-13],
  [softplusLink(), 1 / 2, 0.921245908859, 1.827849853819, 5e-13],
  [sigmoidLink(), 0.206620964142, 0.293379035858, 0.355775519817, 5e-13],
];

describe("moments of links at scale 1", () => {
  const rows = table.map(([link, ...numbers]) => ({ name: JSON.stringify(describeLink(link)), link, numbers }));
  it.each(rows)("$name", ({ link, numbers: [slope, energy, tiltedEnergy, tolerance] }) => {
    const moments = link.moments(1);
    expectClose([moments.slope, moments.energy, moments.tiltedEnergy], [slope, energy, tiltedEnergy], tolerance);
  });
});
