import { cos, OnestepError, openStream, sin, type RandomStream } from "@onestep/core";
import type { LawByKind } from "../catalogue.ts";
import { describeLaw } from "../define/definition.ts";
import type { LawKind } from "../define/law-kind.ts";
import { resolveLaw } from "../law-file/resolve-law.ts";
import type { Check } from "./check.ts";
import { meanCheck } from "./mean-check.ts";
import { drawKey } from "./prompt-statistics.ts";

/** Two numbers of order 1 that a law has drawn from a stream. */
export type Observation = (stream: RandomStream) => readonly [number, number];

/**
 * The parameters that a law records are those of its draws: a law file with them, as every report prints it, makes a law
 * with the same means of bounded functions. Both draw from one key, so that a law and its like leave nothing to chance.
 *
 * @param dimension d, and 1 for noise
 * @param open prepares what is observed of either law, in units of the first, on a stream that is the same for both
 * @returns undefined for a law that no law file makes
 */
export function recordedLawCheck<Kind extends LawKind>(
  kind: Kind,
  law: LawByKind[Kind],
  dimension: number,
  open: (law: LawByKind[Kind], stream: RandomStream) => Observation,
): Check | undefined {
  const recorded = recordedLaw(kind, law, dimension);
  if (recorded === undefined) return undefined;
  return meanCheck(
    "recorded parameters",
    (stream) => {
      const setting = drawKey(stream);
      const observations = [law, recorded].map((one) => open(one, openStream(setting)));
      const names = ["a", "b", "2a", "a + b", "a − b"];
      return {
        claims: names.flatMap((what) => [
          { what: `difference of E sin(${what})`, declared: 0 },
          { what: `difference of E cos(${what})`, declared: 0 },
        ]),
        draw(into) {
          const key = drawKey(stream);
          const [here, there] = observations.map((observe) => {
            const [a, b] = observe(openStream(key));
            return [a, b, 2 * a, a + b, a - b];
          });
          names.forEach((_, k) => {
            into[2 * k] = sin(here[k]) - sin(there[k]);
            into[2 * k + 1] = cos(here[k]) - cos(there[k]);
          });
        },
      };
    },
    256,
  );
}

function recordedLaw<Kind extends LawKind>(
  kind: Kind,
  law: LawByKind[Kind],
  dimension: number,
): LawByKind[Kind] | undefined {
  try {
    return resolveLaw(kind, describeLaw(law), law.name).build(dimension);
  } catch (error) {
    // A law that is not on the shelf, or one of its own that a law file would refuse.
    if (error instanceof OnestepError) return undefined;
    throw error;
  }
}
