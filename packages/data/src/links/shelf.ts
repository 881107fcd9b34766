import type { Link } from "../define/define-link.ts";
import type { Factory } from "../define/definition.ts";
import { absLink } from "./abs.ts";
import { cosLink } from "./cos.ts";
import { cubeLink } from "./cube.ts";
import { erfLink } from "./erf.ts";
import { geluLink } from "./gelu.ts";
import { hermiteLink } from "./hermite.ts";
import { identityLink } from "./identity.ts";
import { leakyReluLink } from "./leaky-relu.ts";
import { reluLink } from "./relu.ts";
import { sigmoidLink } from "./sigmoid.ts";
import { signLink } from "./sign.ts";
import { sinLink } from "./sin.ts";
import { softplusLink } from "./softplus.ts";
import { tanhLink } from "./tanh.ts";

/** Every link that a law file can name. A new link is one file and one line here. */
export const linkShelf: readonly Factory<never, Link>[] = [
  identityLink,
  reluLink,
  leakyReluLink,
  absLink,
  signLink,
  erfLink,
  sinLink,
  cosLink,
  cubeLink,
  hermiteLink,
  tanhLink,
  geluLink,
  softplusLink,
  sigmoidLink,
];
