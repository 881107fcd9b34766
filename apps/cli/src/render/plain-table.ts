import Table from "cli-table3";

/** Columns without lines: names to the left, numbers to the right. */
export function plainTable(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  alignments: readonly ("left" | "right")[] = head.map((_, column) => (column === 0 ? "left" : "right")),
): string {
  const table = new Table({
    head: [...head],
    chars: borderless,
    style: { head: [], border: [], "padding-left": 0, "padding-right": 2 },
    colAligns: [...alignments],
  });
  table.push(...rows.map((row) => [...row]));
  return table
    .toString()
    .split("\n")
    .map((line) => line.trimEnd())
    .join("\n");
}

const borderless = {
  top: "",
  "top-mid": "",
  "top-left": "",
  "top-right": "",
  bottom: "",
  "bottom-mid": "",
  "bottom-left": "",
  "bottom-right": "",
  left: "",
  "left-mid": "",
  mid: "",
  "mid-mid": "",
  right: "",
  "right-mid": "",
  middle: "",
};
