import { linearAxis } from "../../figures/axis.ts";
import { plain } from "../../figures/format-number.ts";

/** The diagonal of Γ against training steps, and the height that theory says it runs to. */
export interface EmbedChart {
  readonly svg: SVGSVGElement;
  /** Draws theory alone. */
  begin(setting: { readonly dimension: number; readonly stepSize: number; readonly steps: number }): void;
  /** Adds the diagonal after a step. */
  add(step: number, diagonal: readonly number[]): void;
  /** Says in words what the drawing shows. */
  describe(text: string): void;
}

const WIDTH = 420;
const HEIGHT = 232;
const ACROSS = { start: 66, end: 404 };
const UP = { start: 186, end: 12 };

export function embedChart(): EmbedChart {
  const svg = element("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img" });
  let curves: { readonly path: SVGElement; d: string }[] = [];
  let across = linearAxis(0, 1, ACROSS);
  let up = linearAxis(0, 1, UP);
  return {
    svg,
    begin({ dimension, stepSize, steps }) {
      across = linearAxis(0, steps, ACROSS);
      up = linearAxis(-0.15 * stepSize, 1.35 * stepSize, UP);
      const theory = up.place(stepSize);
      curves = Array.from({ length: dimension }, () => ({ path: element("path", { class: "curve" }), d: "" }));
      svg.replaceChildren(
        ...[0, stepSize].map((at) => label(plain(Number(at.toPrecision(3))), 58, up.place(at) + 4, "end")),
        ...across.ticks.map((at) => label(plain(at), across.place(at), 205, "middle")),
        label("training steps", (ACROSS.start + ACROSS.end) / 2, HEIGHT - 4, "middle"),
        horizontal(up.place(0), "axis"),
        ...curves.map(({ path }) => path),
        horizontal(theory, "theory"),
        label(`theory: η* = ${stepSize.toPrecision(4)}`, ACROSS.end, theory - 8, "end", "theory"),
      );
    },
    add(step, diagonal) {
      diagonal.forEach((entry, i) => {
        const curve = curves[i];
        curve.d += `${curve.d === "" ? "M" : "L"}${across.place(step).toFixed(1)},${up.place(entry).toFixed(1)}`;
        curve.path.setAttribute("d", curve.d);
      });
    },
    describe: (text) => svg.setAttribute("aria-label", text),
  };
}

function horizontal(y: number, name: string): SVGElement {
  return element("line", { class: name, x1: ACROSS.start, x2: ACROSS.end, y1: y, y2: y });
}

function label(text: string, x: number, y: number, anchor: string, name = "tick"): SVGElement {
  const node = element("text", { class: name, x, y, "text-anchor": anchor });
  node.textContent = text;
  return node;
}

function element<Name extends keyof SVGElementTagNameMap>(
  name: Name,
  attributes: Readonly<Record<string, string | number>>,
): SVGElementTagNameMap[Name] {
  const node = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [attribute, value] of Object.entries(attributes)) node.setAttribute(attribute, String(value));
  return node;
}
