import { availableParallelism } from "node:os";
import { SHARE_ENV, Worker } from "node:worker_threads";
import { Interruption, RelayedError, type ErrorReport } from "../errors.ts";

/** What a thread says while it works on a request. */
export type ThreadMessage<Progress, Report> =
  | { readonly kind: "progress"; readonly progress: Progress }
  | { readonly kind: "report"; readonly report: Report }
  | { readonly kind: "error"; readonly error: ErrorReport; readonly exitCode: number };

/** What is told while requests are worked on. */
export interface ThreadListener<Progress, Report> {
  onProgress(index: number, progress: Progress): void;
  /** At once, in whatever order the threads end: for what must not be lost. */
  onFinished?(index: number, report: Report): void;
  /** In the order of the requests. */
  onReport(index: number, report: Report): void;
}

/** The work: one thread a request. */
export interface ThreadWork<Request> {
  /** The module that a thread runs; it finds its request as `workerData`. */
  readonly module: URL;
  readonly requests: readonly Request[];
  /** The command, and what its requests are called: what an interruption says. */
  readonly command: string;
  readonly noun: string;
  /** What to do after an interruption. */
  readonly hint: string;
}

/**
 * Works on requests in worker threads, as many at once as there are cores. Every number has an address, so the reports do
 * not depend on how many threads there are.
 *
 * @throws RelayedError for the first request that failed, Interruption on SIGINT or SIGTERM
 */
export async function runInThreads<Request, Progress, Report>(
  work: ThreadWork<Request>,
  listener: ThreadListener<Progress, Report>,
): Promise<Report[]> {
  const { requests } = work;
  const workers = new Set<Worker>();
  const reports: (Report | undefined)[] = requests.map(() => undefined);
  let started = 0;
  let told = 0;

  const runNext = async (): Promise<void> => {
    for (let index = started++; index < requests.length; index = started++) {
      const finished = await runInThread<Request, Progress, Report>(work, requests[index], workers, (progress) =>
        listener.onProgress(index, progress),
      );
      listener.onFinished?.(index, finished);
      reports[index] = finished;
      for (let report = reports[told]; report !== undefined; report = reports[told]) listener.onReport(told++, report);
    }
  };
  const interruption = listenForInterruption(work, () => `${told} of ${requests.length} ${work.noun} done`);
  try {
    const lanes = Array.from({ length: Math.min(requests.length, availableParallelism()) }, runNext);
    await Promise.race([Promise.all(lanes), interruption.promise]);
    return reports.filter((report) => report !== undefined);
  } finally {
    interruption.stop();
    await Promise.all([...workers].map((worker) => worker.terminate()));
  }
}

function runInThread<Request, Progress, Report>(
  { module, noun }: ThreadWork<Request>,
  request: Request,
  workers: Set<Worker>,
  onProgress: (progress: Progress) => void,
): Promise<Report> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(module, {
      workerData: request,
      env: SHARE_ENV, // native libraries read the environment of the process, where tfjsNode asks them to keep quiet
    });
    workers.add(worker);
    worker.on("message", (message: ThreadMessage<Progress, Report>) => {
      if (message.kind === "progress") onProgress(message.progress);
      else if (message.kind === "report") resolve(message.report);
      else reject(new RelayedError(message.error, message.exitCode));
    });
    worker.on("error", reject);
    worker.on("exit", (code) => {
      workers.delete(worker);
      reject(new Error(`the thread of one of the ${noun} ended with code ${code} before it reported`));
    });
  });
}

function listenForInterruption(
  { command, noun, hint }: ThreadWork<unknown>,
  describe: () => string,
): { promise: Promise<never>; stop: () => void } {
  let refuse: (error: Error) => void = () => undefined;
  const promise = new Promise<never>((_, reject) => {
    refuse = reject;
  });
  const onSignal = (signal: NodeJS.Signals): void => {
    const arrived = `${signal} with ${describe()}`;
    refuse(new Interruption({ where: command, expected: `the ${noun} to finish`, arrived, hint }));
  };
  process.once("SIGINT", onSignal).once("SIGTERM", onSignal);
  return { promise, stop: () => process.off("SIGINT", onSignal).off("SIGTERM", onSignal) };
}
