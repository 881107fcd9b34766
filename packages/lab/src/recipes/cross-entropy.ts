import {
  childKey,
  float64Backend,
  identity,
  meanAccumulator,
  scale,
  toRows,
  type Estimate,
  type LsaParameters,
  type Matrix,
  type PromptBatch,
} from "@onestep/core";
import {
  gaussianCovariates,
  noNoise,
  promptLaw,
  promptMoments,
  samplePrompts,
  signLink,
  singleIndexTarget,
  type PromptLaw,
} from "@onestep/data";
import { adam, inducedStep, inverseTime, layerInTokenFrame, logisticLoss, lossEngine, pretrain } from "@onestep/model";
import { bestStepSize, crossEntropyStep, mapClosedForm, type ClosedForm, type ScalarStep } from "@onestep/theory";
import type { Claim } from "../claim.ts";
import type { Figure, FigurePoint } from "../figure/figure.ts";
import { geometric } from "../figure/geometric.ts";
import { relativeDistance } from "../measure/preconditioner-distance.ts";
import { above, estimates, near, within } from "./claims.ts";
import { defineRecipe, type Recipe, type RecipeContext } from "./recipe.ts";

const sizes = { dimensions: [3, 5], contextLengths: [2, 20], steps: 1500 };
const ci = { ...sizes, promptsPerStep: 500, fresh: 100_000 };

type Settings = typeof ci;
type Defect = "squared-loss" | "one-example-fewer";

/** Labels ±1 and the logistic loss on the layer's output: still one step, of another size. */
export const crossEntropy: Recipe = defineRecipe({
  id: "cross-entropy",
  title: "sign labels under cross-entropy: one step of another size",
  question: "Is a layer trained on labels ±1 with the logistic loss one step too, and of the size of the squared loss?",
  source: { key: "onestep", locator: "crossEntropyStep" },
  settings: {
    ci,
    paper: { ...sizes, promptsPerStep: 4000, fresh: 400_000 },
  },
  defects: {
    "squared-loss": "the prediction is the step that the squared loss has on the same labels",
    "one-example-fewer": "the layer is trained on n − 1 examples and judged as if it were n",
  },
  async run(settings, context) {
    const { dimensions, contextLengths, fresh } = settings;
    const { defect, key, progress } = context;
    const found: Tested[] = [];
    for (const [at, dimension] of dimensions.entries()) {
      const contextLength = contextLengths[at];
      const label = `d = ${dimension}, n = ${contextLength}`;
      const report = (part: number): void => progress((at + part) / dimensions.length, label);
      const seen = signLaw(dimension, defect === "one-example-fewer" ? contextLength - 1 : contextLength);
      const layer = await train(seen, { ...settings, index: at }, context, (part) => report(0.9 * part));
      const law = signLaw(dimension, contextLength);
      const prompts = samplePrompts(law, { key: childKey(key, "fresh", at), count: fresh });
      report(0.95);
      found.push({ label, ...(await testOn(prompts, layer, stepsOn(law))) });
    }
    return {
      claims: found.flatMap((one) => [...claimsOnStep(one, defect), ...claimsOnLoss(one)]),
      figure: figureOf(found, settings),
      notes: ["Own derivation: no paper has these numbers. Accuracy does not depend on the size of a step."],
    };
  },
});

function signLaw(dimension: number, contextLength: number): PromptLaw {
  return promptLaw({
    contextLength,
    covariates: gaussianCovariates({ dimension }),
    target: singleIndexTarget({ dimension, link: signLink() }),
    noise: noNoise(),
  });
}

/** The best step for cross-entropy, and its loss; the step that the squared loss has on the same labels. */
interface Steps {
  readonly best: ClosedForm<ScalarStep>;
  readonly ofSquares: number;
}

function stepsOn(law: PromptLaw): Steps {
  const { dimension, contextLength } = law;
  return {
    best: crossEntropyStep({ contextLength, dimension }),
    ofSquares: bestStepSize(promptMoments(law)).value.stepSize,
  };
}

async function train(
  law: PromptLaw,
  plan: { readonly steps: number; readonly promptsPerStep: number; readonly index: number },
  { key, signal }: RecipeContext<Defect>,
  progress: (part: number) => void,
): Promise<LsaParameters<Matrix>> {
  const root = childKey(key, "trained", plan.index);
  let layer: LsaParameters<Matrix> | undefined;
  for await (const state of pretrain({
    key: childKey(root, "initial"),
    model: layerInTokenFrame(lossEngine(float64Backend(), logisticLoss())),
    prompts: (step) => samplePrompts(law, { key: childKey(root, "train", step), count: plan.promptsPerStep }),
    optimizer: adam({ learningRate: 0.02 }),
    schedule: inverseTime({ from: 0.3, final: 0.05 }),
    initialScale: 0.05,
    steps: plan.steps,
    checkpoints: (step) => step % 50 === 0,
    signal,
  })) {
    progress(state.step / plan.steps);
    layer = state.parameters;
  }
  if (layer === undefined) throw new Error("pretrain ended without a state");
  return layer;
}

/** x_qᵀXᵀy of each prompt: what a step of size 1 predicts. */
function stepFeatures({ count, contextLength: n, dimension: d, ...prompts }: PromptBatch): Float64Array {
  return Float64Array.from({ length: count }, (_, i) => {
    let feature = 0;
    for (let row = i * n; row < (i + 1) * n; row++) {
      let score = 0;
      for (let j = 0; j < d; j++) score += prompts.covariates[row * d + j] * prompts.queryCovariates[i * d + j];
      feature += prompts.responses[row] * score;
    }
    return feature;
  });
}

/** A trained layer beside steps, on the same fresh prompts. */
interface LayerTest {
  readonly steps: Steps;
  /** Γ of the layer. */
  readonly preconditioner: Matrix;
  /** The cross-entropy of the layer, that of a step, and how much more the squared loss's step has than the best. */
  readonly loss: Estimate;
  readonly lossOfStep: (stepSize: number) => Estimate;
  readonly beyondBest: Estimate;
  /** The share of labels that layer and step call differently. */
  readonly disagreement: number;
}

interface Tested extends LayerTest {
  readonly label: string;
}

async function testOn(prompts: PromptBatch, layer: LsaParameters<Matrix>, steps: Steps): Promise<LayerTest> {
  const predictions = await lossEngine(float64Backend(), logisticLoss()).predict(layer, prompts);
  const features = stepFeatures(prompts);
  const best = steps.best.value.stepSize;
  return {
    steps,
    preconditioner: inducedStep(layer).preconditioner,
    loss: meanLoss(prompts, (i) => predictions[i]),
    lossOfStep: (stepSize) => meanLoss(prompts, (i) => stepSize * features[i]),
    beyondBest: meanLoss(
      prompts,
      (i) => steps.ofSquares * features[i],
      (i) => best * features[i],
    ),
    disagreement: features.reduce((sum, one, i) => sum + (one * predictions[i] < 0 ? 1 : 0), 0) / prompts.count,
  };
}

/** The mean of the diagonal of Γ. */
function learnedStep({ preconditioner }: LayerTest): number {
  return toRows(preconditioner).reduce((sum, row, i) => sum + row[i] / preconditioner.rows, 0);
}

function claimsOnStep(found: Tested, defect: Defect | undefined): Claim[] {
  const { label, steps, preconditioner } = found;
  const target = mapClosedForm(steps.best, ({ stepSize }) => (defect === "squared-loss" ? steps.ofSquares : stepSize));
  return [
    near(`${label}: step size`, target, learnedStep(found), 0.02),
    within(
      `${label}: distance of Γ from the step`,
      { value: 0, source: target.source },
      relativeDistance(preconditioner, scale(identity(preconditioner.rows), target.value)),
      0.03,
    ),
  ];
}

function claimsOnLoss({ label, steps, loss, beyondBest, disagreement }: Tested): Claim[] {
  const none = { value: 0, source: steps.best.source };
  return [
    estimates(
      `${label}: cross-entropy on fresh prompts`,
      mapClosedForm(steps.best, (best) => best.loss),
      loss,
      0.03,
    ),
    above(`${label}: cross-entropy of the squared loss’s step beyond that of the best step`, none, beyondBest),
    within(`${label}: share of labels that layer and step, of any size, call differently`, none, disagreement, 0.01),
  ];
}

function figureOf(found: readonly Tested[], { fresh }: Settings): Figure {
  return {
    title: "Cross-entropy wants a longer step than the squared loss",
    subtitle: `x ~ N(0, I), y = sign⟨u, x⟩, ŷ the log-odds; ${fresh} fresh prompts`,
    x: { label: "step size, in units of the best for cross-entropy", scale: "log" },
    y: { label: "cross-entropy (nats)", scale: "linear" },
    series: found.flatMap((one) => {
      const { label, steps, loss, lossOfStep } = one;
      const { stepSize: best, loss: least } = steps.best.value;
      const curve = geometric(0.2, 4, 15).map((x): FigurePoint => ({ x, y: lossOfStep(x * best).value }));
      const squared = { x: steps.ofSquares / best, y: lossOfStep(steps.ofSquares).value };
      return [
        { name: `${label}: drawn prompts`, kind: "line" as const, about: label, points: curve },
        {
          name: `${label}: best step, theory`,
          kind: "points" as const,
          theory: true,
          about: label,
          points: [{ x: 1, y: least }],
        },
        {
          name: `${label}: trained layer`,
          kind: "points" as const,
          about: label,
          points: [{ x: learnedStep(one) / best, y: loss.value }],
        },
        {
          name: `${label}: squared loss’s step`,
          kind: "points" as const,
          theory: true,
          about: `${label}, squared loss`,
          points: [squared],
        },
      ];
    }),
  };
}

/** The mean logistic loss of predictions; beyond that of others, where there are others. */
function meanLoss(
  { count, queryResponses }: PromptBatch,
  prediction: (i: number) => number,
  other?: (i: number) => number,
): Estimate {
  const { value } = logisticLoss();
  const mean = meanAccumulator();
  for (let i = 0; i < count; i++) {
    const label = queryResponses[i];
    mean.push(value(prediction(i), label) - (other === undefined ? 0 : value(other(i), label)));
  }
  return mean.estimate();
}
