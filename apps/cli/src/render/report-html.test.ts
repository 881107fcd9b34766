import type { JudgedClaim } from "@onestep/lab";
import { expect, test } from "vitest";
import type { TimedReport } from "../recipes/recipe-request.ts";
import { renderReport } from "./report-html.ts";

const claim: JudgedClaim = {
  name: "loss of the layer",
  relation: "estimates",
  predicted: 1,
  observed: 1.1,
  standardError: 0.1,
  tolerance: 0.2,
  source: { key: "breiman-1983", locator: "prediction error with Gaussian regressors" },
  verdict: "undecided",
  drawsToDecide: 4.04,
};
const axis = { label: "n", scale: "linear" } as const;
const report: TimedReport = {
  id: "toy",
  title: "a toy",
  question: "Does the page hold?",
  source: claim.source,
  verdict: "undecided",
  supported: 0,
  contradicted: 0,
  undecided: 1,
  claims: [claim],
  figure: { title: "toy", x: axis, y: axis, series: [{ name: "loss", kind: "points", points: [{ x: 1, y: 2 }] }] },
  notes: [],
  scale: "ci",
  settings: {},
  seed: 0,
  falseAlarm: 6.3e-5,
  seconds: 1,
};

test("words of a claim break where the page is narrow, so that its verdict is seen, and numbers do not", () => {
  const page = renderReport([report]);
  expect(page).toContain("<td>breiman-1983, prediction error with Gaussian regressors</td>");
  expect(page).not.toContain("nowrap");
  expect(page).toContain("<td>1.1\u00a0±\u00a00.1</td><td>±\u00a00.4\u00a0(4\u00a0SE)</td>");
  expect(page).toContain('<span class="undecided">undecided</span>: about 4 times the draws would decide');
});
