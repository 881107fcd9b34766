import { DomainError } from "@onestep/core";
import type { Axis, Figure } from "./figure.ts";

/** An axis laid out: where a value stands, between 0 and 1, and which values are named. */
export interface AxisLayout {
  readonly position: (value: number) => number;
  readonly ticks: readonly { readonly value: number; readonly label: string }[];
}

const MOST_TICKS = 7;
/** As a part of the axis: nearer ones would touch. */
const NEAREST_TICKS = 0.07;

/** Lays out both axes of a figure over all that its series show. */
export function axesOf({ title, x, y, series }: Figure): { x: AxisLayout; y: AxisLayout } {
  const points = series.flatMap((one) => one.points);
  const across = layout(
    title,
    x,
    points.map((point) => point.x),
  );
  const marked = series.flatMap((one) => (one.kind === "points" ? one.points.map((point) => point.x) : []));
  return {
    x: x.scale === "log" ? withTicksAt(marked, across) : across,
    y: layout(
      title,
      y,
      points.flatMap(({ y: value, low = value, high = value }) => [value, low, high]),
    ),
  };
}

/** Few marks at uneven numbers name themselves, where they span the axis: 4096, 8192 and 16384 rather than 4000 and 6000. */
function withTicksAt(marked: readonly number[], { position, ticks }: AxisLayout): AxisLayout {
  const values = [...new Set(marked)].sort((a, b) => a - b);
  const places = values.map(position);
  const [first, ...gaps] = places.map((place, at) => place - (at === 0 ? 0 : places[at - 1]));
  const areSpread = [first, 1 - places[places.length - 1], ...gaps].every((gap) => gap < 0.5);
  const areApart = gaps.every((gap) => gap >= NEAREST_TICKS);
  if (values.length < 3 || values.length > MOST_TICKS || !areApart || !areSpread) return { position, ticks };
  return { position, ticks: values.map((value) => ({ value, label: exponentialWhereLong(value) })) };
}

function layout(title: string, { label, scale, names }: Axis, values: readonly number[]): AxisLayout {
  const bad = values.find((value) => !Number.isFinite(value) || (scale === "log" && value <= 0));
  if (bad !== undefined || values.length === 0) {
    throw new DomainError({
      where: `${title}, axis ${label}`,
      expected: scale === "log" ? "positive finite numbers" : "finite numbers",
      arrived: bad === undefined ? "no point" : String(bad),
      hint: "leave out what cannot be drawn, or take a linear axis",
    });
  }
  const [least, most] = [Math.min(...values), Math.max(...values)];
  if (scale === "log") return logLayout(least, most);
  const linear = linearLayout(least, most, values);
  if (names === undefined) return linear;
  return { ...linear, ticks: names.map((name, at) => ({ value: at + 1, label: name })) };
}

function linearLayout(least: number, most: number, values: readonly number[]): AxisLayout {
  const span = most - least || Math.abs(most) || 1;
  const [low, high] = [least - 0.04 * span, most + 0.04 * span];
  const raw = span / (MOST_TICKS - 1);
  const unit = 10 ** Math.floor(Math.log10(raw));
  const nice = [1, 2, 5, 10].map((factor) => factor * unit).find((step) => step >= raw * (1 - 1e-9)) ?? 10 * unit;
  const step = values.every(Number.isInteger) ? Math.max(1, nice) : nice;
  const first = Math.ceil(low / step - 1e-9);
  const count = Math.floor(high / step + 1e-9) - first + 1;
  const digits = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
  const ticks = Array.from({ length: Math.max(0, count) }, (_, k) => {
    const value = (first + k) * step;
    return { value, label: labelOf(value, digits) };
  });
  return { position: (value) => (value - low) / (high - low), ticks };
}

/** A fixed number of digits, unless that takes many. */
function labelOf(value: number, digits: number): string {
  const size = Math.abs(value);
  if (value !== 0 && (size >= 1e5 || digits > 5)) return exponential(value);
  return (value === 0 ? 0 : value).toFixed(digits).replace("-", "−");
}

function logLayout(least: number, most: number): AxisLayout {
  const decades = Math.log10(most / least);
  const air = Math.max(0.04 * decades, 0.03);
  const [low, high] = [Math.log10(least) - air, Math.log10(most) + air];
  const from = Math.floor(low);
  const powers = Array.from({ length: Math.ceil(high) - from + 1 }, (_, k) => from + k);
  const shown = (factors: readonly number[], every: number): number[] =>
    powers
      .filter((power) => power % every === 0)
      .flatMap((power) => factors.map((factor) => Number(`${factor}e${power}`)))
      .filter((value) => Math.log10(value) >= low && Math.log10(value) <= high);
  const every = Math.max(1, Math.ceil((high - low) / MOST_TICKS));
  const candidates = [
    shown([1], every),
    shown([1, 3], 1),
    shown([1, 2, 5], 1),
    shown([1, 1.5, 2, 3, 4, 6, 8], 1),
    shown([1, 1.5, 2, 3, 4, 5, 6, 7, 8, 9], 1),
  ];
  const values = candidates.find((ticks) => ticks.length >= 3) ?? candidates[candidates.length - 1];
  return {
    position: (value) => (Math.log10(value) - low) / (high - low),
    ticks: values.map((value) => ({ value, label: exponentialWhereLong(value) })),
  };
}

function exponentialWhereLong(value: number): string {
  return value >= 1e5 || value < 1e-3 ? exponential(value) : String(value);
}

const SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹";

/** 2·10⁻⁵, as a person writes it. */
function exponential(value: number): string {
  const [mantissa, power] = value.toExponential().split("e");
  const raised = power
    .replace("+", "")
    .replace("-", "⁻")
    .replace(/\d/g, (digit) => SUPERSCRIPTS[Number(digit)]);
  const factor = String(Number(Number(mantissa).toPrecision(3))).replace("-", "−");
  return factor === "1" ? `10${raised}` : `${factor}·10${raised}`;
}
