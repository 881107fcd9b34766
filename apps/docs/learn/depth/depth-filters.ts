import type { ChartSeries } from "../../figures/chart.ts";
import { chosenDepth } from "./chosen-depth.ts";
import { DEEPEST_GD_PLUS_PLUS } from "./depth-setting.ts";
import type { DepthTheory } from "./depth-theory.ts";
import { filterCurve, gdPlusPlusFilter, ridgeFilter, stepsFilter } from "./filter.ts";

/** The largest eigenvalue that is drawn. */
export function largestEigenvalue({ density }: DepthTheory): number {
  return density[density.length - 1][0];
}

/** The filters of theory: of ridge regression, of GD++ where it is searched for, and of the layers that are chosen. */
export function filtersOf(theory: DepthTheory): readonly ChartSeries[] {
  const { layers, text, own, gdPlusPlus } = chosenDepth(theory);
  const largest = largestEigenvalue(theory);
  const ridge = theory.of.noiseVariance / theory.of.contextLength;
  const better: ChartSeries = {
    name: "GD++",
    tone: "loss",
    theory: true,
    points: gdPlusPlus === undefined ? [] : filterCurve((u) => gdPlusPlusFilter(gdPlusPlus, u), largest),
  };
  const zeros = own.stepSizes.map((step) => 1 / step);
  return [
    {
      name: "where eigenvalues are",
      tone: "plain",
      kind: "band",
      points: theory.density.map(([u, height]) => [u, -0.5, -0.5 + 0.5 * height]),
    },
    {
      name: "ridge, the best of all",
      tone: "ridge",
      theory: true,
      points: filterCurve((u) => ridgeFilter(ridge, u), largest),
    },
    // GD++ of one layer is a step.
    ...(layers === 1 || layers > DEEPEST_GD_PLUS_PLUS ? [] : [better]),
    { name: text, tone: "step", points: filterCurve((u) => stepsFilter(own.stepSizes, u), largest) },
    {
      name: "zeros, u = 1/aₗ",
      tone: "step",
      kind: "points",
      theory: true,
      points: zeros.filter((u) => u <= largest).map((u) => [u, 0]),
    },
  ];
}
