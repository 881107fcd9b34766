import { figureCsv, figureSvg, figureVegaLite, type Figure } from "@onestep/lab";
import { writeWhole } from "./files.ts";

/** Writes figures to files. */
export interface FigureWriter {
  /** Why there are no PNGs, where there are none. */
  readonly remark: string | undefined;
  /**
   * Writes a figure in all its forms: drawn as `.svg` and `.png`, as Vega-Lite `.vl.json`, and its numbers as `.csv`.
   *
   * @param path without an extension
   */
  write(path: string, figure: Figure): void;
}

type Resvg = typeof import("@resvg/resvg-js");

/** Pixels for each unit of a drawing. */
const ZOOM = 2;
const FONT = { defaultFontFamily: "sans-serif" };

/** Loads what turns drawings into pixels, where this machine has it. */
export async function openFigureWriter(): Promise<FigureWriter> {
  const library = await import("@resvg/resvg-js").catch(() => undefined);
  const remark =
    library === undefined
      ? "no PNG of the figures: @resvg/resvg-js has no binary for this machine"
      : hasFont(library)
        ? undefined
        : "no PNG of the figures: this machine has no font";
  return {
    remark,
    write(path, figure) {
      const svg = figureSvg(figure);
      writeWhole(`${path}.svg`, svg);
      writeWhole(`${path}.vl.json`, `${JSON.stringify(figureVegaLite(figure), null, 2)}\n`);
      writeWhole(`${path}.csv`, figureCsv(figure));
      if (library !== undefined && remark === undefined) writeWhole(`${path}.png`, pngOf(library, svg));
    },
  };
}

function pngOf({ Resvg }: Resvg, svg: string): Uint8Array {
  return new Resvg(svg, { fitTo: { mode: "zoom", value: ZOOM }, font: FONT }).render().asPng();
}

/** Whether a letter leaves a mark. */
function hasFont({ Resvg }: Resvg): boolean {
  const letter = '<svg xmlns="http://www.w3.org/2000/svg" width="20" height="20"><text y="16">M</text></svg>';
  return new Resvg(letter, { font: FONT }).getBBox() !== undefined;
}
