/** How a paper is named: author-year. */
export type SourceKey =
  | "mahankali-2023"
  | "ahn-2023"
  | "zhang-2023"
  | "zhang-2025"
  | "cheng-2023"
  | "xie-2025"
  | "duraisamy-2024"
  | "li-2024"
  | "zhang-2024"
  | "akyurek-2022"
  | "lu-2024"
  | "wu-2023"
  | "von-oswald-2022"
  | "hagiwara-2025"
  | "adler-1999"
  | "letac-2004"
  | "marchenko-1967"
  | "dobriban-2015"
  | "hastie-2019"
  | "breiman-1983"
  | "eckart-1936"
  | "palais-1979"
  | "onestep";

/** A paper, once; `key` is how the rest of onestep names it. */
export interface Source {
  readonly key: SourceKey;
  readonly authors: string;
  readonly title: string;
  readonly year: number;
  /** Where it appeared, for what is not on arXiv or is better known by its journal. */
  readonly venue?: string;
  readonly arXiv?: string;
}

/** Key and place: "mahankali-2023", "Theorem 1". */
export interface Citation {
  readonly key: SourceKey;
  readonly locator: string;
}

/**
 * Every paper this package cites, in one place.
 *
 * @example
 * sources.find((source) => source.key === "mahankali-2023")?.arXiv; // => "2307.03576"
 */
export const sources: readonly Source[] = [
  {
    key: "mahankali-2023",
    authors: "Arvind Mahankali, Tatsunori B. Hashimoto, Tengyu Ma",
    title:
      "One Step of Gradient Descent is Provably the Optimal In-Context Learner with One Layer of Linear Self-Attention",
    year: 2023,
    arXiv: "2307.03576",
  },
  {
    key: "ahn-2023",
    authors: "Kwangjun Ahn, Xiang Cheng, Hadi Daneshmand, Suvrit Sra",
    title: "Transformers learn to implement preconditioned gradient descent for in-context learning",
    year: 2023,
    arXiv: "2306.00297",
  },
  {
    key: "zhang-2023",
    authors: "Ruiqi Zhang, Spencer Frei, Peter L. Bartlett",
    title: "Trained Transformers Learn Linear Models In-Context",
    year: 2023,
    arXiv: "2306.09927",
  },
  {
    key: "zhang-2025",
    authors: "Yedi Zhang, Aaditya K. Singh, Peter E. Latham, Andrew Saxe",
    title: "Training Dynamics of In-Context Learning in Linear Attention",
    year: 2025,
    arXiv: "2501.16265",
  },
  {
    key: "cheng-2023",
    authors: "Xiang Cheng, Yuxin Chen, Suvrit Sra",
    title: "Transformers Implement Functional Gradient Descent to Learn Non-Linear Functions In Context",
    year: 2023,
    arXiv: "2312.06528",
  },
  {
    key: "xie-2025",
    authors: "Shifeng Xie, Rui Yuan, Simone Rossi, Thomas Hannagan",
    title: "The Initialization Determines Whether In-Context Learning Is Gradient Descent",
    year: 2025,
    arXiv: "2512.04268",
  },
  {
    key: "duraisamy-2024",
    authors: "Karthik Duraisamy",
    title:
      "Finite Sample Analysis and Bounds of Generalization Error of Gradient Descent in In-Context Linear Regression",
    year: 2024,
    arXiv: "2405.02462",
  },
  {
    key: "li-2024",
    authors: "Yingcong Li, Ankit Singh Rawat, Samet Oymak",
    title: "Fine-grained Analysis of In-context Linear Estimation: Data, Architecture, and Beyond",
    year: 2024,
    arXiv: "2407.10005",
  },
  {
    key: "zhang-2024",
    authors: "Ruiqi Zhang, Jingfeng Wu, Peter L. Bartlett",
    title:
      "In-Context Learning of a Linear Transformer Block: Benefits of the MLP Component and One-Step GD Initialization",
    year: 2024,
    arXiv: "2402.14951",
  },
  {
    key: "akyurek-2022",
    authors: "Ekin Akyürek, Dale Schuurmans, Jacob Andreas, Tengyu Ma, Denny Zhou",
    title: "What learning algorithm is in-context learning? Investigations with linear models",
    year: 2022,
    arXiv: "2211.15661",
  },
  {
    key: "lu-2024",
    authors: "Yue M. Lu, Mary I. Letey, Jacob A. Zavatone-Veth, Anindita Maiti, Cengiz Pehlevan",
    title: "Asymptotic theory of in-context learning by linear attention",
    year: 2024,
    arXiv: "2405.11751",
  },
  {
    key: "von-oswald-2022",
    authors:
      "Johannes von Oswald, Eyvind Niklasson, Ettore Randazzo, João Sacramento, Alexander Mordvintsev, Andrey Zhmoginov, Max Vladymyrov",
    title: "Transformers learn in-context by gradient descent",
    year: 2022,
    arXiv: "2212.07677",
  },
  {
    key: "hagiwara-2025",
    authors: "Katsuyuki Hagiwara",
    title: "An extension of linear self-attention for in-context learning",
    year: 2025,
    arXiv: "2503.23814",
  },
  {
    key: "wu-2023",
    authors: "Jingfeng Wu, Difan Zou, Zixiang Chen, Vladimir Braverman, Quanquan Gu, Peter L. Bartlett",
    title: "How Many Pretraining Tasks Are Needed for In-Context Learning of Linear Regression?",
    year: 2023,
    arXiv: "2310.08391",
  },
  {
    key: "adler-1999",
    authors: "Mark Adler, Peter J. Forrester, Taro Nagao, Pierre van Moerbeke",
    title: "Classical skew orthogonal polynomials and random matrices",
    year: 1999,
    venue: "Journal of Statistical Physics 99 (2000)",
    arXiv: "solv-int/9907001",
  },
  {
    key: "letac-2004",
    authors: "Gérard Letac, Hélène Massam",
    title: "All Invariant Moments of the Wishart Distribution",
    year: 2004,
    venue: "Scandinavian Journal of Statistics 31",
  },
  {
    key: "marchenko-1967",
    authors: "V. A. Marčenko, L. A. Pastur",
    title: "Distribution of eigenvalues for some sets of random matrices",
    year: 1967,
    venue: "Mathematics of the USSR-Sbornik 1",
  },
  {
    key: "dobriban-2015",
    authors: "Edgar Dobriban, Stefan Wager",
    title: "High-Dimensional Asymptotics of Prediction: Ridge Regression and Classification",
    year: 2015,
    venue: "Annals of Statistics 46 (2018)",
    arXiv: "1507.03003",
  },
  {
    key: "hastie-2019",
    authors: "Trevor Hastie, Andrea Montanari, Saharon Rosset, Ryan J. Tibshirani",
    title: "Surprises in High-Dimensional Ridgeless Least Squares Interpolation",
    year: 2019,
    venue: "Annals of Statistics 50 (2022)",
    arXiv: "1903.08560",
  },
  {
    key: "breiman-1983",
    authors: "Leo Breiman, David Freedman",
    title: "How Many Variables Should be Entered in a Regression Equation?",
    year: 1983,
    venue: "Journal of the American Statistical Association 78",
  },
  {
    key: "eckart-1936",
    authors: "Carl Eckart, Gale Young",
    title: "The approximation of one matrix by another of lower rank",
    year: 1936,
    venue: "Psychometrika 1",
  },
  {
    key: "palais-1979",
    authors: "Richard S. Palais",
    title: "The principle of symmetric criticality",
    year: 1979,
    venue: "Communications in Mathematical Physics 69",
  },
  {
    key: "onestep",
    authors: "the onestep contributors",
    title: "Derivations of onestep: the docstring of the function carries the argument",
    year: 2025,
  },
];

/** A citation; the type checker knows every key. */
export function cite(key: SourceKey, locator: string): Citation {
  return { key, locator };
}
