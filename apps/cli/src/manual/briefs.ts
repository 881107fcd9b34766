/** What each command does, in one line: all that `onestep --help` needs of it. */
export const briefs = {
  verify: "Train a layer, compare it with the theorem, judge",
  reproduce: "Make a published result again, with its figure and a verdict",
  theory: "Print what is known of a law, with formula, hypotheses and source",
  "check-law": "Does the theorem apply to my law?",
  list: "List experiments, recipes, laws with their parameters, and quantities",
  bench: "How fast is a training step on this machine, ours and others'?",
  doctor: "Say what runs on this machine: Node, backends, kernels",
  completion: "Teach bash, zsh or fish to complete onestep",
  complete: "Propose words to a shell",
} as const;

/** The commands' names. */
export type CommandName = keyof typeof briefs;
