import { UsageError } from "../../errors.ts";
import type { BenchSize } from "../size.ts";
import { oneLayerOnly, type Family, type ProbeAnswer, type Variant } from "../variant.ts";
import { reasonWithoutTorch, startTorch, type TorchProcess } from "./torch-process.ts";

/** Multiply-adds a second that PyTorch manages on one core, all overheads included: many in products of large matrices. */
const TORCH_SPEED = 2e9;
const TORCH_NAIVE_SPEED = 1.2e10;

const WAYS: Readonly<Record<string, Pick<Variant, "expectedRate" | "refuses">>> = {
  "torch-naive": { expectedRate: (size) => TORCH_NAIVE_SPEED / naiveCost(size) },
  "torch-smart": { expectedRate: smartRate },
  "torch-smart-vectors": { expectedRate: smartRate },
  "torch-scores": { expectedRate: smartRate, refuses: oneLayerOnly },
  "torch-two-column": { expectedRate: smartRate, refuses: oneLayerOnly },
};

/**
 * PyTorch as each of the interpreters has it. The first has the plain names, a further one `torch-smart@2.13.0`.
 *
 * @param pythons omitted means `python3` if it imports torch
 * @throws UsageError when a named interpreter does not import torch
 */
export async function torchFamilies(pythons?: readonly string[]): Promise<Readonly<Record<string, Family>>> {
  const families: Record<string, Family> = {};
  for (const python of pythons ?? ["python3"]) {
    const missing = reasonWithoutTorch(python);
    if (missing !== undefined && pythons === undefined) {
      return { torch: { missing: `${missing}; --torch names another interpreter` } };
    }
    if (missing !== undefined) {
      closeAll(families);
      throw new UsageError({
        where: "--torch",
        expected: "a Python interpreter that imports torch",
        arrived: missing,
        hint: "python3 -m venv peer && peer/bin/pip install torch numpy, then --torch peer/bin/python",
      });
    }
    const torch = await startTorch(python);
    const name = nameAmong(families, torch.facts.version);
    families[name] = torchFamily(torch, name.slice("torch".length));
  }
  return families;
}

function closeAll(families: Readonly<Record<string, Family>>): void {
  for (const family of Object.values(families)) if ("close" in family) family.close?.();
}

/** `torch`, then `torch@2.13.0`, then `torch@2.13.0-2`. */
function nameAmong(families: Readonly<Record<string, Family>>, version: string): string {
  const taken = Object.keys(families).filter((name) => name.startsWith(`torch@${version}`)).length;
  if (!("torch" in families)) return "torch";
  return `torch@${version}${taken === 0 ? "" : `-${taken + 1}`}`;
}

function torchFamily(torch: TorchProcess, suffix: string): Family {
  const { version, blas } = torch.facts;
  const slow = `torch${suffix} multiplies matrices by the reference BLAS, many times slower than OpenBLAS: install that for a fair comparison (Debian: libopenblas0-pthread)`;
  const held = `torch${suffix} computes wrongly without ${torch.kept.join(" and ")}, which slow it`;
  return {
    version: `${version} (${blas})`,
    notes: [...(blas === "reference BLAS" ? [slow] : []), ...(torch.kept.length === 0 ? [] : [held])],
    variants: Object.entries(WAYS).map(([variant, way]) => ({
      name: `${variant}${suffix}`,
      ...way,
      open: async (size) => ({
        measure: async (seconds) =>
          (await torch.ask<{ promptsPerSecond: number }>({ variant, size, seconds })).promptsPerSecond,
        probe: (at) => torch.ask<ProbeAnswer>({ variant, size, ...at }),
        close: () => undefined,
      }),
    })),
    close: () => torch.close(),
  };
}

/** Multiply-adds of a prompt with n×n attention, forward and backward. */
export function naiveCost({ layers, dimension, context }: BenchSize): number {
  return 6 * layers * (context + 1) ** 2 * (dimension + 1);
}

/** The same by the context Gram matrix. */
export function smartCost({ layers, dimension, context }: BenchSize): number {
  const width = dimension + 1;
  return 3 * (context + 4 * layers * width) * width ** 2;
}

function smartRate(size: BenchSize): number {
  return TORCH_SPEED / smartCost(size);
}
