import { describe } from "vitest";
import { checkEveryLaw } from "../../tests/check-every-law.ts";
import { promptsWith } from "../../tests/prompts-with.ts";
import { taskChecks } from "./task-checks.ts";

describe("every law of tasks is what it declares", () => {
  checkEveryLaw("tasks", { checksOf: taskChecks, promptOf: promptsWith.tasks });
});
