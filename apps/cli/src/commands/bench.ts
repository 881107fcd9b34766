import { kernelVariants } from "../bench/kernel-variants.ts";
import { describeMachine, machineFacts } from "../bench/machine.ts";
import { tfjsFamily } from "../bench/peers/tfjs-family.ts";
import { torchFamilies } from "../bench/peers/torch.ts";
import { ratiosOf } from "../bench/ratios.ts";
import { runBench } from "../bench/run-bench.ts";
import { measureScaling, type Scaling } from "../bench/scaling.ts";
import { nameOfSize, sizesOf, type AskedSize, type BenchSize } from "../bench/size.ts";
import type { Family } from "../bench/variant.ts";
import type { CliContext } from "../context.ts";
import { exitCodeOfError } from "../exit-code.ts";
import { settle } from "../outcome.ts";
import { renderBench } from "../render/bench-table.ts";
import { progressLine } from "../render/progress-line.ts";
import { scalingFigure } from "../render/scaling-figure.ts";
import { writeText } from "../options/text-file.ts";

/** The flags of `onestep bench`. */
export interface BenchFlags extends AskedSize {
  readonly peers: boolean;
  readonly all: boolean;
  readonly torch?: readonly string[];
  /** Where to draw how the cost grows. */
  readonly scaling?: string;
  readonly dryRun: boolean;
  readonly json: boolean;
  readonly quiet: boolean;
}

/** For a user's machine, or one size: half a minute. */
const SHORT = { rounds: 5, seconds: 0.1, longestStep: 0.5 };
/** With peers at all sizes it is the project's own benchmark: a quarter of an hour. */
const WITH_PEERS = { rounds: 5, seconds: 0.3, longestStep: 3 };

/** Whose costs are drawn. */
const SCALED = ["wasm-f32", "wasm-f64", "twin"];

/** `onestep bench`: how fast a training step is, ours and others'. */
export default async function bench(this: CliContext, flags: BenchFlags): Promise<void> {
  await settle(this, flags, async () => {
    const { stdout, stderr } = this.terminal;
    const { layers, dimension, context, batch } = flags;
    if (flags.scaling !== undefined && !flags.dryRun) writeText(flags.scaling, "", "--scaling"); // to learn now that one cannot
    const sizes = sizesOf({ layers, dimension, context, batch });
    const withPeers = flags.peers || flags.all || flags.torch !== undefined;
    const peers: Readonly<Record<string, Family>> = withPeers
      ? { ...(await torchFamilies(flags.torch)), ...(await tfjsFamily()) }
      : {};
    const present = Object.entries(peers).flatMap(([name, peer]) => ("missing" in peer ? [] : [{ name, ...peer }]));
    const variants = [...kernelVariants, ...present.flatMap((peer) => peer.variants)];
    const plan = withPeers && sizes.length > 1 ? WITH_PEERS : SHORT;
    if (flags.dryRun) {
      for (const { close } of present) close?.();
      const names = variants.map(({ name }) => name);
      stdout.write(flags.json ? `${JSON.stringify({ sizes, variants: names, ...plan })}\n` : renderPlan(sizes, names));
      return 0;
    }
    const line = progressLine(stderr, !flags.quiet);
    const started = performance.now();
    const longestStep = flags.all ? Infinity : plan.longestStep;
    const onProgress = (what: string, part: number): void => line.update(`${Math.round(100 * part)} %  ${what}`);
    let measured: Awaited<ReturnType<typeof runBench>>;
    let scaling: readonly Scaling[] = [];
    try {
      measured = await runBench(variants, { sizes, ...plan, longestStep, onProgress });
      if (flags.scaling !== undefined) {
        const ours = kernelVariants.filter(({ name }) => SCALED.includes(name));
        scaling = await measureScaling(ours, (what) => line.update(`scaling  ${what}`));
      }
    } finally {
      // A peer in a process of its own would keep this one alive.
      for (const { close } of present) close?.();
      line.clear();
    }
    const { rows, skipped, error } = measured;
    if (rows.length === 0 && error !== undefined) throw error;
    const report = {
      rows,
      ratios: ratiosOf(rows),
      machine: machineFacts(
        Object.fromEntries(present.flatMap(({ name, version }) => (version === undefined ? [] : [[name, version]]))),
        present.flatMap(({ notes = [] }) => notes),
      ),
      seconds: Math.round((performance.now() - started) / 1000),
      scaling,
      skipped,
      missing: Object.entries(peers).flatMap(([name, peer]) =>
        "missing" in peer ? [{ name, reason: peer.missing }] : [],
      ),
    };
    if (flags.scaling !== undefined) {
      writeText(flags.scaling, scalingFigure(scaling, describeMachine(report.machine)), "--scaling");
    }
    stdout.write(flags.json ? `${JSON.stringify(report)}\n` : renderBench(report));
    if (error === undefined) return 0;
    stderr.write(`onestep: not all of it was measured: ${error.message}\n`);
    return exitCodeOfError(error);
  });
}

function renderPlan(sizes: readonly BenchSize[], variants: readonly string[]): string {
  const lines = sizes.map((size) => `  ${nameOfSize(size)}\n`);
  return `${lines.join("")}would measure ${variants.join(", ")}\n`;
}
