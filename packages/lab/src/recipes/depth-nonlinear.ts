import { childKey, type Estimate } from "@onestep/core";
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
import type { Figure } from "../figure/figure.ts";
import { whiskers } from "../figure/whiskers.ts";
import { meanOf } from "../measure/mean-of.ts";
import { ratioOfMeans } from "../measure/ratio-of-means.ts";
import { above, below, near } from "./claims.ts";
import { contextErrors } from "./measure/context-errors.ts";
import { defineRecipe, type Recipe, type RecipeContext } from "./recipe.ts";
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
const ci = { ...sizes, stepsPerLayer: 200, minibatches: 40, contexts: 12_000, wideContexts: 5000 };

type Settings = typeof ci;
type Defect = "half-the-examples" | "forgotten-residual";

/** Depth on nonlinear targets: a floor that no depth passes, and the linear law that depth takes them for. */
export const depthNonlinear: Recipe = defineRecipe({
  id: "depth-nonlinear",
  title: "depth on nonlinear targets: their linear part, and no more",
  question: "Where targets are nonlinear, how much do more layers of linear attention help?",
  source: { key: "onestep", locator: "depthFloor" },
  settings: {
    ci,
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
  async run(settings, { key, defect, progress, signal }) {
    const claims: Claim[] = [];
    const curves: Curve[] = [];
    for (const [at, link] of settings.links.entries()) {
      const label = `y = ${link}`;
      const report = (part: number): void => progress((at + part) / settings.links.length, label);
      const one: Case = { link, label, key: childKey(key, "link", at), defect, signal, report };
      const trained = await trainDepths(one, settings);
      const theory = theoryOf(one, settings);
      if (theory === undefined) {
        claims.push(...claimsOfZero(one, settings, trained.losses));
        continue;
      }
      claims.push(...claimsOnDepth(one, settings, theory, trained), ...claimsOnSizes(one, settings, theory));
      curves.push({ label, ...theory, ...trained });
    }
    return {
      claims,
      figure: figureOf(curves, settings),
      notes: [
        "Layers are gradient steps with trained preconditioners A_l, 25 numbers each, on drawn statistics of contexts; the floor binds any linear attention, of any depth and any number of heads.",
        "The linearised law has f replaced by c₁⟨u, x⟩ and Gaussian noise of variance E f² − c₁². At these sizes it is no more than a guide, up to 15 % off for the cube, since the residual depends on x; the gap falls like 1/d.",
        "No publication gives numbers for this: sizes are ours.",
      ],
    };
  },
});

/** What one link is measured with: its address, and its part of the progress. */
interface Case extends Pick<RecipeContext<Defect>, "key" | "defect" | "signal"> {
  readonly link: string;
  readonly label: string;
  readonly report: (part: number) => void;
}

interface Sizes {
  readonly dimension: number;
  readonly contextLength: number;
}

function lawOf({ link, defect }: Case, { dimension, contextLength }: Sizes): PromptLaw {
  return promptLaw({
    contextLength: Math.ceil((defect === "half-the-examples" ? 0.5 : 1) * contextLength),
    covariates: gaussianCovariates({ dimension }),
    target: linkTarget(link, dimension),
    noise: gaussianNoise({ variance: 0 }),
  });
}

/** The losses of trained layers, one for each depth. */
interface Trained {
  readonly losses: readonly Estimate[];
  /** That of the most layers over that of the fewest, on the same contexts. */
  readonly deepestOverFirst: Estimate;
}

async function trainDepths(one: Case, settings: Settings): Promise<Trained> {
  const { key, report } = one;
  const law = lawOf(one, settings);
  const families = settings.layers.map((layers) => sparseTransformer({ dimension: settings.dimension, layers }));
  const training = { ...settings, key: childKey(key, "train") };
  const trained = await trainOnStatistics(families, law, training, one, (part) => report(0.6 * part));
  const fresh = { key: childKey(key, "fresh"), count: settings.contexts, tick: () => report(0.6) };
  const errors = contextErrors(law, trained, fresh);
  return {
    losses: errors.map((ofDepth) => meanOf(ofDepth)),
    deepestOverFirst: ratioOfMeans(errors[errors.length - 1], errors[0]),
  };
}

/** What is known of a target with a linear part. */
interface Theory {
  /** E‖β‖², what its linear part explains */
  readonly explained: number;
  /** The loss that no depth gets below. */
  readonly floor: ClosedForm<number>;
  readonly oneLayer: ClosedForm<number>;
  /** The best loss on the linearised law, one for each depth. */
  readonly linearised: readonly ClosedForm<number>[];
}

/** The theory of a target, or undefined where it has no linear part. */
function theoryOf(one: Case, { dimension, contextLength, layers }: Settings): Theory | undefined {
  const energies = singleIndexEnergies(linkMoments(one.link), { dimension });
  if (energies.signalEnergy < 2 ** -40) return undefined;
  const setting = { dimension, contextLength, noiseVariance: 0 };
  return {
    explained: energies.signalEnergy,
    floor: floorOf(one.link, setting),
    oneLayer: mapClosedForm(rotationInvariantStep(energies, setting), ({ loss }) => loss),
    linearised: layers.map((depth) => mapClosedForm(linearise(one, setting, depth), ({ loss }) => loss)),
  };
}

function floorOf(link: string, { dimension, contextLength }: Sizes): ClosedForm<number> {
  const energies = singleIndexEnergies(linkMoments(link), { dimension });
  const moments = energyMoments(energies, { dimension, contextLength, noiseVariance: 0 });
  return mapClosedForm(depthFloor(moments), (bound) => bound.floor);
}

/** The best steps on the law of Gaussian tasks and noise with the same linear part and the same E y². */
function linearise({ link, defect }: Case, sizes: Sizes, depth: number): ClosedForm<OptimalDepth> {
  const { dimension, contextLength } = sizes;
  const { c1, a } = linkMoments(link);
  const noiseVariance = defect === "forgotten-residual" ? 0 : a - c1 * c1;
  return optimalDepth({ dimension, contextLength, taskVariance: (c1 * c1) / dimension, noiseVariance }, depth);
}

/** A target without a linear part, which is not worth a prediction at any depth. */
function claimsOfZero({ link, label }: Case, settings: Settings, losses: readonly Estimate[]): Claim[] {
  const floor = floorOf(link, settings);
  return settings.layers.map((depth, l) =>
    near(
      `${label}: loss of ${depth === 1 ? "one layer" : `${depth} layers`}, that of predicting 0`,
      floor,
      losses[l],
      0.01,
    ),
  );
}

/** More layers: near the linearised law, below one layer, above the floor. */
function claimsOnDepth(
  { link, label }: Case,
  { layers }: Settings,
  { oneLayer, linearised, floor }: Theory,
  { losses, deepestOverFirst }: Trained,
): Claim[] {
  const last = layers.length - 1;
  return [
    near(`${label}: loss of one layer`, oneLayer, losses[0], 0.02),
    ...layers
      .slice(1)
      .map((depth, l) =>
        near(
          `${label}: loss of ${depth} layers, near that on the linearised law`,
          linearised[l + 1],
          losses[l + 1],
          link === "cube" ? 0.15 : 0.08,
        ),
      ),
    below(
      `${label}: loss of ${layers[last]} layers over that of one`,
      { value: 1, source: floor.source },
      deepestOverFirst,
    ),
    above(`${label}: loss of ${layers[last]} layers, above the floor`, floor, losses[last]),
  ];
}

/** Longer contexts: near the floor. Higher dimensions: nearer to the linearised law. */
function claimsOnSizes(one: Case, settings: Settings, { floor, linearised }: Theory): Claim[] {
  const { dimension, contextLength, longLength, wideDimension, layers, contexts, wideContexts } = settings;
  const { label, key, report } = one;
  const deepest = layers[layers.length - 1];
  report(0.7);
  const request = { key: childKey(key, "long"), count: wideContexts, tick: () => report(0.7) };
  const long = transfer(one, { dimension, contextLength: longLength }, deepest, request).own;
  const [narrow, wide] = [dimension, wideDimension].map((d) => {
    const sizes = { dimension: d, contextLength: (contextLength / dimension) * d };
    const count = d === dimension ? contexts : wideContexts;
    return gapOf(transfer(one, sizes, 2, { key: childKey(key, "gap"), count, tick: () => report(0.8) }));
  });
  return [
    near(`${label}: loss on ${longLength} examples, near the floor`, floor, long, 0.05),
    above(`${label}: loss on ${longLength} examples, above the floor`, floor, long),
    below(
      `${label}: gap to the linearised law at d = ${wideDimension} less that at d = ${dimension}`,
      { value: 0, source: linearised[0].source },
      { value: wide.value - narrow.value, standardError: Math.hypot(wide.standardError, narrow.standardError) },
    ),
  ];
}

/** The loss of the linearised law's best steps on the law itself, and what they have on the linearised one. */
interface Transferred {
  readonly own: Estimate;
  readonly linearised: number;
}

function transfer(
  one: Case,
  sizes: Sizes,
  depth: number,
  { key, ...request }: Parameters<typeof contextErrors>[2],
): Transferred {
  const { stepSizes, loss } = linearise(one, sizes, depth).value;
  const steps = construct.gradientDescent({ dimension: sizes.dimension, stepSizes });
  const own = { ...request, key: childKey(key, "d", sizes.dimension) };
  const [errors] = contextErrors(lawOf(one, sizes), [steps], own);
  return { own: meanOf(errors), linearised: loss };
}

/** The size of the relative gap between the two losses. */
function gapOf({ own, linearised }: Transferred): Pick<Estimate, "value" | "standardError"> {
  return { value: Math.abs(own.value / linearised - 1), standardError: own.standardError / linearised };
}

interface Curve extends Theory, Trained {
  readonly label: string;
}

function figureOf(curves: readonly Curve[], { dimension, contextLength, layers }: Settings): Figure {
  return {
    title: "Layers learn the linear part of a target, and no more",
    subtitle: `y = g⟨u, x⟩, x ~ N(0, I), u uniform on the sphere, d = ${dimension}, n = ${contextLength}, no noise; whiskers: 95 %`,
    x: { label: "layers L", scale: "linear" },
    y: { label: "linear part missed, (loss − floor)/E‖β‖²", scale: "log" },
    series: curves.flatMap(({ label, floor, explained, losses, linearised }) => {
      const missed = (loss: number): number => (loss - floor.value) / explained;
      return [
        {
          name: `theory: linearised ${label}`,
          kind: "line" as const,
          theory: true,
          about: label,
          points: linearised.map(({ value }, l) => ({ x: layers[l], y: missed(value) })),
        },
        {
          name: `trained: ${label}`,
          kind: "points" as const,
          about: label,
          points: losses.map((loss, l) => whiskers(layers[l], loss, missed)),
        },
      ];
    }),
  };
}
