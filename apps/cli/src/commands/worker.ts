import type { CliContext } from "../context.ts";
import { settle } from "../outcome.ts";
import { LOCK_SECONDS, STALLED_CHECK_SECONDS } from "../queue/job.ts";
import { serve } from "../queue/serve.ts";
import { listenForInterruption } from "../threads/interruption.ts";
import { version } from "../version.ts";

/** The flags of `onestep worker`. */
export interface WorkerFlags {
  readonly queue: string;
  readonly concurrency: number;
  readonly quiet: boolean;
}

/** How much of a job's name a person reads. */
const SHORT = 8;

/** `onestep worker`: trains the points of sweeps behind a queue, until it is told to stop. */
export default async function worker(this: CliContext, flags: WorkerFlags): Promise<void> {
  await settle(this, { json: false }, async () => {
    const { stderr } = this.terminal;
    const { queue, concurrency, quiet } = flags;
    const say = (line: string): unknown => (quiet ? undefined : stderr.write(`${line}\n`));
    let finished = 0;
    const interruption = listenForInterruption({
      command: "worker",
      what: "its jobs",
      describe: () => `${finished} jobs done`,
      hint: "what it was working on is back in the queue",
    });
    return serve(
      queue,
      {
        concurrency,
        onReady: (address) =>
          say(
            `worker of onestep ${version()} at ${address}, ${concurrency} at once; ` +
              `should it die, others take its jobs within ${LOCK_SECONDS + STALLED_CHECK_SECONDS} s`,
          ),
        onJob(jobId, outcome, message) {
          if (outcome === "finished") finished++;
          say(`${outcome.padEnd(8)} ${jobId.slice(0, SHORT)}${message === "" ? "" : `: ${message}`}`);
        },
      },
      interruption.promise,
    ).finally(interruption.stop);
  });
}
