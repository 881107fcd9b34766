import { requireName } from "@onestep/core";

/** @throws DomainError unless numbers are float32 or float64, and a kernel or its twin computes with them */
export function checkEngine(where: string, precision: string, engine: string = "wasm"): void {
  requireName(`${where}.precision`, precision, ["float64", "float32"]);
  requireName(`${where}.engine`, engine, ["wasm", "twin"]);
}
