import { readsOf, writesOf, type Program, type Register } from "./program.ts";

/** Where the registers of a program are kept: those whose times do not overlap share a slot. */
export interface Slots {
  /** Of each register, among the slots of its kind. */
  readonly of: readonly number[];
  readonly count: Readonly<Record<"vector" | "matrix", number>>;
}

/** Gives each register of a program a slot, for the time from its writing to its last reading. */
export function assignSlots({ instructions, kinds, constants, query, identity }: Program): Slots {
  const lastRead = new Map<Register, number>();
  instructions.forEach((instruction, at) => {
    for (const register of readsOf(instruction)) lastRead.set(register, at);
  });
  const of: number[] = kinds.map(() => -1);
  const count = { vector: 0, matrix: 0 };
  const free = { vector: [] as number[], matrix: [] as number[] };
  const take = (register: Register): void => {
    const kind = kinds[register];
    of[register] = free[kind].pop() ?? count[kind]++;
  };
  // Filled once for all strips: never free.
  for (const register of [query, ...constants.map((one) => one.register)]) take(register);
  if (lastRead.has(identity)) take(identity);
  const pinned = new Set([query, identity, ...constants.map((one) => one.register)]);
  instructions.forEach((instruction, at) => {
    // A result never takes the place of an operand: products read on while they write.
    for (const register of writesOf(instruction)) take(register);
    for (const register of new Set([...readsOf(instruction), ...writesOf(instruction)])) {
      if (!pinned.has(register) && (lastRead.get(register) ?? at) === at) free[kinds[register]].push(of[register]);
    }
  });
  return { of, count };
}
