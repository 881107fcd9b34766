import { childKey, covariance, float64Backend, matrixFromRows, openStream, randomKey } from "@onestep/core";
import { parsePromptLaw, sampleContextStatistics } from "@onestep/data";
import {
  fullTransformer,
  gdPlusPlusTransformer,
  sparseTransformer,
  trainableTransformer,
  transformerEngine,
} from "@onestep/model";
import { expectClose } from "@onestep/testkit";
import { expect, it } from "vitest";
import type { Family } from "./families.ts";
import { inResponseUnits, inWhiteCoordinates } from "./in-white-coordinates.ts";

const shape = { dimension: 2, layers: 2 };
const sigma = covariance(
  matrixFromRows([
    [4, 1],
    [1, 0.5],
  ]),
);
const responseScale = 3;
/** Two laws that are one: y in units of 3, x = F z. */
const lawOf = (rows: number[][], tasks: number[][], variance: number): ReturnType<typeof parsePromptLaw> =>
  parsePromptLaw({
    contextLength: 6,
    covariates: { law: "gaussian", covariance: rows },
    target: { law: "linear", tasks: { law: "gaussian", covariance: tasks } },
    noise: { law: "gaussian", variance },
  });
const engine = transformerEngine(float64Backend());
const statistics = sampleContextStatistics(
  lawOf(
    [
      [4, 1],
      [1, 0.5],
    ],
    [
      [1, 0],
      [0, 2],
    ],
    0.5,
  ),
  {
    key: randomKey(3),
    count: 5,
  },
);

it.each([
  ["full", fullTransformer(shape) as Family],
  ["sparse", sparseTransformer(shape) as Family],
  ["gd-plus-plus", gdPlusPlusTransformer(shape) as Family],
])("the slopes of the family %s are those of its loss", async (_, family) => {
  const white = inWhiteCoordinates(family, sigma, responseScale);
  const model = inResponseUnits(trainableTransformer(white, engine), responseScale);
  const position = new Float64Array(model.size);
  openStream(childKey(randomKey(0), "position")).fillNormals(position, 0, model.size);
  position.forEach((value, at) => (position[at] = 0.1 * value));
  const { gradient } = await model.lossAndGradient(position, statistics);
  const step = 2 ** -18;
  for (let at = 0; at < model.size; at++) {
    const lossAt = async (by: number): Promise<number> =>
      (
        await model.lossAndGradient(
          position.map((value, i) => (i === at ? value + by : value)),
          statistics,
        )
      ).loss;
    const slope = ((await lossAt(step)) - (await lossAt(-step))) / (2 * step * responseScale ** 2);
    // A central difference loses h² to curvature, and ε/h to rounding.
    expect(Math.abs(slope - gradient[at])).toBeLessThan(2 ** -30 * (1 + Math.abs(gradient[at])));
  }
});

it("a family in white coordinates predicts on tokens what it predicts on white ones", async () => {
  const family = fullTransformer(shape);
  const position = Float64Array.from({ length: family.size }, (_, at) => Math.sin(at) / 10);
  const weights = family.unpack(position);
  const { factor } = sigma;
  const z = [
    [1, -2],
    [0.5, 1],
    [-1, 0.25],
  ];
  const onTokens = z.map(([a, b]) => [
    factor.values[0] * a + factor.values[1] * b,
    factor.values[2] * a + factor.values[3] * b,
  ]);
  const responses = [0.5, -1];
  const prompts = ([one, two, query]: number[][], scale: number) => ({
    count: 1,
    contextLength: 2,
    dimension: 2,
    covariates: Float64Array.from([...one, ...two]),
    responses: Float64Array.from(responses, (y) => scale * y),
    queryCovariates: Float64Array.from(query),
    queryResponses: Float64Array.of(0),
  });
  const outer = inWhiteCoordinates(family, sigma, responseScale).transformer(weights);
  const [white] = await engine.predict(family.transformer(weights), prompts(z, 1));
  const [tokens] = await engine.predict(outer, prompts(onTokens, responseScale));
  expectClose(tokens, responseScale * white, 64 * engine.unitRoundoff);
});
