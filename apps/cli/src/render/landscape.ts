import type { LandscapeReport } from "@onestep/lab";
import { formatNumber } from "./number.ts";
import { plainTable } from "./plain-table.ts";
import type { Style } from "./style.ts";

/** Where a model stands: its numbers, then the verdict. */
export function renderLandscape(found: LandscapeReport, style: Style, isQuiet: boolean): string {
  const { loss, optimalLoss, attains, excessLoss, distance, slope, moved, inertia, gaugeDirections } = found;
  const verdict = style.strong(verdictOf(found));
  if (isQuiet) return `  ${verdict}\n`;
  const rows = [
    [
      "loss",
      formatNumber(loss),
      `the least is ${formatNumber(optimalLoss)}${attains === "minimum" ? "" : ", as far as a search found"}`,
    ],
    ["excess loss", formatNumber(excessLoss, 3), "loss less the least"],
    ["distance", formatNumber(distance, 3), "from the nearest optimum, whatever the gauge, in units of its size"],
    ["slope", formatNumber(slope, 3), "‖∇L‖·size/L: relative change of the loss over the parameters' own size"],
    [
      "moved",
      moved === null ? "–" : formatNumber(moved, 3),
      "to the next stationary point, in units of the parameters' size",
    ],
    ["curved down", String(inertia.negative), "directions of the Hessian there: the index of a saddle"],
    ["flat", String(inertia.zero), `of which reparametrisations explain ${gaugeDirections}`],
    ["curved up", String(inertia.positive), ""],
  ];
  const table = plainTable(["number", "value", "what it is"], rows, ["left", "right", "left"]);
  const lines = [...table.split("\n"), "", verdict, style.faint(moving[found.among])];
  return `${lines.map((line) => `  ${line}`.trimEnd()).join("\n")}\n`;
}

function verdictOf({ verdict, index, moved, tolerance, attains }: LandscapeReport): string {
  const near = moved !== null && moved > 1e-6 ? "near " : "";
  switch (verdict) {
    case "global-minimum":
      return `${near}${attains === "minimum" ? "a global minimum" : "the best minimum known"}`;
    case "spurious-minimum":
      return `${near}a spurious stationary point: the loss curves down nowhere, and is not the least`;
    case "saddle":
      return `${near}a saddle of index ${index}`;
    case "not-stationary":
      return `not stationary: no stationary point within ${formatNumber(tolerance)} of the parameters' size`;
  }
}

const moving: Readonly<Record<LandscapeReport["among"], string>> = {
  layers: "among all layers (u, M), on the exact loss of the law, in white tokens",
  steps: "among layers that attend by responses alone, ŷ = u_y x_qᵀ M_xxᵀ Xᵀy, on the exact loss of the law",
  "scalar-layers":
    "among layers a_l Σ⁻¹, on the exact loss of the law; a stationary point there is one of all transformers",
};
