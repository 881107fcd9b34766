/** What every kernel exports beside its functions. */
export interface KernelModule {
  readonly memory: {
    readonly buffer: ArrayBuffer;
    /** Adds pages of 64 KiB, and detaches every array over the old buffer. */
    grow(pages: number): number;
  };
  /** The first byte of memory that is free for arrays. */
  readonly heapBase: { readonly value: number };
}
