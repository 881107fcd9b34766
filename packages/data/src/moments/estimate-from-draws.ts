/** What is left where no closed form holds, in the hint of a refusal: for callers of the library and of the command line. */
export const estimateFromDraws = "estimate the moments from draws (estimatePromptMoments, or onestep check-law)";
