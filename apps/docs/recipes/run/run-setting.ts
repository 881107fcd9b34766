/** What a reader runs a recipe with. */
export interface RunSetting {
  readonly seed: number;
  /** The mistake to make on purpose, or none. */
  readonly defect?: string;
}

/** That of the committed reports. */
export const COMMITTED: RunSetting = { seed: 0 };

/** The largest that the command line takes. */
export const LARGEST_SEED: number = Number.MAX_SAFE_INTEGER;

/** The part of an address that says what to run; a seed or a mistake that does not exist is left out. */
export function runSettingAt(search: string, defects: readonly string[]): RunSetting {
  const query = new URLSearchParams(search);
  const seed = Number(query.get("seed") ?? "");
  const defect = query.get("defect") ?? "";
  return {
    seed: Number.isInteger(seed) && seed >= 0 && seed <= LARGEST_SEED ? seed : COMMITTED.seed,
    ...(defects.includes(defect) ? { defect } : {}),
  };
}

/** The address of a setting; the committed one has nothing to say. */
export function addressOf({ seed, defect }: RunSetting): string {
  const query = new URLSearchParams();
  if (seed !== COMMITTED.seed) query.set("seed", String(seed));
  if (defect !== undefined) query.set("defect", defect);
  return query.toString();
}

/** What gives the same numbers in a terminal. */
export function commandOf(recipe: string, { seed, defect }: RunSetting): string {
  return `npm start -- reproduce ${recipe} --seed ${seed}${defect === undefined ? "" : ` --defect ${defect}`}`;
}
