/** The first bytes of a file, for every length short of the whole. */
export function* cutShort(bytes: Uint8Array): Generator<Uint8Array> {
  for (let length = 0; length < bytes.length; length++) yield bytes.slice(0, length);
}

/** The file with one bit changed, for every bit from byte `from` on. */
export function* withOneBitFlipped(bytes: Uint8Array, from = 0): Generator<Uint8Array> {
  for (let at = from; at < bytes.length; at++) {
    for (let bit = 0; bit < 8; bit++) {
      const flipped = bytes.slice();
      flipped[at] ^= 2 ** bit;
      yield flipped;
    }
  }
}
