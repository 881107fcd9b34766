/** Before this part is done, a pace is a guess. */
const EARLIEST = 0.02;

/** How long the rest takes at the pace so far, in words: `"about 3 min left"`; "" before there is a pace. */
export function remainingTime(seconds: number, part: number): string {
  if (!(part >= EARLIEST && part < 1)) return ""; // nor where nothing was left to do, which is 0 of 0
  const left = (seconds * (1 - part)) / part;
  if (left < 90) return `about ${Math.ceil(left)} s left`;
  return left < 5400 ? `about ${Math.round(left / 60)} min left` : `about ${Math.round(left / 3600)} h left`;
}
