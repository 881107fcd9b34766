import { parquetReadObjects } from "hyparquet";
import { parquetWriteBuffer } from "hyparquet-writer";
import { expect, test } from "vitest";
import { columnsOf } from "./columns.ts";
import type { SweepRow } from "./sweep-point.ts";

const rows = [
  {
    point: { "law.noise.variance": 0, seed: 0 },
    status: "finished",
    loss: 1 / 3,
    trainingLoss: [{ step: 1, loss: 2 }],
  },
  { point: { "law.noise.variance": 0.25, seed: 1 }, status: "diverged", loss: null, trainingLoss: [], path: "wasm" },
  { point: { "law.noise": { law: "none" }, backend: "wasm" }, status: "finished", loss: 1e-300, trainingLoss: [] },
] as unknown as SweepRow[];

test("rows become flat columns, and parquet gives them back to the last bit", async () => {
  const columnData = columnsOf(rows).map((column) => ({ ...column, data: [...column.data] }));
  expect(columnData.map(({ name, type }) => `${name} ${type}`)).toEqual([
    "point.law.noise.variance DOUBLE",
    "point.seed DOUBLE",
    "status STRING",
    "loss DOUBLE",
    "trainingLoss STRING",
    "path STRING",
    "point.law.noise.law STRING",
    "point.backend STRING",
  ]);
  const file = parquetWriteBuffer({ columnData });
  const [first, second, third] = await parquetReadObjects({ file });
  expect(first).toMatchObject({ "point.law.noise.variance": 0, loss: 1 / 3, trainingLoss: '[{"step":1,"loss":2}]' });
  expect(second).toMatchObject({ "point.seed": 1, status: "diverged", path: "wasm" });
  expect(second["loss"] ?? null).toBeNull();
  expect(third).toMatchObject({ "point.law.noise.law": "none", "point.backend": "wasm", loss: 1e-300 });
});

test("a column whose rows differ in kind is JSON", () => {
  const mixed = [{ point: { "law.contextLength": 5 } }, { point: { "law.contextLength": [1, 2] } }];
  expect(columnsOf(mixed as unknown as SweepRow[])).toEqual([
    { name: "point.law.contextLength", type: "STRING", data: ["5", "[1,2]"] },
  ]);
});
