import { toRows, zeros } from "@onestep/core";
import type { TrainedParameters } from "@onestep/lab";

import type { LabTheory } from "./lab-theory.ts";

type Rows = readonly (readonly number[])[];

/** One matrix that a reader may look at. */
export interface WeightView {
  /** Names it in an address or a menu's value. */
  readonly id: string;
  readonly label: string;
  readonly rows: Rows;
  /** What is to be known to read it. */
  readonly note: string;
}

/** The matrices of a model at rest: Γ, M and u of one layer, P and Q of every head of a deep one. */
export function weightViews(parameters: TrainedParameters, preconditioner: Rows | undefined): readonly WeightView[] {
  const step =
    preconditioner === undefined
      ? []
      : [
          {
            id: "gamma",
            label: "Γ, the preconditioner",
            rows: preconditioner,
            note: "the part of the layer that is odd in the responses: ŷ = x_qᵀ Γ Xᵀy",
          },
        ];
  if ("keyQuery" in parameters) {
    const { keyQuery, valueProjection } = parameters;
    const gauge = valueProjection[valueProjection.length - 1];
    const fixed = gauge === 0 ? 1 : gauge;
    const scaled = gauge === 0 ? "as it is" : "times u_y, since only products of the two count";
    return [
      ...step,
      {
        id: "M",
        label: "M, keys and queries",
        rows: keyQuery.map((row) => row.map((entry) => entry * fixed)),
        note: `${scaled}: its first d rows and columns are Γᵀ; the last row should vanish, and the last column meets a 0`,
      },
      {
        id: "u",
        label: "u, the values",
        rows: [valueProjection.map((entry) => entry / fixed)],
        note: `${gauge === 0 ? "as it is" : "divided by u_y"}: what is not its last entry should vanish`,
      },
    ];
  }
  const layers = parameters.P.flatMap((heads, layer) =>
    heads.flatMap((value, head): WeightView[] => {
      const where = `layer ${layer + 1}${heads.length > 1 ? `, head ${head + 1}` : ""}`;
      return [
        { id: `Q${layer}.${head}`, label: `Q, ${where}`, rows: parameters.Q[layer][head], note: "keys and queries" },
        { id: `P${layer}.${head}`, label: `P, ${where}`, rows: value, note: "the projection of values" },
      ];
    }),
  );
  return [...step, ...layers];
}

/** What stands for a model before its first step: it is zero, near enough. */
export function silentViews(dimension: number, isDeep: boolean): readonly WeightView[] {
  const rowsOf = (side: number): Rows => toRows(zeros(side, side));
  return [
    isDeep
      ? {
          id: "Q0.0",
          label: "Q, layer 1",
          rows: rowsOf(dimension + 1),
          note: "keys and queries: nothing is trained yet",
        }
      : {
          id: "gamma",
          label: "Γ, the preconditioner",
          rows: rowsOf(dimension),
          note: "ŷ = x_qᵀ Γ Xᵀy: nothing is trained yet",
        },
  ];
}

/** Γ* beside what is trained, where theory names it. */
export function theoryViews(theory: LabTheory | undefined): readonly WeightView[] {
  const star = theory?.optimum?.preconditioner;
  return star === undefined
    ? []
    : [{ id: "star", label: "Γ*, of theory", rows: star, note: "computed before, and told to nobody" }];
}

/** What a colour map is full at: η* where Γ* = η*I, else the largest entry of Γ*. */
export function colourUnit(
  theory: LabTheory | undefined,
): { readonly value: number; readonly label: string } | undefined {
  const { optimum, form } = theory ?? {};
  if (optimum?.preconditioner === undefined || optimum.stepSize === undefined) return undefined;
  return form?.conclusion === "one-step" && optimum.stepSize !== 0
    ? { value: Math.abs(optimum.stepSize), label: "η*" }
    : { value: largestEntry(optimum.preconditioner), label: "max |Γ*|" };
}

/** The largest entry of a matrix, 1 where all vanish: what a colour map is full at. */
export function largestEntry(rows: Rows): number {
  const most = rows.reduce((largest, row) => Math.max(largest, ...row.map(Math.abs)), 0);
  return most > 0 ? Number(most.toPrecision(2)) : 1;
}
