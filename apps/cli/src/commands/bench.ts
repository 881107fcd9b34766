import { kernelVariants } from "../bench/kernel-variants.ts";
import { describeMachine, machineFacts } from "../bench/machine.ts";
import { tfjsFamily } from "../bench/peers/tfjs-family.ts";
import { torchFamily } from "../bench/peers/torch.ts";
import { ratiosOf } from "../bench/ratios.ts";
import { runBench } from "../bench/run-bench.ts";
import { measureScaling, type Scaling } from "../bench/scaling.ts";
import { sizesOf, type AskedSize } from "../bench/size.ts";
import type { Family } from "../bench/variant.ts";
import type { CliContext } from "../context.ts";
import { settle } from "../outcome.ts";
import { renderBench } from "../render/bench-table.ts";
import { progressLine } from "../render/progress-line.ts";
import { scalingFigure } from "../render/scaling-figure.ts";
import { writeText } from "../options/text-file.ts";

/** The flags of `onestep bench`. */
export interface BenchFlags extends AskedSize {
  readonly peers: boolean;
  readonly all: boolean;
  readonly torch?: string;
  /** Where to draw how the cost grows. */
  readonly scaling?: string;
  readonly json: boolean;
  readonly quiet: boolean;
}

/** The short form is for a user's machine; with peers it is the project's own benchmark, below 20 minutes. */
const SHORT = { rounds: 3, seconds: 0.1, longestStep: 1 };
const WITH_PEERS = { rounds: 5, seconds: 0.3, longestStep: 2 };

/** Whose costs are drawn. */
const SCALED = ["wasm-f32", "wasm-f64", "twin"];

/** `onestep bench`: how fast a training step is, ours and others'. */
export default async function bench(this: CliContext, flags: BenchFlags): Promise<void> {
  await settle(this, flags, async () => {
    const { stdout, stderr } = this.terminal;
    const { layers, dimension, context, batch } = flags;
    const sizes = sizesOf({ layers, dimension, context, batch });
    const withPeers = flags.peers || flags.all || flags.torch !== undefined;
    const peers: Readonly<Record<string, Family>> = withPeers
      ? { torch: await torchFamily(flags.torch), ...(await tfjsFamily()) }
      : {};
    const present = Object.entries(peers).flatMap(([name, peer]) => ("missing" in peer ? [] : [{ name, ...peer }]));
    const variants = [...kernelVariants, ...present.flatMap((peer) => peer.variants)];
    const line = progressLine(stderr, !flags.quiet);
    const plan = withPeers ? WITH_PEERS : SHORT;
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
    const { rows, skipped } = measured;
    const report = {
      rows,
      ratios: ratiosOf(rows),
      machine: machineFacts(
        Object.fromEntries(present.flatMap(({ name, version }) => (version === undefined ? [] : [[name, version]]))),
      ),
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
    return 0;
  });
}
