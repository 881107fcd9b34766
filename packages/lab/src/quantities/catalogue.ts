import { autoregressive } from "./autoregressive.ts";
import { bayes } from "./bayes-risk.ts";
import { coalescence } from "./coalescence.ts";
import { crossEntropy } from "./cross-entropy.ts";
import { floor } from "./depth-floor.ts";
import { depth } from "./depth.ts";
import { dynamics } from "./dynamics.ts";
import { gdPlusPlus } from "./gd-plus-plus.ts";
import { gradientDescent } from "./gradient-descent-risk.ts";
import { gradient } from "./gradient.ts";
import { leastSquares } from "./least-squares-risk.ts";
import { moments } from "./moments.ts";
import { multiHead } from "./multi-head.ts";
import { oneStep } from "./one-step-risk.ts";
import { optimum } from "./optimum.ts";
import { plateaus } from "./plateaus.ts";
import type { Quantity } from "./quantity.ts";
import { randomLength } from "./random-length.ts";
import { rank } from "./rank.ts";
import { relu } from "./relu-attention.ts";
import { ridge } from "./ridge-risk.ts";
import { shift } from "./shift.ts";
import { softmax } from "./softmax-heads.ts";
import { wishartMoments } from "./wishart-moments.ts";

/** Everything that can be asked of a law. A new quantity is one file and one line here. */
export const quantities: readonly Quantity[] = [
  optimum,
  moments,
  oneStep,
  gradientDescent,
  ridge,
  bayes,
  leastSquares,
  shift,
  gradient,
  depth,
  gdPlusPlus,
  coalescence,
  floor,
  rank,
  multiHead,
  dynamics,
  plateaus,
  relu,
  softmax,
  randomLength,
  autoregressive,
  crossEntropy,
  wishartMoments,
];
