export declare function digests(): (readonly [name: string, digest: string])[];
