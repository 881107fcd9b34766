import { describe, expect, it } from "vitest";

import { readHelp } from "./help-text.ts";
import { pageOf } from "./page.ts";

const TEXT = `USAGE
  onestep knit --wool red
    a red one
  onestep knit --help

Knits a scarf. It has a file:

  { rows: 3 }

Exit code: 0 warm.

FLAGS
      --wool     What it is made of
     [--row]...  A row <n>, of a length as long as it takes [default = 2]
     [--needle]  Which needle                   [wood|steel, default = wood]
     [--quiet]   No clicking                    [default = false]
  -h  --help     Print help information and exit
      --         All subsequent inputs should be interpreted as arguments

ARGUMENTS
  person...  For whom
`;

describe("the help of a command", () => {
  it("has examples, a description, flags and arguments", () => {
    const help = readHelp(TEXT);
    expect(help.examples).toEqual([{ input: "onestep knit --wool red", brief: "a red one" }]);
    expect(help.description).toBe("Knits a scarf. It has a file:\n\n  { rows: 3 }\n\nExit code: 0 warm.");
    expect(help.flags).toEqual([
      { flag: "--wool", isRequired: true, repeats: false, brief: "What it is made of", values: "" },
      {
        flag: "--row",
        isRequired: false,
        repeats: true,
        brief: "A row <n>, of a length as long as it takes",
        values: "default = 2",
      },
      {
        flag: "--needle",
        isRequired: false,
        repeats: false,
        brief: "Which needle",
        values: "wood|steel, default = wood",
      },
      { flag: "--quiet", isRequired: false, repeats: false, brief: "No clicking", values: "default = false" },
    ]);
    expect(help.positionals).toEqual([{ name: "person...", brief: "For whom" }]);
  });

  it("becomes a page", () => {
    const page = pageOf("knit", "Knit a scarf", readHelp(TEXT));
    expect(page).toContain("# a red one\nnpm start -- knit --wool red");
    expect(page).toContain("```text\n{ rows: 3 }\n```");
    expect(page).toContain(
      "| `--row` | A row &lt;n>, of a length as long as it takes. May be repeated. | default `2` |",
    );
    expect(page).toContain("| `--needle` | Which needle. | `wood`, `steel`; default `wood` |");
    expect(page).toContain("| `--quiet` | No clicking. |  |");
  });
});

it("the program's help lists its commands", () => {
  expect(readHelp("USAGE\n  onestep knit\n\nonestep\n\nCOMMANDS\n  knit  Knit a scarf\n").commands).toEqual([
    { name: "knit", brief: "Knit a scarf" },
  ]);
});
