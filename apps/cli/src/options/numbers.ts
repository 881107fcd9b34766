/**
 * Reads a number from the command line. Only syntax is judged here: whether 0 examples or a negative variance make
 * sense is for the library to say, in its own words.
 *
 * @throws Error for text that is no number; the command line reports it with the flag's name
 */
export function parseNumber(input: string): number {
  const value = Number(input);
  if (input.trim() === "" || (Number.isNaN(value) && input !== "NaN")) throw new Error(`"${input}" is not a number`);
  return value;
}

/**
 * Reads a whole number from 1.
 *
 * @throws Error for anything else; the command line reports it with the flag's name
 */
export function parseCount(input: string): number {
  const value = parseNumber(input);
  if (!Number.isSafeInteger(value) || value < 1) throw new Error(`"${input}" is no whole number from 1`);
  return value;
}

const SECONDS_IN: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600 };

/**
 * Reads a time in seconds: `60s`, `5m`, `2h`, or seconds without a unit.
 *
 * @throws Error for text that is no time
 */
export function parseSeconds(input: string): number {
  const [, number = "", unit = "s"] = /^(\d+(?:\.\d+)?)([smh])?$/.exec(input) ?? [];
  if (!(Number(number) > 0)) throw new Error(`"${input}" is no time such as 60s, 5m or 2h`);
  return Number(number) * SECONDS_IN[unit];
}

/**
 * Reads numbers with commas between them.
 *
 * @throws Error for a part that is no number
 */
export function parseNumbers(input: string): readonly number[] {
  return input.split(",").map(parseNumber);
}
