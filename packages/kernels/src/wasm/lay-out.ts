import type { KernelModule } from "./kernel-module.ts";

type ArrayType = Float64ArrayConstructor | Float32ArrayConstructor | Int32ArrayConstructor | Uint32ArrayConstructor;

/** The arrays of a kernel: the type and the length of each, by name. */
type Plan = Readonly<Record<string, readonly [type: ArrayType, length: number]>>;

type Arrays<P extends Plan> = { readonly [Name in keyof P]: InstanceType<P[Name][0]> };

const PAGE = 65536;
/** Bytes of a v128, so that every array may be read by lanes. */
const ALIGNMENT = 16;

/**
 * Lays arrays out in a kernel's memory, one after another, and lets the memory grow until they fit. The `byteOffset` of
 * an array is the pointer that the kernel's functions take.
 *
 * A later layout begins at the same place: it takes the memory of an earlier one, and detaches its arrays if memory grew.
 *
 * @throws RangeError if the engine has no memory left
 */
export function layOut<P extends Plan>({ memory, heapBase }: KernelModule, plan: P): Arrays<P> {
  let end = heapBase.value;
  const places = Object.entries(plan).map(([name, [type, length]]) => {
    const at = Math.ceil(end / ALIGNMENT) * ALIGNMENT;
    end = at + length * type.BYTES_PER_ELEMENT;
    return { name, type, length, at };
  });
  const missing = end - memory.buffer.byteLength;
  if (missing > 0) memory.grow(Math.ceil(missing / PAGE));
  return Object.fromEntries(
    places.map(({ name, type, length, at }) => [name, new type(memory.buffer, at, length)]),
  ) as Arrays<P>;
}
