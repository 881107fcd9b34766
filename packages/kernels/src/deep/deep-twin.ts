import type { ContextStatistics } from "@onestep/core";
import { openPrompt } from "../lanes/twin.ts";
import type { LinearGaussianLaw } from "../one-layer/law.ts";
import type { DeepSummer } from "./deep-summer.ts";
import type { Instruction, Program } from "./program.ts";
import { promptDrawer } from "./prompt-drawer.ts";
import { constantValues, planSums, weightOf, type DeepWeights } from "./sums.ts";
import {
  addOuter,
  addProduct,
  addVector,
  copyOrClear,
  multiply,
  multiplyVector,
  readOut,
  symmetrize,
} from "./twin-products.ts";

/** Sums in float64, prompt by prompt and in plain TypeScript: the oracle of the kernels, and what runs without them. */
export function twinSummer(program: Program, width: number, law?: LinearGaussianLaw): DeepSummer {
  const plan = planSums(program, width);
  const registers = program.kinds.map((kind) => new Float64Array(kind === "vector" ? width : width * width));
  const query = registers[program.query];
  const gram = new Float64Array(width * width);
  const sums = new Float64Array(plan.length);
  const draw = law && promptDrawer(law);
  let response = 0;
  let steps: readonly (() => void)[] = [];
  for (let i = 0; i < width; i++) registers[program.identity][i * (width + 1)] = 1;

  return {
    name: "twin",
    begin(weights) {
      for (const [at, value] of constantValues(program, weights, width).entries()) {
        registers[program.constants[at].register].set(value);
      }
      steps = program.instructions.map((instruction) => stepOf(instruction, weights));
    },
    sumDrawn({ key, first, count }) {
      sums.fill(0);
      for (let prompt = first; prompt < first + count; prompt++) {
        response = draw!(openPrompt(key, prompt), gram, query);
        for (const step of steps) step();
      }
      return sums;
    },
    sumStatistics({ statistics, first, count, scaleOf }) {
      const { dimension, queryCovariates, queryResponses } = statistics;
      sums.fill(0);
      for (let prompt = first; prompt < first + count; prompt++) {
        writeGram(statistics, prompt, scaleOf(prompt), gram);
        query.set(queryCovariates.subarray(prompt * dimension, (prompt + 1) * dimension));
        response = queryResponses[prompt];
        for (const step of steps) step();
      }
      return sums;
    },
  };

  /** What an instruction does to the prompt at hand. */
  function stepOf(one: Instruction, weights: DeepWeights): () => void {
    const base = "base" in one && one.base !== undefined ? registers[one.base] : undefined;
    switch (one.op) {
      case "multiply": {
        const [matrix, x, into] = [weightOf(weights, one.weight), registers[one.x], registers[one.into]];
        const { transposed } = one.weight;
        if (program.kinds[one.x] === "vector") return () => multiplyVector(matrix, transposed, x, base, into);
        return () => multiply(matrix, transposed, x, false, base, into, width);
      }
      case "multiplyRows": {
        const [matrix, x, into] = [weightOf(weights, one.weight), registers[one.x], registers[one.into]];
        return () => multiply(x, false, matrix, one.weight.transposed, base, into, width);
      }
      case "applyGram": {
        const [x, into] = [registers[one.x], registers[one.into]];
        return () => multiplyVector(gram, false, x, base, into);
      }
      case "add": {
        const [x, y, into] = [registers[one.x], registers[one.y], registers[one.into]];
        return () => {
          into.set(x);
          addVector(y, into, 0);
        };
      }
      case "readOut": {
        const [from, into] = [one.from.map((at) => registers[at]), one.into.map((at) => registers[at])];
        return () => {
          sums[plan.lossAt] += readOut(from, into, response);
        };
      }
      case "outer": {
        const into = sums.subarray(plan.weightAt(one.weight));
        const pairs = one.pairs.map(([a, b]) => [registers[a], registers[b]] as const);
        return () => {
          for (const [a, b] of pairs) addOuter(a, b, into, plan.rows);
        };
      }
      case "outerOfMatrices": {
        const [x, y, into] = [registers[one.x], registers[one.y], sums.subarray(plan.weightAt(one.weight))];
        return () => addProduct(x, y, one.weight.side === "valueProjection", into, width, plan.rows);
      }
      case "sum": {
        const [x, start] = [registers[one.x], plan.constantAt(one.constant)];
        return () => addVector(x, sums, start);
      }
      case "multiplyOwn": {
        const [x, y, into] = [registers[one.x], registers[one.y], registers[one.into]];
        if (program.kinds[one.x] === "vector") {
          return () => {
            copyOrClear(base, into);
            addOuter(x, y, into, width);
          };
        }
        if (program.kinds[one.y] === "vector") return () => multiplyVector(x, one.xTransposed, y, base, into);
        return () => multiply(x, one.xTransposed, y, one.yTransposed, base, into, width);
      }
      case "sumOwnOuter": {
        const into = registers[one.into];
        const pairs = one.pairs.map(([a, b]) => [registers[a], registers[b]] as const);
        return () => {
          into.fill(0);
          for (const [a, b] of pairs) addOuter(a, b, into, width);
        };
      }
      case "symmetrize": {
        const [x, into] = [registers[one.x], registers[one.into]];
        return () => symmetrize(x, base, into, width);
      }
      case "readGram":
        return () => registers[one.into].set(gram);
      case "writeGram":
        return () => gram.set(registers[one.x]);
    }
  }
}

/** Writes G of given statistics whole, times a scale. */
function writeGram(statistics: ContextStatistics, prompt: number, scale: number, gram: Float64Array): void {
  const { dimension: d, covariateGram, crossProduct, responseEnergy } = statistics;
  const width = d + 1;
  let packed = (prompt * d * (d + 1)) / 2;
  for (let i = 0; i < width; i++) {
    for (let j = 0; j <= i; j++) {
      const last = j < d ? crossProduct[prompt * d + j] : responseEnergy[prompt];
      const entry = scale * (i < d ? covariateGram[packed++] : last);
      gram[i * width + j] = entry;
      gram[j * width + i] = entry;
    }
  }
}
