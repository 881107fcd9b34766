import { randomKey, scale, type RandomStream } from "@onestep/core";
import { expectRefuses } from "@onestep/testkit";
import { describe, expect, it } from "vitest";
import { laplaceCovariates } from "../covariates/laplace.ts";
import type { QueryMoments, Target, TargetLaw, TargetMoments } from "../define/define-target.ts";
import type { DrawTaskVector } from "../define/define-task.ts";
import { linearTarget } from "../targets/linear.ts";
import { singleIndexTarget } from "../targets/single-index.ts";
import { gaussianTasks } from "../tasks/gaussian.ts";
import type { Check } from "./check.ts";
import { targetChecks } from "./target-checks.ts";

const tanh = singleIndexTarget({ dimension: 3, link: "tanh" });
const relu = singleIndexTarget({ dimension: 3, link: "relu" });
const aligned = linearTarget({ tasks: gaussianTasks({ covariance: [1, 1, 3] }) });

const named = (law: TargetLaw, name: string): Check => targetChecks(law).find((check) => check.name === name)!;
const declaring = (law: TargetLaw, declares: Partial<TargetLaw["declares"]>): TargetLaw => ({
  ...law,
  declares: { ...law.declares, ...declares },
});
const stating = (law: TargetLaw, change: (moments: TargetMoments) => Partial<TargetMoments>): TargetLaw => ({
  ...law,
  over(covariates) {
    const known = law.over(covariates);
    return {
      draw: known.draw,
      moments(...laws) {
        const stated = known.moments(...laws);
        return { ...stated, ...change(stated) };
      },
    };
  },
});
const drawing = (law: TargetLaw, change: (target: Target) => Target): TargetLaw => ({
  ...law,
  over(covariates) {
    const known = law.over(covariates);
    return { draw: (stream) => change(known.draw(stream)), moments: (...laws) => known.moments(...laws) };
  },
});
/** A linear target whose draws carry another function for task vectors alone. */
const fast = (law: TargetLaw, change: (own: DrawTaskVector) => DrawTaskVector): TargetLaw => ({
  ...law,
  over(covariates) {
    const known = law.over(covariates);
    const drawTaskVector = change(known.draw.drawTaskVector!);
    return {
      draw: Object.assign((stream: RandomStream) => known.draw(stream), { drawTaskVector }),
      moments: (...laws) => known.moments(...laws),
    };
  },
});
const asked = (law: TargetLaw, change: (moments: QueryMoments) => QueryMoments): TargetLaw =>
  drawing(law, (target) => ({
    ...target,
    queryMoments(covariates) {
      const stated = target.queryMoments?.(covariates);
      return stated && change(stated);
    },
  }));
/** A target whose amplitude is so small that only its own size can be a measure. */
const faint = singleIndexTarget({ dimension: 3, link: "tanh", amplitude: 1e-14 });
let drawn = 0;

/** What is wrong · the law that says so · the check that must notice. */
const wrong: readonly (readonly [string, TargetLaw, string])[] = [
  ["E f² a tenth too large", stating(tanh, ({ secondMoment }) => ({ secondMoment: 1.1 * secondMoment })), "moments"],
  [
    "C a quarter too large",
    stating(tanh, ({ contextMoment }) => ({ contextMoment: scale(contextMoment, 1.25) })),
    "moments",
  ],
  [
    "the context's C for the query",
    stating(aligned, ({ contextMoment }) => ({ crossMoment: contextMoment })),
    "moments",
  ],
  ["an energy a tenth too large", stating(tanh, ({ energy }) => ({ energy: scale(energy, 1.1) })), "moments"],
  ["a ReLU mirrored", declaring(relu, { signSymmetric: true }), "sign symmetry"],
  [
    "an odd link beside a constant, mirrored",
    drawing(tanh, ({ at }) => ({ at: (covariates, offset) => at(covariates, offset) + 0.1 })),
    "sign symmetry",
  ],
  ["aligned tasks turned freely", declaring(aligned, { invariance: "rotations" }), "invariance under rotations"],
  [
    "unlike coordinates exchanged",
    declaring(aligned, { invariance: "signed-permutations" }),
    "invariance under signed-permutations",
  ],
  [
    "a target that prefers one side",
    drawing(declaring(tanh, { invariance: "signs" }), ({ at }) => ({
      at: (covariates, offset) => at(covariates, offset) + 0.5 * covariates[offset],
    })),
    "invariance under signs",
  ],
  [
    "draws that depend on earlier draws",
    drawing(tanh, (target) => {
      drawn += 1;
      return drawn % 20 === 0 ? { at: () => 0 } : target;
    }),
    "draws",
  ],
  [
    "a value that changes when it is asked for again",
    drawing(tanh, ({ at }) => {
      let asked = 0;
      return { at: (covariates, offset) => at(covariates, offset) + asked++ };
    }),
    "draws",
  ],
  [
    "a target that looks for x in another place",
    drawing(tanh, ({ at }) => ({ at: (covariates, offset) => at(covariates, offset - (offset % 3)) })),
    "draws",
  ],
  [
    "a target that writes into the covariates",
    drawing(tanh, ({ at }) => ({
      at(covariates, offset) {
        covariates[0] = 0;
        return at(covariates, offset);
      },
    })),
    "draws",
  ],
  [
    "projections that lead elsewhere",
    drawing(tanh, ({ at, indices }) => ({ at, indices: { ...indices!, linear: true } })),
    "draws",
  ],
  [
    "too few directions",
    drawing(tanh, ({ at, indices }) => ({
      at,
      indices: { ...indices!, directions: indices!.directions.subarray(0, 2) },
    })),
    "draws",
  ],
  [
    "projections that lead nowhere",
    drawing(tanh, ({ at, indices }) => ({ at, indices: { ...indices!, readout: () => NaN } })),
    "draws",
  ],
  [
    "projections that are read in one place only",
    drawing(tanh, ({ at, indices }) => ({
      at,
      indices: { ...indices!, readout: (projections) => indices!.readout(projections, 0) },
    })),
    "draws",
  ],
  [
    "projections of a faint target that lead elsewhere",
    drawing(faint, ({ at, indices }) => ({
      at,
      indices: { ...indices!, readout: (...of) => 2 * indices!.readout(...of) },
    })),
    "draws",
  ],
  [
    "another direction of one's own",
    drawing(tanh, ({ at, indices }) => ({
      at,
      indices: { ...indices!, directions: indices!.directions.map((entry) => -entry) },
    })),
    "draws",
  ],
  [
    "a task vector that is not the target's",
    fast(aligned, (own) => (stream, into) => {
      own(stream, into);
      into[0] *= -1;
    }),
    "draws",
  ],
  [
    "a task vector out of other normals",
    fast(aligned, (own) =>
      Object.assign((...of: Parameters<DrawTaskVector>) => own(...of), {
        fromNormals: gaussianTasks({ dimension: 3 }).draw.fromNormals,
      }),
    ),
    "draws",
  ],
  [
    "a law of tasks that is not the target's",
    { ...aligned, tasks: gaussianTasks({ dimension: 3 }) },
    "law of the task vector",
  ],
  [
    "β of a query a fifth too large",
    asked(tanh, ({ cross, energy }) => ({ cross: cross.map((entry) => 1.2 * entry), energy })),
    "moments over queries",
  ],
  [
    "β of a query with the wrong sign",
    asked(tanh, ({ cross, energy }) => ({ cross: cross.map((entry) => -entry), energy })),
    "moments over queries",
  ],
  [
    "E f² of a query a tenth too large",
    asked(aligned, ({ cross, energy }) => ({ cross, energy: 1.1 * energy })),
    "moments over queries",
  ],
  [
    "correlated rows as if they were independent",
    stating(aligned, ({ contextMoment }) => ({ correlatedPairs: scale(contextMoment, 0) })),
    "correlated rows",
  ],
  ["a cube that grows like a line", { ...singleIndexTarget({ dimension: 3, link: "cube" }), growth: 1 }, "growth"],
  [
    "another amplitude on record",
    { ...tanh, parameters: { ...tanh.parameters, amplitude: 1.3 } },
    "recorded parameters",
  ],
  ["a number that is none", drawing(tanh, ({ at }) => ({ at: (x, o) => Math.sqrt(at(x, o)) })), "draws"],
];

describe("targetChecks", () => {
  it.each(wrong)("refuse %s", (_, law, name) => {
    expectRefuses(named(law, name), randomKey(0));
  });

  it("leave out moments that are not stated over the given covariates", () => {
    const names = (law: TargetLaw): string[] =>
      targetChecks(law, { covariates: laplaceCovariates({ dimension: 3 }) }).map(({ name }) => name);
    expect(names(relu)).toEqual([
      "draws",
      "growth",
      "moments over queries",
      "invariance under rotations",
      "recorded parameters",
    ]);
    expect(names(aligned)).toContain("moments");
  });
});
