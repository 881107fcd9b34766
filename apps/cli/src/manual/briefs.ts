/** What each command does, in one line: all that `onestep --help` needs of it. */
export const briefs = {
  verify: "Train a layer, compare it with the theorem, judge",
  train: "Train one model from a config, and hold it against theory",
  export: "Write a trained model, its config or prompts of its law in other formats",
  identify: "Which algorithm is this model?",
  landscape: "Is this model at a global minimum of its loss?",
  reproduce: "Make a published result again, with its figure and a verdict",
  theory: "Print what is known of a law, with formula, hypotheses and source",
  "check-law": "Does the theorem apply to my law?",
  list: "List experiments, recipes, laws with their parameters, quantities, and what a training config may say",
  bench: "How fast is a training step on this machine, ours and others'?",
  sweep: "Train at every point of a grid of settings and seeds",
  worker: "Train the points of sweeps behind a queue",
  doctor: "Say what runs on this machine, and how soon: Node, backends, kernels, queue, start-up",
  completion: "Teach bash, zsh or fish to complete onestep",
  complete: "Propose words to a shell",
} as const;

/** The commands' names. */
export type CommandName = keyof typeof briefs;
