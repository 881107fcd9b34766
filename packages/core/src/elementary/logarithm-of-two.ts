/** The leading 32 bits of ln 2, so that small multiples of it are exact, and the rest. */
export const LN2_HIGH: number = 0.6931471803691238;
export const LN2_LOW: number = 1.9082149292705877e-10;
