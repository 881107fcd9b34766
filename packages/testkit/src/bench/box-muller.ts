/** Normals as everybody draws them, from `Math.random` and in pairs: what samplers are compared with. */
export function boxMuller(into: Float64Array): void {
  for (let at = 0; at < into.length; at += 2) {
    const radius = Math.sqrt(-2 * Math.log(1 - Math.random()));
    const angle = 2 * Math.PI * Math.random();
    into[at] = radius * Math.cos(angle);
    into[at + 1] = radius * Math.sin(angle);
  }
}
