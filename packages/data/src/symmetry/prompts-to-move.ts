/** With fewer prompts than this, what differs between prompts is not seen. */
const FEWEST = 50;

/**
 * How many prompts an orbit test moves: the level is exact for any number, so no more than the work allows, and each
 * prompt that takes much of it says much.
 *
 * @param work of moving one prompt, in the unit of `most`
 */
export function promptsToMove(count: number, work: number, most: number): number {
  return Math.min(count, Math.max(FEWEST, Math.ceil(most / work)));
}
