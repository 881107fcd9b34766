import { createSSRApp } from "vue";
import { renderToString } from "vue/server-renderer";
import { afterEach, describe, expect, it, vi } from "vitest";

import { openPaced, type PacedSession } from "./paced.ts";
import type { PacedOrder, PacedReport } from "./messages.ts";
import { NO_WORKER } from "./run-worker.ts";

/** A worker that writes down its orders, and says what a test makes it say. */
class Scribe extends EventTarget {
  readonly orders: PacedOrder<string>[] = [];
  isTerminated = false;
  postMessage(order: PacedOrder<string>): void {
    this.orders.push(order);
  }
  terminate(): void {
    this.isTerminated = true;
  }
  say(data: object): void {
    this.dispatchEvent(new MessageEvent("message", { data }));
  }
}

/** A session of 1000 steps, and the frames of its page. */
async function opened(hire: () => Scribe) {
  const frames: ((now: number) => void)[] = [];
  vi.stubGlobal("requestAnimationFrame", (draw: (now: number) => void) => frames.push(draw));
  vi.stubGlobal("cancelAnimationFrame", () => {});
  let session!: PacedSession<string, PacedReport>;
  const app = createSSRApp({
    setup() {
      session = openPaced({
        hire: hire as unknown as () => Worker,
        first: "first",
        stepsOf: () => 1000,
        seconds: 1,
      });
      return () => null;
    },
  });
  await renderToString(app);
  return { session, frame: (now: number) => frames.splice(0).forEach((draw) => draw(now)) };
}

afterEach(() => vi.unstubAllGlobals());

describe("work done beside the page", () => {
  it("says so where no worker runs", async () => {
    const { session } = await opened(() => {
      throw new ReferenceError("Worker is not defined");
    });
    session.goTo(3);
    expect([session.status.value, session.failure.value]).toEqual(["failed", NO_WORKER]);
  });

  it("goes no further once it has failed, and begins anew, with the same config, when it is played", async () => {
    const worker = new Scribe();
    const { session, frame } = await opened(() => worker);
    session.reset("second");
    session.goTo(5);
    worker.say({ run: 1, failure: "it diverged" });
    session.goTo(6);
    expect([session.status.value, session.failure.value]).toEqual(["failed", "it diverged"]);
    session.play();
    for (const now of [0, 50, 100]) frame(now);
    expect([session.status.value, session.failure.value]).toEqual(["playing", ""]);
    expect(worker.orders.filter(({ kind }) => kind === "begin")).toEqual([
      { kind: "begin", run: 1, config: "second" },
      { kind: "begin", run: 2, config: "second" },
    ]);
  });

  it("hires another worker where the first could not run", async () => {
    const hired: Scribe[] = [];
    const { session } = await opened(() => hired[hired.push(new Scribe()) - 1]);
    session.goTo(1);
    hired[0].dispatchEvent(new Event("error"));
    expect(session.status.value).toBe("failed");
    expect(hired[0].isTerminated).toBe(true);
    session.play();
    session.goTo(1);
    expect(hired).toHaveLength(2);
    expect(hired[1].orders[0]).toEqual({ kind: "begin", run: 1, config: "first" });
  });

  it("orders no more at a time than a reader waits for: a worker hears of no pause in between", async () => {
    const worker = new Scribe();
    const { session, frame } = await opened(() => worker);
    session.play();
    let done = 0;
    // One step takes this worker 100 ms.
    for (let now = 0; now < 2000; now += 20) {
      frame(now);
      const until = worker.orders.findLast((order) => order.kind === "goOn")?.until ?? 0;
      expect(until - done).toBeLessThanOrEqual(3);
      if (now % 100 === 0 && done < until) worker.say({ run: 0, step: ++done });
    }
    expect(done).toBeGreaterThan(9);
  });

  it("orders more where the page is slow to draw, and its worker is not", async () => {
    const worker = new Scribe();
    const { session, frame } = await opened(() => worker);
    session.play();
    let now = 0;
    for (; session.step.value < 900 && now < 20_000; now += 400) {
      frame(now);
      const until = worker.orders.findLast((order) => order.kind === "goOn")?.until;
      if (until !== undefined) worker.say({ run: 0, step: until });
    }
    // 100 steps a frame are owed at this speed.
    expect(now).toBeLessThan(8000);
  });
});
