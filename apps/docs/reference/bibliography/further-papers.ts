/** A paper as it is looked up. */
export interface Paper {
  readonly authors: string;
  readonly title: string;
  readonly year: number;
  readonly venue?: string;
  readonly arXiv?: string;
}

/** Papers that docstrings cite and no closed form: those of closed forms are in `sources` of `@onestep/theory`. */
export const furtherPapers: readonly Paper[] = [
  {
    authors: "Deqing Fu, Tian-Qi Chen, Robin Jia, Vatsal Sharan",
    title: "Transformers Learn to Achieve Second-Order Convergence Rates for In-Context Linear Regression",
    year: 2023,
    arXiv: "2310.17086",
  },
  {
    authors: "Shivam Garg, Dimitris Tsipras, Percy Liang, Gregory Valiant",
    title: "What Can Transformers Learn In-Context? A Case Study of Simple Function Classes",
    year: 2022,
    arXiv: "2208.01066",
  },
  {
    authors: "Khashayar Gatmiry, Nikunj Saunshi, Sashank J. Reddi, Stefanie Jegelka, Sanjiv Kumar",
    title: "Can Looped Transformers Learn to Implement Multi-step Gradient Descent for In-context Learning?",
    year: 2024,
    arXiv: "2410.08292",
  },
  {
    authors: "Jianliang He, Xintian Pan, Siyu Chen, Zhuoran Yang",
    title:
      "In-Context Linear Regression Demystified: Training Dynamics and Mechanistic Interpretability of Multi-Head Softmax Attention",
    year: 2025,
    arXiv: "2503.12734",
  },
  {
    authors: "Ilya Loshchilov, Frank Hutter",
    title: "SGDR: Stochastic Gradient Descent with Warm Restarts",
    year: 2016,
    arXiv: "1608.03983",
  },
  {
    authors: "Ilya Loshchilov, Frank Hutter",
    title: "Decoupled Weight Decay Regularization",
    year: 2017,
    arXiv: "1711.05101",
  },
  {
    authors: "Allan Raventós, Mansheej Paul, Feng Chen, Surya Ganguli",
    title: "Pretraining task diversity and the emergence of non-Bayesian in-context learning for regression",
    year: 2023,
    arXiv: "2306.15063",
  },
  {
    authors: "Max Vladymyrov, Johannes von Oswald, Mark Sandler, Rong Ge",
    title: "Linear Transformers are Versatile In-Context Learners",
    year: 2024,
    arXiv: "2402.14180",
  },
];
