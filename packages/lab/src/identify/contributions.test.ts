import { matrix, randomKey } from "@onestep/core";
import { parsePromptLaw, samplePrompts } from "@onestep/data";
import { construct, fullTransformer, learners, lsaHeads } from "@onestep/model";
import { expectClose } from "@onestep/testkit";
import { expect, it } from "vitest";
import { contributionsOf } from "./contributions.ts";

const prompts = samplePrompts(
  parsePromptLaw({
    contextLength: { law: "uniform", from: 4, to: 6 },
    dimension: 2,
    covariates: { law: "gaussian" },
    target: { law: "linear", tasks: { law: "gaussian" } },
    noise: { law: "none" },
  }),
  { key: randomKey(0), count: 3 },
);

it("pairs contribute η yᵢ ⟨xᵢ, x_q⟩ to one step of gradient descent, and nothing else does", async () => {
  const { contributions, odd, even, interaction } = await contributionsOf(
    learners.oneStep({ stepSize: 0.3 }),
    prompts,
    2,
  );
  expect(contributions).toHaveLength(prompts.lengths![2]);
  for (const { contribution, response, similarity } of contributions) {
    expectClose(contribution, 0.3 * response * similarity, 1e-14);
  }
  expect(even).toBe(0);
  expect(odd).not.toBe(0);
  expectClose(interaction, 0, 1e-14);
});

it("a layer contributes x_qᵀ Γ xᵢ yᵢ, and its even part stands apart", async () => {
  const [m, u] = [
    [0.1, 0.2, 0, 0.3, 0.4, 0, 0.5, 0.6, 0],
    [0.7, 0.8, 0.9],
  ];
  const layer = lsaHeads([{ keyQuery: matrix(3, 3, m), valueProjection: matrix(3, 1, u) }]);
  const { contributions, prediction, odd, even, interaction } = await contributionsOf(layer, prompts);
  const [qx, qy] = prompts.queryCovariates;
  contributions.forEach(({ contribution, response }, i) => {
    const [x1, x2] = prompts.covariates.subarray(2 * i, 2 * i + 2);
    // Γ = u_y M_xxᵀ + m_yx u_xᵀ
    const first = (0.9 * 0.1 + 0.5 * 0.7) * x1 + (0.9 * 0.3 + 0.5 * 0.8) * x2;
    const second = (0.9 * 0.2 + 0.6 * 0.7) * x1 + (0.9 * 0.4 + 0.6 * 0.8) * x2;
    expectClose(contribution, response * (qx * first + qy * second), 1e-13);
  });
  expectClose(prediction, odd + even, 1e-13);
  expect(Math.abs(even)).toBeGreaterThan(1e-3);
  expectClose(interaction, 0, 1e-13);
});

it("deep models of the sparse family are linear in the responses; others have pairs that act together", async () => {
  const sparse = await contributionsOf(construct.gradientDescent({ dimension: 2, stepSizes: [0.3, 0.8] }), prompts, 1);
  expectClose(sparse.interaction, 0, 1e-14);
  const family = fullTransformer({ dimension: 2, layers: 2 });
  const full = family.transformer(family.unpack(Float64Array.from({ length: family.size }, (_, i) => (i % 5) / 10)));
  const { odd, contributions, interaction } = await contributionsOf(full, prompts, 1);
  expect(Math.abs(interaction)).toBeGreaterThan(1e-3);
  expectClose(contributions.reduce((sum, one) => sum + one.contribution, 0) + interaction, odd, 1e-12);
});

it("refuses a prompt that is not there", async () => {
  await expect(contributionsOf(learners.zero(), prompts, 3)).rejects.toThrow("a prompt from 0 to 2");
});
