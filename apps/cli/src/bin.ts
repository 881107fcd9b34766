#!/usr/bin/env node
import { exitCodes } from "./exit-codes.ts";
import { main } from "./main.ts";

// A reader that has seen enough (head, less) closes the pipe: that is no error.
for (const stream of [process.stdout, process.stderr]) {
  stream.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "EPIPE") process.exit();
    if (stream === process.stdout) process.stderr.write(`onestep: stdout takes no more (${error.message})\n`);
    process.exit(exitCodes.refused);
  });
}

await main(process.argv.slice(2), process);
