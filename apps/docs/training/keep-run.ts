import { keepAddress } from "../figures/keep-address.ts";
import type { PacedSession } from "./paced.ts";

/** How a run is told by an address. */
export interface RunInAddress<Address extends { readonly step: number }> {
  /** What an address says: what the run is of, and the step at which it rests. */
  readonly read: (search: string) => Address;
  /** Takes over what the run is of. */
  readonly adopt: (address: Address) => void;
  /** The address of the run at a step. */
  readonly write: (step: number) => string;
}

/** Keeps a run in the page's address, and goes to where it rested. While it plays, the address is that of its beginning. */
export function keepRun<Address extends { readonly step: number }>(
  run: Pick<PacedSession<unknown, unknown>, "status" | "step" | "goTo">,
  { read, adopt, write }: RunInAddress<Address>,
): void {
  keepAddress(
    (search) => {
      const address = read(search);
      adopt(address);
      if (address.step > 0) run.goTo(address.step);
    },
    () => write(run.status.value === "playing" ? 0 : run.step.value),
  );
}
