/** What each calculator opens with, as an address. A quantity without an example stops the build. */
const PLAIN = "context=20&dimension=5&variance=0.25";
const PLANE = "context=20&dimension=2&variance=0.25&covariates=gaussian:covariance=[2,1]";

export const examples: Readonly<Record<string, string>> = {
  optimum: "context=20&dimension=2&variance=0.25",
  moments: PLANE,
  "one-step-risk": `${PLAIN}&step-size=0.04`,
  "gradient-descent-risk": `${PLAIN}&steps=3&rate=0.5`,
  "ridge-risk": `${PLAIN}&lambda=0.25`,
  "bayes-risk": PLAIN,
  "least-squares-risk": PLAIN,
  shift: `${PLANE}&preconditioner=[[0.04,0],[0,0.04]]`,
  gradient: `${PLANE}&preconditioner=[[0.02,0],[0,0.04]]`,
  depth: `${PLAIN}&layers=3`,
  "gd-plus-plus": `${PLAIN}&layers=2`,
  coalescence: `${PLAIN}&layers=2`,
  "depth-floor": `${PLAIN}&target=single-index:link=tanh`,
  rank: "context=20&dimension=3&variance=0.25&covariates=gaussian:covariance=[3,1,0.5]&rank=2",
  "multi-head": "context=20&dimension=3&variance=0.25&tasks=gaussian:mean=[1,0,0]",
  dynamics: `${PLAIN}&times=0,0.2,0.4,0.6,0.8,1&initial=0.001`,
  plateaus: "context=20&dimension=3&covariates=gaussian:covariance=[4,1,0.25]",
  "relu-attention": PLAIN,
  "softmax-heads": "context=20&dimension=2&variance=0.25",
  "random-length": "context=20&dimension=2&variance=0.25&from=5&to=40",
  autoregressive: `${PLAIN}&length=40`,
  "cross-entropy": "context=20&dimension=5&target=single-index:link=sign",
  "wishart-moments": "context=7&dimension=4&order=6",
};
