/** How an estimate stands to a closed form. */
export interface Agreement {
  /** (estimate − theory) / standard error */
  readonly z: number;
  /** |estimate − theory| / theory */
  readonly error: number;
  readonly isReached: boolean;
}

/** The verdict asks for both. */
const TOLERANCE = { z: 4, error: 0.01 };

/** Holds an estimate of a loss against theory. */
export function agreementOf(
  { loss, standardError }: { readonly loss: number; readonly standardError: number },
  theory: number,
): Agreement {
  const z = (loss - theory) / standardError;
  const error = Math.abs(loss / theory - 1);
  return { z, error, isReached: Math.abs(z) < TOLERANCE.z && error < TOLERANCE.error };
}
