/** The kinds of law a prompt law is made of, named as in a law file. */
export type LawKind = "covariates" | "tasks" | "target" | "noise";

/**
 * A compact group of orthogonal maps under which a law stays the same; the larger ones first. Every group but
 * `"none"` contains −I.
 *
 * - `"rotations"`: O(d), reflections included
 * - `"signed-permutations"`: permutations of the coordinates and flips of their signs
 * - `"coordinate-signs"`: flips of the coordinates' signs
 * - `"signs"`: ±I
 * - `"none"`: nothing is declared
 */
export type Invariance = "rotations" | "signed-permutations" | "coordinate-signs" | "signs" | "none";
