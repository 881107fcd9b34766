import { childKey, type Estimate, type RandomKey } from "@onestep/core";
import { gaussianCovariates, gaussianNoise, promptLaw, type PromptLaw } from "@onestep/data";
import { construct, sparseTransformer } from "@onestep/model";
import {
  depthFloor,
  energyMoments,
  mapClosedForm,
  optimalDepth,
  rotationInvariantStep,
  singleIndexEnergies,
  type ClosedForm,
  type OptimalDepth,
} from "@onestep/theory";
import type { Claim } from "../claim.ts";
import { meanOf } from "../measure/mean-of.ts";
import { ratioOfMeans } from "../measure/ratio-of-means.ts";
import { contextErrors } from "./measure/context-errors.ts";
import { defineRecipe, type Recipe } from "./recipe.ts";
import { linkMoments, linkTarget } from "./laws/single-index-links.ts";
import { trainOnStatistics } from "./training/train-on-statistics.ts";

const sizes = {
  links: ["sign", "tanh", "relu", "cube", "z² − 1"],
  dimension: 5,
  contextLength: 20,
  layers: [1, 2, 3, 4],
  wideDimension: 20,
  longLength: 400,
};

/** Depth on nonlinear targets: a floor that no depth passes, and the linear law that depth takes them for. */
export const depthNonlinear: Recipe = defineRecipe({
  id: "depth-nonlinear",
  title: "depth on nonlinear targets: their linear part, and no more",
  question: "Where targets are nonlinear, how much do more layers of linear attention help?",
  source: { key: "onestep", locator: "depthFloor" },
  settings: {
    ci: { ...sizes, stepsPerLayer: 200, minibatches: 40, contexts: 12_000, wideContexts: 5000 },
    paper: {
      ...sizes,
      layers: [1, 2, 3, 4, 6],
      stepsPerLayer: 1000,
      minibatches: 400,
      contexts: 100_000,
      wideContexts: 40_000,
    },
  },
  defects: {
    "half-the-examples": "contexts have n/2 examples and are judged as if they had n",
    "forgotten-residual": "the linear law that is compared with has no noise in place of the nonlinear part",
  },
  async run(settings, context) {
    const { links, dimension: d, contextLength: n, layers, longLength } = settings;
    const { key, defect, progress } = context;
    const shorten = defect === "half-the-examples" ? 0.5 : 1;
    /** The law of Gaussian tasks and noise with the same linear part and the same E y². */
    const linearised = (link: string, sizes: Sizes, depth: number): ClosedForm<OptimalDepth> => {
      const { c1, a } = linkMoments(link);
      const noiseVariance = defect === "forgotten-residual" ? 0 : a - c1 * c1;
      return optimalDepth({ ...sizes, taskVariance: (c1 * c1) / sizes.dimension, noiseVariance }, depth);
    };
    /** The loss of the linearised law's best steps on the law itself, with what they have on the linearised one. */
    const transferred = (
      link: string,
      own: RandomKey,
      sizes: Sizes,
      depth: number,
      count: number,
      part: number,
    ): Transferred => {
      const { stepSizes, loss } = linearised(link, sizes, depth).value;
      const steps = construct.gradientDescent({ dimension: sizes.dimension, stepSizes });
      const [errors] = contextErrors(lawOf(link, sizes, shorten), [steps], {
        key: childKey(own, "d", sizes.dimension),
        count,
        tick: () => progress(part, "steps of the linearised law"),
      });
      return { own: meanOf(errors), linearised: loss };
    };
    const claims: Claim[] = [];
    const curves = [];
    for (const [at, link] of links.entries()) {
      const label = `y = ${link}`;
      const address = childKey(key, "link", at);
      const law = lawOf(link, { dimension: d, contextLength: n }, shorten);
      const report = (part: number): void => progress((at + part) / links.length, label);
      const families = layers.map((depth) => sparseTransformer({ dimension: d, layers: depth }));
      const training = { ...settings, key: childKey(address, "train") };
      const trained = await trainOnStatistics(families, law, training, context, (part) => report(0.6 * part));
      const errors = contextErrors(law, trained, {
        key: childKey(address, "fresh"),
        count: settings.contexts,
        tick: () => report(0.6),
      });
      const losses = errors.map((ofDepth) => meanOf(ofDepth));
      const energies = singleIndexEnergies(linkMoments(link), { dimension: d });
      const setting = { dimension: d, contextLength: n, noiseVariance: 0 };
      const floor = mapClosedForm(depthFloor(energyMoments(energies, setting)), (bound) => bound.floor);
      if (energies.signalEnergy < 2 ** -40) {
        const name = (depth: number): string =>
          `${label}: loss of ${depth === 1 ? "one layer" : `${depth} layers`}, that of predicting 0`;
        claims.push(...layers.map((depth, l) => within(name(depth), floor, losses[l], 0.01)));
        continue;
      }
      const sameLaw = layers.map((depth) => linearised(link, { dimension: d, contextLength: n }, depth));
      const [deepest, last] = [layers[layers.length - 1], layers.length - 1];
      const long = transferred(
        link,
        childKey(address, "long"),
        { ...setting, contextLength: longLength },
        deepest,
        settings.wideContexts,
        (at + 0.7) / links.length,
      ).own;
      const gaps = [d, settings.wideDimension].map((dimension) => {
        const count = dimension === d ? settings.contexts : settings.wideContexts;
        return gapOf(
          transferred(
            link,
            childKey(address, "gap"),
            { dimension, contextLength: (n / d) * dimension },
            2,
            count,
            (at + 0.8) / links.length,
          ),
        );
      });
      const oneLayer = mapClosedForm(rotationInvariantStep(energies, setting), ({ loss }) => loss);
      claims.push(
        within(`${label}: loss of one layer`, oneLayer, losses[0], 0.02),
        ...layers.slice(1).map((depth, l) =>
          within(
            `${label}: loss of ${depth} layers, near that on the linearised law`,
            mapClosedForm(sameLaw[l + 1], ({ loss }) => loss),
            losses[l + 1],
            link === "cube" ? 0.15 : 0.08,
          ),
        ),
        beyond(
          `${label}: loss of ${deepest} layers over that of one`,
          "below",
          1,
          ratioOfMeans(errors[last], errors[0]),
          floor.source,
        ),
        beyond(
          `${label}: loss of ${deepest} layers, above the floor`,
          "above",
          floor.value,
          losses[last],
          floor.source,
        ),
        within(`${label}: loss on ${longLength} examples, near the floor`, floor, long, 0.05),
        beyond(`${label}: loss on ${longLength} examples, above the floor`, "above", floor.value, long, floor.source),
        beyond(
          `${label}: gap to the linearised law at d = ${settings.wideDimension} less that at d = ${d}`,
          "below",
          0,
          {
            value: gaps[1].value - gaps[0].value,
            standardError: Math.hypot(gaps[1].standardError, gaps[0].standardError),
          },
          sameLaw[0].source,
        ),
      );
      curves.push({
        label,
        floor: floor.value,
        explained: energies.signalEnergy,
        losses,
        linear: sameLaw.map(({ value }) => value.loss),
      });
    }
    return {
      claims,
      figure: {
        title: "Layers learn the linear part of a target, and no more",
        subtitle: `y = g⟨u, x⟩, x ~ N(0, I), u uniform on the sphere, d = ${d}, n = ${n}, no noise; whiskers: 95 %`,
        x: { label: "layers L", scale: "linear" },
        y: { label: "linear part missed, (loss − floor)/E‖β‖²", scale: "log" },
        series: curves.flatMap(({ label, floor, explained, losses, linear }) => [
          {
            name: `theory: linearised ${label}`,
            kind: "line" as const,
            theory: true,
            about: label,
            points: linear.map((loss, l) => ({ x: layers[l], y: (loss - floor) / explained })),
          },
          {
            name: `trained: ${label}`,
            kind: "points" as const,
            about: label,
            points: losses.map(({ value, standardError }, l) => ({
              x: layers[l],
              y: (value - floor) / explained,
              low: (value - 1.96 * standardError - floor) / explained,
              high: (value + 1.96 * standardError - floor) / explained,
            })),
          },
        ]),
      },
      notes: [
        "Layers are gradient steps with trained preconditioners A_l, 25 numbers each, on drawn statistics of contexts; the floor binds any linear attention, of any depth and any number of heads.",
        "The linearised law has f replaced by c₁⟨u, x⟩ and Gaussian noise of variance E f² − c₁². At these sizes it is no more than a guide, up to 15 % off for the cube, since the residual depends on x; the gap falls like 1/d.",
        "No publication gives numbers for this: sizes are ours.",
      ],
    };
  },
});

interface Sizes {
  readonly dimension: number;
  readonly contextLength: number;
}

function lawOf(link: string, { dimension, contextLength }: Sizes, shorten: number): PromptLaw {
  return promptLaw({
    contextLength: Math.ceil(shorten * contextLength),
    covariates: gaussianCovariates({ dimension }),
    target: linkTarget(link, dimension),
    noise: gaussianNoise({ variance: 0 }),
  });
}

interface Transferred {
  readonly own: Estimate;
  readonly linearised: number;
}

/** The size of the relative gap between the two losses. */
function gapOf({ own, linearised }: Transferred): Seen {
  return { value: Math.abs(own.value / linearised - 1), standardError: own.standardError / linearised };
}

type Seen = Pick<Estimate, "value" | "standardError">;

function within(name: string, target: ClosedForm<number>, seen: Seen, tolerance: number): Claim {
  return {
    name,
    relation: "within",
    predicted: target.value,
    observed: seen.value,
    standardError: seen.standardError,
    tolerance: tolerance * target.value,
    source: target.source,
  };
}

function beyond(
  name: string,
  relation: "above" | "below",
  predicted: number,
  seen: Seen,
  source: Claim["source"],
): Claim {
  const { value: observed, standardError } = seen;
  return { name, relation, predicted, observed, standardError, tolerance: 0, source };
}
