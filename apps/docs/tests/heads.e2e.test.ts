import { isotropic } from "@onestep/core";
import { runTraining } from "@onestep/lab";
import { optimalStepLoss, singleHeadOptimum, softmaxHeads } from "@onestep/theory";
import { afterAll, expect, it } from "vitest";

import { configOf, NOISE_VARIANCE, settingAt } from "../learn/heads/heads-setting.ts";
import { openSite, type Visit } from "./site.ts";

const site = await openSite();
afterAll(() => site?.close());

async function leave({ problems, hosts, close }: Visit): Promise<void> {
  expect(problems).toEqual([]);
  expect([...hosts]).toEqual([new URL(site!.origin).host]);
  await close();
}

const told = ({ page }: Visit) =>
  page.$eval(".heads-training", (figure) => ({
    loss: Number((figure as HTMLElement).dataset["loss"]),
    verdict: figure.querySelector(".verdict")!.textContent,
  }));
const search = ({ page }: Visit) => page.evaluate(() => location.search);
const finished = (visit: Visit) =>
  visit.until(
    () =>
      document.querySelector(".heads-training[data-status=finished] .verdict.arrived") !== null &&
      location.search.includes("step=500"),
  );

async function train(visit: Visit): Promise<void> {
  await visit.focus(".heads-training .play");
  await visit.page.keyboard.press("Enter");
  await finished(visit);
}

it.skipIf(site === undefined)(
  "two heads are no better than one, and their loss is the bits that runTraining reaches in Node",
  async () => {
    const visit = await site!.open("/learn/heads?n=5&d=2&heads=2&seed=4");
    await visit.until(() => document.querySelector<HTMLSelectElement>(".heads-training select")!.value === "2");
    await train(visit);
    const { loss, verdict } = await told(visit);
    const address = await search(visit);
    expect(verdict).toContain("no gain");
    expect(loss).toBeCloseTo(
      optimalStepLoss({ contextLength: 5, dimension: 2, noiseVariance: NOISE_VARIANCE }).value,
      6,
    );
    const { trainingLoss } = await runTraining(configOf(settingAt(address).setting));
    expect(loss).toBe(trainingLoss[trainingLoss.length - 1].loss);

    const again = await site!.open(`/learn/heads${address}`);
    await finished(again);
    expect(await told(again)).toEqual({ loss, verdict });
    for (const one of [visit, again]) await leave(one);
  },
);

it.skipIf(site === undefined)("two heads are better than one where tasks have a mean", async () => {
  const visit = await site!.open("/learn/heads?n=5&d=2&mean=1&heads=2");
  await visit.until(() => document.querySelectorAll<HTMLSelectElement>(".heads-training select")[1].value === "1");
  await train(visit);
  const { loss, verdict } = await told(visit);
  const one = singleHeadOptimum({
    contextLength: 5,
    covariates: isotropic(2),
    tasks: isotropic(2),
    taskMean: Float64Array.of(1, 0),
    noiseVariance: NOISE_VARIANCE,
  }).value.loss;
  expect(loss).toBeLessThan(0.99 * one);
  expect(verdict).toContain("% below one head");
  await leave(visit);
});

it.skipIf(site === undefined)("two softmax heads come to linear attention with one example less", async () => {
  const visit = await site!.open("/learn/heads?n=5&d=2");
  await visit.until(() => document.querySelector(".softmax-figure figcaption")!.textContent.includes("n = 5"));
  await visit.focus(".softmax-figure input[type=range]");
  await visit.page.keyboard.press("Home");
  await visit.until(() => document.querySelector(".softmax-figure .remark")!.textContent.includes("one example less"));
  await visit.until(() => location.search.includes("c=0.01"));
  const shape = { contextLength: 5, covariates: isotropic(2), tasks: isotropic(2), noiseVariance: NOISE_VARIANCE };
  const remark = await visit.page.$eval(".softmax-figure .remark", ({ textContent }) => textContent);
  expect(remark).toContain(softmaxHeads(shape).value.loss.toPrecision(4));
  await leave(visit);
});
