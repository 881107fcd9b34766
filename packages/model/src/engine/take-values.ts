import type { TensorBackend } from "@onestep/core";

/** What `read` makes of tensors, which are freed after it, also where it fails, as when a device is lost. */
export async function freeing<T, R>(
  backend: TensorBackend<T>,
  tensors: readonly T[],
  read: () => Promise<R>,
): Promise<R> {
  try {
    return await read();
  } finally {
    backend.dispose(...tensors);
  }
}

/** The values of tensors, which are freed with it. */
export async function takeValues<T>(backend: TensorBackend<T>, ...tensors: readonly T[]): Promise<Float64Array[]> {
  return freeing(backend, tensors, async () => Promise.all(tensors.map(async (one) => backend.toValues(one))));
}
