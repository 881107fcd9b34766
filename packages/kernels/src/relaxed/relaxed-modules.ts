/** Kernels compiled with relaxed SIMD, in base64: plain data, which may go to other threads. */
export interface RelaxedModules {
  readonly deep: string;
  readonly lsaGradient: string;
}
