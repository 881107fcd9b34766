/**
 * The candidate with the fewest insertions, deletions and substitutions away, letter case aside; the first one on a tie.
 * A beginning of a name is nearer to it than any mistake.
 *
 * @example
 * nearestName("gausian", ["rademacher", "gaussian"]); // => "gaussian"
 */
export function nearestName(name: string, candidates: readonly string[]): string | undefined {
  let nearest: string | undefined;
  let least = Infinity;
  for (const candidate of candidates) {
    const [typed, meant] = [name.toLowerCase(), candidate.toLowerCase()];
    const edits = editDistance(typed, meant);
    const distance = meant.startsWith(typed) ? edits / (edits + 1) : edits;
    if (distance < least) [nearest, least] = [candidate, distance];
  }
  return nearest;
}

function editDistance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (let i = 0; i < from.length; i++) {
    const next = [i + 1];
    for (let j = 0; j < to.length; j++) {
      const substitution = row[j] + (from[i] === to[j] ? 0 : 1);
      next.push(Math.min(substitution, row[j + 1] + 1, next[j] + 1));
    }
    row = next;
  }
  return row[to.length];
}
