import { sources } from "@onestep/theory";
import { expect, it } from "vitest";

import { paperOf } from "./paper-text.ts";

it("papers are named as people name them", () => {
  expect(paperOf("mahankali-2023").short).toBe("Mahankali, Hashimoto and Ma, 2023");
  expect(paperOf("von-oswald-2022").short).toBe("von Oswald and others, 2022");
  expect(paperOf("lu-2024").short).toMatch(/^Lu(,| and) .*2024$/);
  expect(paperOf("onestep")).toMatchObject({ short: "onestep", isOwn: true });
  expect(() => paperOf("nobody-1900")).toThrow(/no source nobody-1900/);
});

it("every name is a family name and a year", () => {
  for (const { key } of sources)
    expect(paperOf(key).short, key).toMatch(/^(onestep|(von )?\p{Lu}[\p{L}’' ,-]+, \d{4})$/u);
});
