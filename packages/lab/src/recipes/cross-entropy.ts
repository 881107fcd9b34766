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
import { bestStepSize, crossEntropyStep, mapClosedForm } from "@onestep/theory";
import type { Claim } from "../claim.ts";
import { geometric } from "../figure/geometric.ts";
import { relativeDistance } from "../measure/preconditioner-distance.ts";
import { defineRecipe, type Recipe, type RecipeContext } from "./recipe.ts";

const sizes = { dimensions: [3, 5], contextLengths: [2, 20], steps: 1500 };

/** Labels ±1 and the logistic loss on the layer's output: still one step, of another size. */
export const crossEntropy: Recipe = defineRecipe({
  id: "cross-entropy",
  title: "sign labels under cross-entropy: one step of another size",
  question: "Is a layer trained on labels ±1 with the logistic loss one step too, and of the size of the squared loss?",
  source: { key: "onestep", locator: "crossEntropyStep" },
  settings: {
    ci: { ...sizes, promptsPerStep: 500, fresh: 100_000 },
    paper: { ...sizes, promptsPerStep: 4000, fresh: 400_000 },
  },
  defects: {
    "squared-loss": "the prediction is the step that the squared loss has on the same labels",
    "one-example-fewer": "the layer is trained on n − 1 examples and judged as if it were n",
  },
  async run({ dimensions, contextLengths, steps, promptsPerStep, fresh }, context) {
    const { defect, key, progress } = context;
    const found = [];
    for (const [at, dimension] of dimensions.entries()) {
      const contextLength = contextLengths[at];
      const label = `d = ${dimension}, n = ${contextLength}`;
      const law = signLaw(dimension, contextLength);
      const exact = crossEntropyStep({ contextLength, dimension });
      const ofSquares = bestStepSize(promptMoments(law)).value.stepSize;
      const target = mapClosedForm(exact, ({ stepSize }) => (defect === "squared-loss" ? ofSquares : stepSize));
      const layer = await train(
        defect === "one-example-fewer" ? signLaw(dimension, contextLength - 1) : law,
        { steps, promptsPerStep, index: at },
        context,
        (part) => progress((at + 0.9 * part) / dimensions.length, label),
      );
      const { preconditioner } = inducedStep(layer);
      const learned = toRows(preconditioner).reduce((sum, row, i) => sum + row[i] / dimension, 0);
      const prompts = samplePrompts(law, { key: childKey(key, "fresh", at), count: fresh });
      progress((at + 0.95) / dimensions.length, label);
      const predictions = await lossEngine(float64Backend(), logisticLoss()).predict(layer, prompts);
      const features = stepFeatures(prompts);
      const lossOf = (eta: number): Estimate => meanLoss(prompts, (i) => eta * features[i]);
      const layerLoss = meanLoss(prompts, (i) => predictions[i]);
      const slower = meanLoss(
        prompts,
        (i) => ofSquares * features[i],
        (i) => exact.value.stepSize * features[i],
      );
      const named = (claim: string): string => `${label}: ${claim}`;
      const source = exact.source;
      const claims: Claim[] = [
        {
          name: named("step size"),
          relation: "within",
          predicted: target.value,
          observed: learned,
          standardError: 0,
          tolerance: 0.02 * target.value,
          source,
        },
        {
          name: named("distance of Γ from the step"),
          relation: "within",
          predicted: 0,
          observed: relativeDistance(preconditioner, scale(identity(dimension), target.value)),
          standardError: 0,
          tolerance: 0.03,
          source,
        },
        {
          name: named("cross-entropy on fresh prompts"),
          relation: "estimates",
          predicted: exact.value.loss,
          observed: layerLoss.value,
          standardError: layerLoss.standardError,
          tolerance: 0.03 * exact.value.loss,
          source,
        },
        {
          name: named("cross-entropy of the squared loss’s step beyond that of the best step"),
          relation: "above",
          predicted: 0,
          observed: slower.value,
          standardError: slower.standardError,
          tolerance: 0,
          source,
        },
        {
          name: named("share of labels that layer and step, of any size, call differently"),
          relation: "within",
          predicted: 0,
          observed: features.reduce((sum, one, i) => sum + (one * predictions[i] < 0 ? 1 : 0), 0) / fresh,
          standardError: 0,
          tolerance: 0.01,
          source,
        },
      ];
      const best = exact.value.stepSize;
      const curve = geometric(0.2, 4, 15).map((share) => ({ x: share, y: lossOf(share * best).value }));
      found.push({
        label,
        claims,
        curve,
        optimum: { x: 1, y: exact.value.loss },
        trained: { x: learned / best, y: layerLoss.value },
        squared: { x: ofSquares / best, y: lossOf(ofSquares).value },
      });
    }
    return {
      claims: found.flatMap(({ claims }) => claims),
      figure: {
        title: "Cross-entropy wants a longer step than the squared loss",
        subtitle: `x ~ N(0, I), y = sign⟨u, x⟩, ŷ the log-odds; ${fresh} fresh prompts`,
        x: { label: "step size, in units of the best for cross-entropy", scale: "log" },
        y: { label: "cross-entropy (nats)", scale: "linear" },
        series: found.flatMap(({ label, curve, optimum, trained, squared }) => [
          { name: `${label}: drawn prompts`, kind: "line" as const, about: label, points: curve },
          {
            name: `${label}: best step, theory`,
            kind: "points" as const,
            theory: true,
            about: label,
            points: [optimum],
          },
          { name: `${label}: trained layer`, kind: "points" as const, about: label, points: [trained] },
          {
            name: `${label}: squared loss’s step`,
            kind: "points" as const,
            theory: true,
            about: `${label}, squared loss`,
            points: [squared],
          },
        ]),
      },
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

async function train(
  law: PromptLaw,
  plan: { readonly steps: number; readonly promptsPerStep: number; readonly index: number },
  { key, signal }: RecipeContext,
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
