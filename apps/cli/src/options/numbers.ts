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
 * Reads numbers with commas between them.
 *
 * @throws Error for a part that is no number
 */
export function parseNumbers(input: string): readonly number[] {
  return input.split(",").map(parseNumber);
}
