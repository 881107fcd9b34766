/** Remainders of single bytes by the polynomial of zip, PNG and Ethernet, bits reversed. */
const REMAINDERS = Uint32Array.from({ length: 256 }, (_, byte) => {
  let remainder = byte;
  for (let bit = 0; bit < 8; bit++) remainder = (remainder >>> 1) ^ ((remainder & 1) * 0xedb88320);
  return remainder;
});

/**
 * The CRC-32 of bytes. It changes with any one bit, and with any burst of errors up to 32 bits long.
 *
 * Source: ISO 3309, as zip files use it.
 */
export function crc32(bytes: Uint8Array): number {
  let remainder = 0xffffffff;
  for (const byte of bytes) remainder = (remainder >>> 8) ^ REMAINDERS[(remainder ^ byte) & 0xff];
  return (remainder ^ 0xffffffff) >>> 0;
}
