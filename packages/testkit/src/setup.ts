// A vitest setup file, run before each test file of every package: properties are drawn from the run's own seed,
// so that `npm test` is deterministic and `npm run test:fresh` is a new draw that can be repeated.
import { configureGlobal, readConfigureGlobal } from "fast-check";

import { seedForTests } from "./seed.ts";

configureGlobal({ ...readConfigureGlobal(), seed: seedForTests() });
