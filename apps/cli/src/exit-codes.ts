/** What the exit code of `onestep` says. */
export const exitCodes = {
  supported: 0,
  contradicted: 1,
  usage: 2,
  /** Shape, domain, numerical, assumption or backend. */
  refused: 3,
  undecided: 4,
  /** A defect of onestep itself: no verdict, and none of the user's doing. */
  internal: 70,
  interrupted: 130,
} as const;
