/** A matrix as the fixture writes it: rows of numbers. */
export type Rows = readonly (readonly number[])[];

/** Covariates as the fixture writes them: `kind` names the law, the rest are its parameters. */
export type GoldenCovariates =
  | { readonly kind: "gaussian"; readonly Sigma: Rows }
  | { readonly kind: "rademacher" | "uniform" | "laplace" | "exponential"; readonly A?: Rows }
  | { readonly kind: "student_product"; readonly nu: number; readonly A?: Rows }
  | { readonly kind: "student_elliptical"; readonly nu: number; readonly Sigma: Rows }
  | { readonly kind: "sphere" }
  | {
      readonly kind: "mixture";
      readonly weights: readonly number[];
      readonly means: Rows;
      readonly covs: readonly Rows[];
    }
  | { readonly kind: "gaussian_prompt_mixture"; readonly weights: readonly number[]; readonly covs: readonly Rows[] }
  | { readonly kind: "gaussian_ar1_rows"; readonly rho: number; readonly query: "independent" };

/** The parameters of a link as the fixture writes them. */
export interface GoldenLinkParameters {
  readonly kappa?: number;
  readonly alpha?: number;
  readonly h?: readonly number[];
}

/** The task as the fixture writes it. `Omega` is the covariance about `mu`. */
export type GoldenTask =
  | { readonly kind: "linear"; readonly Omega: Rows; readonly mu?: readonly number[] }
  | { readonly kind: "linear"; readonly weights: "sparse"; readonly s: number; readonly var: number }
  | {
      readonly kind: "single_index";
      readonly link: string;
      readonly params: GoldenLinkParameters;
      readonly amp: number;
      readonly direction: "sphere";
    }
  | {
      readonly kind: "two_layer";
      readonly link: string;
      readonly params: GoldenLinkParameters;
      readonly width: number;
      readonly w_var: number;
      readonly a_var: number;
    }
  | { readonly kind: "gp_rbf"; readonly ell: number };

/** A law that can be sampled: rows and query i.i.d. unless its covariates say otherwise. */
export interface GoldenPromptLaw {
  readonly n: number;
  readonly d: number;
  /** Variance of Gaussian noise on every response, the query's included. */
  readonly noise_var: number;
  readonly covariates: GoldenCovariates;
  readonly task: GoldenTask;
}

/** Sizes alone, for quantities that need no law. */
export interface GoldenSizes {
  readonly n: number;
  readonly d: number;
}

/** For each quantity: the shape of its value, and what a case carries beside its law. */
export interface GoldenQuantities {
  /** `s2n`, for autoregressive rows: Σᵢⱼ ρ^{2|i−j|}. */
  single_layer_optimum: { value: { readonly eta: number; readonly loss: number; readonly s2n?: number } };
  gamma_star: { value: Rows };
  loss_star: { value: number };
  gamma_star_and_loss: { value: { readonly gamma: Rows; readonly loss: number } };
  nonlinear_summary: {
    value: {
      /** E‖β‖² */
      readonly beta_norm2: number;
      /** E[f²‖x‖²], without noise */
      readonly f2x2: number;
      /** E f² */
      readonly ef2: number;
      readonly eta: number;
      readonly loss: number;
    };
  };
  risk_one_step_gd: { value: number; inputs: { readonly eta: number } };
  /** `ridge_lambda` is added to XᵀX. */
  ridge_risk: { value: number; inputs: { readonly ridge_lambda: number } };
  bayes_risk: { value: number; inputs: { readonly ridge_lambda: number } };
  bayes_risk_marchenko_pastur: { value: number; inputs: { readonly exact_finite: number } };
  bayes_risk_deterministic_equivalent: { value: number; inputs: { readonly nu: number } };
  ols_risk: { value: number };
  /** k equal steps of size a/n. */
  k_step_gd_risk: { value: number; inputs: { readonly k: number; readonly a: number } };
  /** `law` is the test law; `gamma` is the fixed unnormalised Γ. */
  shift_risk: { value: number; inputs: { readonly gamma: Rows; readonly trained_on?: string } };
  /** `a` ascending, in units of S/n. */
  multilayer_optimum: {
    value: { readonly a: readonly number[]; readonly loss: number; readonly best_polynomial_loss?: number };
    inputs: { readonly L: number };
  };
  /** `a[l]` in units of S/n; `ab[l]` is the product a_l·b_l for l < L−1. */
  gdpp_loss: { value: number; inputs: { readonly a: readonly number[]; readonly ab: readonly number[] } };
  /** E tr S^k for k = 0, 1, …; compare as integers. */
  wishart_trace_moments: { value: readonly number[]; law: GoldenSizes };
  multilayer_query_token: {
    value: readonly number[];
    law: GoldenSizes;
    inputs: {
      readonly X: Rows;
      readonly y: readonly number[];
      readonly xq: readonly number[];
      readonly layers: readonly { readonly P: Rows; readonly Q: Rows }[];
    };
  };
  extracted_gamma: {
    value: { readonly gamma: Rows; readonly prediction: number; readonly odd_part: number; readonly even_part: number };
    law: GoldenSizes;
    inputs: {
      readonly X: Rows;
      readonly y: readonly number[];
      readonly xq: readonly number[];
      readonly WK: Rows;
      readonly WQ: Rows;
      readonly WV: Rows;
      readonly h: readonly number[];
    };
  };
  population_loss_w_M: {
    value: { readonly total: number; readonly odd: number; readonly even: number; readonly gamma: Rows };
    inputs: { readonly w: readonly number[]; readonly M: Rows };
  };
  multihead_optimum: { value: { readonly multihead: number; readonly gamma_only: number } };
  rank_constrained_optimum: {
    value: { readonly gamma: Rows; readonly loss: number };
    inputs: { readonly rank: number };
  };
  /** L_0 = τ, …, L_d. */
  plateau_losses: { value: readonly number[] };
  /** γ̂ at `times`, from γ̂(0) = `gamma_hat0`; prefactor 1/n, loss without ½. */
  flow_gamma_hat: {
    value: readonly number[];
    inputs: { readonly times: readonly number[]; readonly gamma_hat0: number };
  };
  relu_attention_optimum: { value: { readonly eta: number; readonly loss: number } };
}

/** The name of a quantity in the fixture. */
export type GoldenQuantity = keyof GoldenQuantities;

type Part<Q extends GoldenQuantity, Key extends string, Otherwise> =
  GoldenQuantities[Q] extends Record<Key, infer Found> ? Found : Otherwise;

/** One golden number with its law, its tolerance, and the inputs that its quantity asks for. */
export type GoldenCase<Q extends GoldenQuantity = GoldenQuantity> = Q extends GoldenQuantity
  ? {
      readonly id: string;
      readonly quantity: Q;
      readonly law: Part<Q, "law", GoldenPromptLaw>;
      readonly value: Part<Q, "value", never>;
      /** The absolute tolerance at which the number must be met. */
      readonly abs_tol: number;
      /** The route by which the number was computed. */
      readonly how: string;
    } & Part<Q, "inputs", unknown>
  : never;
