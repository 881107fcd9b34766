import { describe, expect, it } from "vitest";
import { assignSlots } from "./assign-slots.ts";
import { costOf, deepProgram } from "./deep-program.ts";
import { readsOf, writesOf } from "./program.ts";

describe("deepProgram", () => {
  it("needs no more multiply-adds by vectors than 31, 103, 319 and 967 m², of loss and gradient of 2 to 5 layers", () => {
    const width = 1000; // Vectors' own costs are m, and vanish.
    const costs = [2, 3, 4, 5].map((layers) => costOf(deepProgram(layers, width, "vectors"), width) / width ** 2);
    expect(costs.map(Math.round)).toEqual([25, 94, 307, 952]);
  });

  it("chooses the cheapest split between Gram matrices and vectors", () => {
    const chosen = (layers: number, width: number): number => deepProgram(layers, width, "cheapest").gramLayers;
    expect([3, 6, 11, 21, 65].map((width) => chosen(2, width))).toEqual([0, 0, 0, 0, 0]);
    expect([3, 6, 11, 21, 65].map((width) => chosen(3, width))).toEqual([1, 1, 0, 0, 0]);
    expect([3, 6, 11, 21, 65].map((width) => chosen(5, width))).toEqual([3, 3, 2, 2, 1]);
    expect(chosen(20, 11)).toBe(17);
  });

  it("reads no register before it is written, and writes none twice", () => {
    for (const form of ["vectors", "matrices", { gramLayers: 1 }] as const) {
      const { instructions, query, identity, constants } = deepProgram(4, 5, form);
      const written = new Set([query, identity, ...constants.map((one) => one.register)]);
      for (const instruction of instructions) {
        expect(readsOf(instruction).filter((register) => !written.has(register))).toEqual([]);
        expect(writesOf(instruction).filter((register) => written.has(register))).toEqual([]);
        for (const register of writesOf(instruction)) written.add(register);
      }
    }
  });
});

describe("assignSlots", () => {
  it("never lets registers share a slot while both are in use", () => {
    for (const form of ["vectors", "matrices", { gramLayers: 2 }] as const) {
      const program = deepProgram(4, 5, form);
      const { instructions, kinds, query, constants } = program;
      const slots = assignSlots(program);
      const place = (register: number): string => `${kinds[register]} ${slots.of[register]}`;
      const holder = new Map([query, ...constants.map((one) => one.register)].map((one) => [place(one), one]));
      for (const instruction of instructions) {
        for (const register of readsOf(instruction)) {
          if (register === program.identity) continue;
          expect(holder.get(place(register))).toBe(register);
        }
        for (const register of writesOf(instruction)) {
          expect(readsOf(instruction).map(place)).not.toContain(place(register));
          holder.set(place(register), register);
        }
      }
    }
  });

  it("needs far fewer slots than there are registers", () => {
    const program = deepProgram(3, 65, "vectors");
    expect(assignSlots(program).count.vector).toBeLessThan(program.kinds.length * 0.7);
  });
});
