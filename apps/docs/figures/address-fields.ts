/** The fields of an address, which anybody may have typed. */
export interface AddressFields {
  /** What a field says; nothing where it is absent. */
  readonly text: (name: string) => string;
  /** The choice that a field names, or another. */
  readonly among: <Value>(name: string, choices: readonly Value[], otherwise: Value) => Value;
  /** The whole number that a field says, or the largest if that is less; another, 0 if omitted, where it says none. */
  readonly whole: (name: string, largest: number, otherwise?: number) => number;
}

/**
 * Reads an address.
 *
 * @example
 * fieldsOf("?n=20&step=99999").among("n", [4, 8, 20], 8); // => 20
 */
export function fieldsOf(address: string): AddressFields {
  const fields = new URLSearchParams(address);
  const text = (name: string): string => fields.get(name) ?? "";
  return {
    text,
    among: (name, choices, otherwise) => choices.find((choice) => String(choice) === fields.get(name)) ?? otherwise,
    whole: (name, largest, otherwise = 0) =>
      /^\d{1,9}$/.test(text(name)) ? Math.min(Number(text(name)), largest) : otherwise,
  };
}
