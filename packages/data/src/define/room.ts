import { DomainError } from "@onestep/core";

/** 4 GiB. */
const ROOM = 2 ** 32;

/** d×d matrices of numbers that a law in R^d holds while it is made: Σ, its factor, the tasks' moment, and their like. */
const MATRICES_OF_A_LAW = 6;

/**
 * Refuses what would not fit in memory, before it is asked for.
 *
 * @param needed what takes the room, and how many numbers of 8 bytes it is
 * @throws DomainError for more than 4 GiB
 */
export function requireRoom(
  where: string,
  { what, numbers, hint }: { readonly what: string; readonly numbers: number; readonly hint: string },
): void {
  if (8 * numbers <= ROOM) return;
  throw new DomainError({
    where,
    expected: "what fits in 4 GiB of memory",
    arrived: `${what}: ${Number((numbers / 2 ** 27).toPrecision(3))} GiB`,
    hint,
  });
}

/** Refuses a dimension whose matrices would not fit in memory. */
export function requireRoomForMatrices(where: string, dimension: number): void {
  requireRoom(where, {
    what: `${dimension}, and with it matrices of ${dimension}×${dimension} numbers`,
    numbers: MATRICES_OF_A_LAW * dimension * dimension,
    hint: `choose a dimension of at most ${Math.floor(Math.sqrt(ROOM / 8 / MATRICES_OF_A_LAW))}`,
  });
}
