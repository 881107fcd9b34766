import { expect, it } from "vitest";
import { runTraining } from "./run-training.ts";
import { trainingFigures } from "./training-figures.ts";

const law = {
  contextLength: 5,
  dimension: 1,
  covariates: { law: "gaussian" },
  target: { law: "linear", tasks: { law: "gaussian" } },
  noise: { law: "gaussian", variance: 0.25 },
};
const training = { steps: 30, batch: 10, starts: 1 };

it("draws a layer's loss against theory, its distance to Γ*, and its excess, on axes where all of them fit", async () => {
  const report = await runTraining({ law, training });
  const figures = trainingFigures(report);
  expect(Object.keys(figures)).toEqual(["loss", "distance", "excess"]);
  const [batch, exact, theory] = figures["loss"].series;
  expect([batch, exact, theory].map(({ name }) => name)).toEqual(["batch loss", "exact loss", "theory, L*"]);
  expect(theory).toMatchObject({ theory: true, points: [1, 30].map((x) => ({ x, y: report.optimalLoss })) });
  expect(exact.points).toHaveLength(report.trainingLoss.length);
  for (const { series } of Object.values(figures)) {
    for (const { x, y } of series.flatMap(({ points }) => points)) expect(x > 0 && y > 0 && y < 100).toBe(true);
  }
  expect(report.trainingLoss[report.trainingLoss.length - 1].exactLoss).toBe(report.loss);
});

it("draws of a deep model what is known of it: its batch loss, and theory", async () => {
  const report = await runTraining({ law, model: { layers: 2, family: "sparse" }, training });
  const figures = trainingFigures(report);
  expect(Object.keys(figures)).toEqual(["loss"]);
  expect(figures["loss"].series.map(({ name }) => name)).toEqual(["batch loss", "theory, best known"]);
});

it("has no line for a theory that is silent", async () => {
  const heavy = { ...law, covariates: { law: "student-product", degreesOfFreedom: 3 } };
  const { loss } = trainingFigures(await runTraining({ law: heavy, training }));
  expect(loss.series.map(({ name }) => name)).toEqual(["batch loss"]);
});

it("says in words that the context length is drawn", async () => {
  const contextLength = { law: "uniform", from: 3, to: 9 };
  const report = await runTraining({ law: { ...law, contextLength }, training: { ...training, steps: 2 } });
  expect(trainingFigures(report)["loss"].subtitle).toContain("n = 3 to 9, d = 1");
});
