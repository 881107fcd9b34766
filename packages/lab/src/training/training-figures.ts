import type { Json, JsonObject } from "@onestep/data";
import type { Figure, FigurePoint, FigureSeries } from "../figure/figure.ts";
import type { TrainingReport } from "./training-report.ts";

/** What the curves of a training are drawn from: a report, or what is known while it runs. */
export interface TrainingTrace extends Pick<TrainingReport, "config" | "trainingLoss" | "optimalLoss"> {
  readonly optimum?: Pick<NonNullable<TrainingReport["optimum"]>, "attains">;
}

/**
 * The curves of a training by name: `loss`, the batch loss, and the exact one where it is known, against the loss of
 * theory; for one layer `distance`, how far its step is from Γ*; and `excess`, how far its exact loss is from that of
 * theory. All axes are logarithmic; what is not positive has no place on them.
 */
export function trainingFigures(trace: TrainingTrace): Readonly<Record<string, Figure>> {
  const { config, trainingLoss, optimalLoss, optimum } = trace;
  const { law, model, training, backend, seed } = config;
  const size = model.layers === 1 ? "one layer" : `${model.layers} layers`;
  const prompts = training.batch === undefined ? "exact" : `${training.batch} prompts a step`;
  const subtitle = `${size} (${model.family}), n = ${lengthOf(law["contextLength"])}, d = ${JSON.stringify(law["dimension"])}, ${prompts}, ${backend}, seed ${seed}`;
  const x = { label: "training steps", scale: "log" } as const;
  const first = trainingLoss[0]?.step ?? 1;
  const last = trainingLoss[trainingLoss.length - 1]?.step ?? 1;
  const theory: FigureSeries[] =
    optimalLoss === undefined || optimum === undefined || optimalLoss <= 0
      ? []
      : [
          {
            name: optimum.attains === "minimum" ? "theory, L*" : "theory, best known",
            kind: "line",
            theory: true,
            points: [first, last].map((step) => ({ x: step, y: optimalLoss })),
          },
        ];
  const curve = (values: readonly (readonly [number, number | undefined])[]): FigurePoint[] =>
    values.flatMap(([step, value]) => (value !== undefined && value > 0 ? [{ x: step, y: value }] : []));
  const losses = curve(trainingLoss.map(({ step, loss }) => [step, loss]));
  const exact = curve(trainingLoss.map(({ step, exactLoss }) => [step, exactLoss]));
  const distances = curve(trainingLoss.map(({ step, distance }) => [step, distance]));
  const excesses = curve(trainingLoss.map(({ step, exactLoss = NaN }) => [step, exactLoss - (optimalLoss ?? NaN)]));
  const isSampled = training.batch !== undefined;
  const figure = (title: string, label: string, series: readonly FigureSeries[]): Figure => ({
    title,
    subtitle,
    x,
    y: { label, scale: "log" },
    series,
  });
  const trained = (points: FigurePoint[]): FigureSeries => ({ name: "trained", kind: "line", points });
  return {
    loss: figure("Pre-training loss against theory", "loss", [
      { name: isSampled ? "batch loss" : "loss", kind: "line", points: losses },
      ...(isSampled && exact.length > 0 ? [{ name: "exact loss", kind: "line", points: exact } as const] : []),
      ...theory,
    ]),
    ...(distances.length === 0
      ? {}
      : { distance: figure("Distance of the trained step to Γ*", "‖Γ − Γ*‖ / ‖Γ*‖", [trained(distances)]) }),
    ...(excesses.length === 0 ? {} : { excess: figure("Loss above theory", "exact loss − L*", [trained(excesses)]) }),
  };
}

/** `20`, or `3 to 9` where it is drawn. */
function lengthOf(length: Json): string {
  if (typeof length !== "object" || length === null || Array.isArray(length)) return JSON.stringify(length);
  const { from, to } = length as JsonObject;
  return `${JSON.stringify(from)} to ${JSON.stringify(to)}`;
}
