import { expect, test } from "vitest";

import { mutantsOf, mutated } from "./mutants.mjs";

test("every small mistake is made once, and types, strings and errors are left alone", () => {
  const all = (source) => mutantsOf(source).map((one) => mutated(source, one));
  expect(all("const y: 2 = a + b;")).toEqual(["const y: 2 = a - b;"]);
  expect(all("const y = (a) < b && !c;")).toEqual([
    "const y = (a) < b || !c;",
    "const y = (a) <= b && !c;",
    "const y = (a) >= b && !c;",
    "const y = (a) < b && c;",
  ]);
  expect(all("if (a) f(-2);")).toEqual([
    "if (true) f(-2);",
    "if (false) f(-2);",
    "if (a) ;",
    "if (a) f(2);",
    "if (a) f(-(2 + 1));",
    "if (a) f(-(2 - 1));",
  ]);
  expect(all("s += x as number;")).toEqual([";", "s -= x as number;"]);
  expect(all("export const isOn = true;")).toEqual(["export const isOn = false;"]);
  expect(all('const t = "a" + b + `${1 + 1}`;')).toEqual([]);
  expect(all('throw new DomainError({ where: "f", got: 1 + 1 });')).toEqual([]);
  expect(all("interface A { readonly b: 1 }\ntype C = 2;")).toEqual([]);
});

test("a mutant says where it is and what it changes", () => {
  const [first] = mutantsOf("const a = 1;\n  const y = x ** 2;\n").filter(({ change }) => change.startsWith("**"));
  expect(first).toMatchObject({ line: 2, code: "const y = x ** 2;", change: "** → *" });
});
