import { OnestepError } from "@onestep/core";
import { describe, expect, test, vi } from "vitest";
import { closedForms, plainFunctions, type Numbers } from "../tests/calls.ts";
import * as recording from "./index.ts";

type Call = readonly [name: string, args: readonly unknown[]];
type Callable = (...args: readonly unknown[]) => unknown;

const recorded = vi.hoisted<Call[]>(() => []);

// Every exported function writes down what it is called with: the calls on laws that apply are the ones to break.
vi.mock(import("./index.ts"), async (importOriginal) => {
  const original = await importOriginal();
  const members = Object.entries(original).map(([name, member]) => {
    if (typeof member !== "function") return [name, member];
    const record = (...args: readonly unknown[]): unknown => {
      recorded.push([name, args]);
      return (member as Callable)(...args);
    };
    return [name, record];
  });
  return Object.fromEntries(members) as typeof original;
});

const actual: Readonly<Record<string, unknown>> = await vi.importActual("./index.ts");

/** What an untyped caller passes by mistake. */
const mistakes: readonly unknown[] = [undefined, null, {}, [], [null], "text", 7, (): number => 7];

/** The arguments with one of them, or one field of one, replaced by a mistake. */
function broken(args: readonly unknown[]): unknown[][] {
  return args.flatMap((arg, at) => {
    const fields = arg !== null && typeof arg === "object" && !Array.isArray(arg) ? Object.keys(arg) : [];
    const replacements = mistakes.flatMap((mistake) => [
      mistake,
      ...fields.map((field) => ({ ...(arg as object), [field]: mistake })),
    ]);
    return replacements.map((replacement) => args.map((own, i) => (i === at ? replacement : own)));
  });
}

const calls: Readonly<Record<string, (x: Numbers) => unknown>> = {
  ...closedForms,
  ...plainFunctions,
  mapClosedForm: () =>
    recording.mapClosedForm(
      closedForms["zeroRisk"]((x) => x),
      (value: unknown) => value,
    ),
};

/** The arguments of a call of the table. */
function argumentsOf(name: string): readonly unknown[] {
  recorded.length = 0;
  calls[name]((value) => value);
  const [last] = recorded.filter(([called]) => called === name).reverse();
  return last[1];
}

describe("a wrong argument is refused with a hint, or makes sense", () => {
  test.each(Object.keys(calls))("%s", (name) => {
    const attempts = [...broken(argumentsOf(name)), ...mistakes.map((mistake) => [mistake, mistake, mistake])];
    const raw = attempts.flatMap((attempt) => {
      try {
        (actual[name] as Callable)(...attempt);
      } catch (error) {
        if (!(error instanceof OnestepError)) return [`${String(error)} at ${JSON.stringify(attempt)}`];
        expect(error.hint).not.toBe("");
      }
      return [];
    });
    expect(raw).toEqual([]);
  });
});
