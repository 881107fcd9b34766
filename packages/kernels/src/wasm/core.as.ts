// What kernels borrow from `@onestep/core`, so that their bytes are core's. The loader hands it in.

export declare function log(x: f64): f64;
