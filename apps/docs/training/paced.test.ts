import { createSSRApp } from "vue";
import { renderToString } from "vue/server-renderer";
import { beforeEach, describe, expect, it, vi } from "vitest";

import type { PacedOrder, PacedReport } from "./messages.ts";
import { openPaced, type PacedSession } from "./paced.ts";

/** A worker that only writes down its orders. */
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

let hired: Scribe[] = [];

/** A session of a component, as a page opens it. */
async function open(): Promise<PacedSession<string, PacedReport>> {
  let session: PacedSession<string, PacedReport> | undefined;
  const setup = (): (() => string) => {
    session = openPaced<string, PacedReport>({
      hire() {
        hired.push(new Scribe());
        return hired[hired.length - 1] as unknown as Worker;
      },
      first: "first",
      stepsOf: () => 3,
      seconds: 1,
    });
    return () => "";
  };
  await renderToString(createSSRApp({ setup }));
  return session!;
}

describe("a session that failed", () => {
  beforeEach(() => {
    hired = [];
    vi.stubGlobal("requestAnimationFrame", () => 1);
    vi.stubGlobal("cancelAnimationFrame", () => {});
    return () => vi.unstubAllGlobals();
  });

  it("begins anew, with the same config, when it is asked to go on", async () => {
    const session = await open();
    session.reset("second");
    session.goTo(1);
    hired[0].say({ run: 1, failure: "Error: no" });
    expect([session.status.value, session.failure.value]).toEqual(["failed", "Error: no"]);
    session.goTo(2);
    expect([session.status.value, session.failure.value]).toEqual(["paused", ""]);
    expect(hired[0].orders.slice(-2)).toEqual([
      { kind: "begin", run: 2, config: "second" },
      { kind: "goOn", run: 2, until: 2 },
    ]);
    session.play();
    expect(session.status.value).toBe("playing");
  });

  it("hires another worker where the first could not run", async () => {
    const session = await open();
    session.goTo(1);
    hired[0].dispatchEvent(new Event("error"));
    expect(session.status.value).toBe("failed");
    expect(hired[0].isTerminated).toBe(true);
    session.play();
    session.goTo(1);
    expect(hired).toHaveLength(2);
    expect(hired[1].orders[0]).toEqual({ kind: "begin", run: 1, config: "first" });
  });
});
