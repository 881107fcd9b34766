// What kernels borrow from `@onestep/core`, so that their bytes are core's. The loader hands these functions in.

export declare function exp(x: f64): f64;
export declare function log(x: f64): f64;
