import {
  add,
  covariance,
  identity,
  matrixFromRows,
  scale,
  type GaussianLinearSetting,
  type Matrix,
  type PromptMoments,
} from "@onestep/core";
import type { GoldenCovariates, GoldenPromptLaw, Rows } from "@onestep/testkit";
import { ar1SquaredCorrelations, correlatedRowMoments } from "../src/moments/correlated-rows.ts";
import { ellipticalFourthMoment, gaussianFourthMoment, productFourthMoment } from "../src/moments/fourth-moment.ts";
import { kurtosisOf, sphereRadialFactor, studentKurtosis, studentRadialFactor } from "../src/moments/kurtosis.ts";
import { mixtureFourthMoment, mixtureSecondMoment } from "../src/moments/mixture.ts";
import { gaussianLinearMoments } from "../src/moments/gaussian-linear.ts";
import { linearMoments } from "../src/moments/linear.ts";
import { stratifiedMoments } from "../src/moments/strata.ts";

/** Ω of a linear golden law: the second moment of its task vectors. */
function tasksOfGolden(law: GoldenPromptLaw): Matrix {
  const { task, d } = law;
  if (task.kind !== "linear") throw new Error(`not a linear task: ${task.kind}`);
  if ("weights" in task) return scale(identity(d), (task.s * task.var) / d);
  const omega = matrixFromRows(task.Omega);
  const mu = task.mu;
  return mu === undefined ? omega : add(omega, matrixFromRows(mu.map((a) => mu.map((b) => a * b))));
}

/** Σ, σ² and Ω of a golden law with Gaussian covariates and a linear task. */
export function settingOfGolden(law: GoldenPromptLaw): GaussianLinearSetting {
  if (law.covariates.kind !== "gaussian") throw new Error(`not Gaussian: ${law.covariates.kind}`);
  return {
    contextLength: law.n,
    covariates: covariance(matrixFromRows(law.covariates.Sigma)),
    tasks: covariance(tasksOfGolden(law)),
    noiseVariance: law.noise_var,
  };
}

/** The moments of a golden law with a linear task, assembled from the formulas of this package. */
export function momentsOfGolden(law: GoldenPromptLaw): PromptMoments {
  const tasks = tasksOfGolden(law);
  const { covariates } = law;
  const base = { contextLength: law.n, tasks, noiseVariance: law.noise_var };
  if (covariates.kind === "gaussian_prompt_mixture") {
    return stratifiedMoments(
      covariates.covs.map((sigma, k) => ({
        probability: covariates.weights[k],
        moments: gaussianLinearMoments({
          ...base,
          tasks: covariance(tasks),
          covariates: covariance(matrixFromRows(sigma)),
        }),
      })),
    );
  }
  if (covariates.kind === "gaussian_ar1_rows") {
    const setting = { ...base, tasks: covariance(tasks), covariates: covariance(identity(law.d)) };
    return correlatedRowMoments(setting, ar1SquaredCorrelations(law.n, covariates.rho));
  }
  return linearMoments({ ...base, ...rowMoments(covariates, law.d, tasks), evenPartDecouples: "proved" });
}

type RowLaw = Exclude<GoldenCovariates, { kind: "gaussian_prompt_mixture" | "gaussian_ar1_rows" }>;

function rowMoments(law: RowLaw, d: number, tasks: Matrix): { covariates: Matrix; fourthMoment: Matrix } {
  switch (law.kind) {
    case "gaussian": {
      const sigma = matrixFromRows(law.Sigma);
      return { covariates: sigma, fourthMoment: gaussianFourthMoment(sigma, tasks) };
    }
    case "student_elliptical": {
      const sigma = matrixFromRows(law.Sigma);
      return { covariates: sigma, fourthMoment: ellipticalFourthMoment(sigma, studentRadialFactor(law.nu), tasks) };
    }
    case "sphere":
      return {
        covariates: identity(d),
        fourthMoment: ellipticalFourthMoment(identity(d), sphereRadialFactor(d), tasks),
      };
    case "mixture": {
      const mixture = {
        weights: law.weights,
        means: law.means,
        covariances: law.covs.map((rows) => matrixFromRows(rows)),
      };
      return { covariates: mixtureSecondMoment(mixture), fourthMoment: mixtureFourthMoment(mixture, tasks) };
    }
    default: {
      const mixing = matrixOr(law.A, d);
      const kurtosis = law.kind === "student_product" ? studentKurtosis(law.nu) : kurtosisOf[law.kind];
      const unit = productFourthMoment(mixing, kurtosis, tasks);
      return { covariates: gram(mixing), fourthMoment: unit };
    }
  }
}

function matrixOr(rows: Rows | undefined, d: number): Matrix {
  return rows === undefined ? identity(d) : matrixFromRows(rows);
}

function gram(a: Matrix): Matrix {
  const rows = Array.from({ length: a.rows }, (_, i) => a.values.subarray(i * a.columns, (i + 1) * a.columns));
  return matrixFromRows(rows.map((x) => rows.map((y) => x.reduce((sum, value, k) => sum + value * y[k], 0))));
}
