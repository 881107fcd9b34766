import type { Answer } from "./answer.ts";
import type { Asked } from "./question.ts";

/** What a calculator's page was built with. */
export interface Calculated extends Asked {
  /** The address of the question that it begins with. */
  readonly example: string;
  readonly answer: Answer;
  /** Laws that may be named, for each part. */
  readonly laws: Readonly<Record<string, readonly string[]>>;
}
