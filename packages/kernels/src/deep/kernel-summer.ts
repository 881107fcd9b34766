import { philoxKeyOf } from "@onestep/core";
import { PROMPT } from "../lanes/twin.ts";
import type { LinearGaussianLaw } from "../one-layer/law.ts";
import { packPanels } from "../products/pack-panels.ts";
import type { KernelModule } from "../wasm/kernel-module.ts";
import { loadModule } from "../wasm/load-module.ts";
import type { DrawnPrompts } from "../one-layer/block-sums.ts";
import type { DeepSummer, StatisticsRange } from "./deep-summer.ts";
import { wasm } from "./kernel.wasm.ts";
import type { Instruction, Program, Weight } from "./program.ts";
import {
  isSameWeight,
  layOutStrip,
  VECTOR,
  type Precision,
  type StripMemory,
  type StripShape,
} from "./strip-memory.ts";
import { constantValues, planSums, weightOf, type DeepWeights } from "./sums.ts";

/** A function of `kernel.as.ts`: of pointers, counts, and two doubles. */
type Run = (...numbers: number[]) => void;

interface DeepModule extends KernelModule {
  readonly openLanes: Run;
  readonly drawPromptsF32: Run;
  readonly drawPromptsF64: Run;
  readonly loadPromptsF32: Run;
  readonly loadPromptsF64: Run;
  readonly runProgramF32: Run;
  readonly runProgramF64: Run;
  readonly reduceSumsF32: Run;
  readonly reduceSumsF64: Run;
  readonly sumLanesF32: Run;
  readonly sumLanesF64: Run;
}

/** Prompts of a strip: its vectors stay in the second cache, and are long enough that calls do not weigh. */
const stripOf = (width: number): number => (width <= 32 ? 48 : 24);

/** What is read of statistics. */
const GIVEN = ["covariateGram", "crossProduct", "responseEnergy", "queryCovariates", "queryResponses"] as const;

const TWO_POW_32 = 2 ** 32;

// One instance of each precision serves everybody, so that the engine optimizes it once; whoever used it last owns its
// memory.
const modules = new Map<string, DeepModule | undefined>();
const owners = new Map<DeepModule, KernelSummer>();

function moduleOf(precision: Precision, binary: string): DeepModule | undefined {
  const key = `${precision} ${binary}`;
  if (!modules.has(key)) modules.set(key, loadModule<DeepModule>(binary));
  return modules.get(key);
}

/**
 * Sums by WebAssembly; undefined where it does not run.
 *
 * @param relaxed the kernel compiled with relaxed SIMD, which runs where the engine has that
 */
export function kernelSummer(
  program: Program,
  width: number,
  precision: Precision,
  law?: LinearGaussianLaw,
  relaxed?: string,
): DeepSummer | undefined {
  const fused = relaxed === undefined ? undefined : moduleOf(precision, relaxed);
  const module = fused ?? moduleOf(precision, wasm);
  const shape = {
    program,
    plan: planSums(program, width),
    precision,
    strip: stripOf(width),
    panels: panelsOf(program),
  };
  return module && new KernelSummer(module, { ...shape, law }, fused === undefined ? "" : "-relaxed");
}

class KernelSummer implements DeepSummer {
  readonly name: string;
  private readonly module: DeepModule;
  private readonly shape: StripShape;
  private readonly suffix: "F32" | "F64";
  /** Prompts of a vector. */
  private readonly lanes: number;
  private readonly label: readonly [number, number] = philoxKeyOf(PROMPT);
  private memory!: StripMemory;
  /** Prompts that count in the masks as they stand. */
  private counting = 0;

  constructor(module: DeepModule, shape: StripShape, variant: string) {
    this.module = module;
    this.shape = shape;
    this.suffix = shape.precision === "float32" ? "F32" : "F64";
    this.lanes = shape.precision === "float32" ? 4 : 2;
    this.name = `wasm-${this.suffix.toLowerCase()}${variant}`;
  }

  begin(weights: DeepWeights): void {
    const { program, plan, panels, strip } = this.shape;
    if (owners.get(this.module) !== this) {
      this.memory = layOutStrip(this.module, this.shape);
      this.counting = 0;
      owners.set(this.module, this);
    }
    const { width, rows } = plan;
    const size = width * rows;
    for (const [at, weight] of panels.entries()) {
      const into = this.memory.panels.subarray(at * size, (at + 1) * size);
      packPanels({ rows: width, columns: width, values: weightOf(weights, weight) }, weight.transposed, into);
    }
    for (const [at, value] of constantValues(program, weights, width).entries()) {
      const slot = this.memory.vector(program.constants[at].register);
      value.forEach((entry, i) => slot.fill(entry, i * strip, (i + 1) * strip));
    }
  }

  sumDrawn({ key, first, count }: DrawnPrompts): Float64Array {
    const { strip, plan, program } = this.shape;
    const law = this.shape.law!;
    const { key: words, states, task, mean, draws, factor, gram, responses, vector } = this.memory;
    const query = vector(program.query).byteOffset;
    const [label0, label1] = this.label;
    words.set(key.words);
    for (let done = 0; done < count; done += strip) {
      const [low, high] = [(first + done) % TWO_POW_32, (first + done) / TWO_POW_32];
      this.module.openLanes(states.byteOffset, strip / 4, words.byteOffset, label0, label1, low, high);
      this.module[`drawPrompts${this.suffix}`](
        states.byteOffset,
        law.dimension,
        plan.rows,
        law.contextLength,
        law.noiseDeviation,
        task.byteOffset,
        mean.byteOffset,
        draws.byteOffset,
        factor.byteOffset,
        gram.byteOffset,
        query,
        responses.byteOffset,
        strip / this.lanes,
      );
      this.addStrip(Math.min(strip, count - done));
    }
    return this.takeSums();
  }

  sumStatistics({ statistics, first, count, scaleOf }: StatisticsRange): Float64Array {
    const { strip, plan, program } = this.shape;
    const { given, gram, responses, vector } = this.memory;
    const query = vector(program.query).byteOffset;
    const pointers = Object.values(given).map((array) => array.byteOffset);
    for (let from = first; from < first + count; from += strip) {
      const size = Math.min(strip, first + count - from);
      for (const name of GIVEN) {
        const each = given[name].length / strip;
        given[name].set(statistics[name].subarray(from * each, (from + size) * each));
      }
      for (let j = 0; j < size; j++) given.scales[j] = scaleOf(from + j);
      this.module[`loadPrompts${this.suffix}`](
        size,
        plan.width - 1,
        plan.rows,
        ...pointers,
        gram.byteOffset,
        query,
        responses.byteOffset,
        strip / this.lanes,
      );
      this.addStrip(size);
    }
    return this.takeSums();
  }

  /** Runs the program on the prompts that are laid out, of which the first `count` count. */
  private addStrip(count: number): void {
    const { strip, plan } = this.shape;
    const { masks, words, gram, responses, lanes } = this.memory;
    if (this.counting !== count) {
      const end = (count * masks.length) / strip;
      masks.fill(-1, 0, end).fill(0, end);
      this.counting = count;
    }
    this.module[`runProgram${this.suffix}`](
      words.byteOffset,
      plan.width,
      plan.rows,
      gram.byteOffset,
      responses.byteOffset,
      lanes.byteOffset + VECTOR * plan.lossAt,
      strip / this.lanes,
    );
  }

  private takeSums(): Float64Array {
    const { constantAt, length, rows } = this.shape.plan;
    const { lanes, sums } = this.memory;
    const matrices = constantAt(0);
    this.module[`reduceSums${this.suffix}`](lanes.byteOffset, matrices / rows, rows, sums.byteOffset);
    const [from, to] = [lanes.byteOffset + VECTOR * matrices, sums.byteOffset + 8 * matrices];
    this.module[`sumLanes${this.suffix}`](from, length - matrices, to);
    return sums;
  }
}

/** The weights that instructions multiply by. X S is made as (Sᵀ Xᵀ)ᵀ. */
function panelsOf({ instructions }: Program): Weight[] {
  const found: Weight[] = [];
  const panelOf = (one: Instruction): Weight | undefined => {
    if (one.op === "multiply") return one.weight;
    return one.op === "multiplyRows" ? { ...one.weight, transposed: !one.weight.transposed } : undefined;
  };
  for (const instruction of instructions) {
    const weight = panelOf(instruction);
    if (weight !== undefined && !found.some((one) => isSameWeight(one, weight))) found.push(weight);
  }
  return found;
}
