#!/usr/bin/env node
import { main } from "./main.ts";

// A reader that has seen enough (head, less) closes the pipe: that is no error.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") process.exit();
  throw error;
});

await main(process.argv.slice(2), process);
