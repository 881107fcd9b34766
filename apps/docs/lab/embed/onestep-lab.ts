// oxlint-disable-next-line import/default -- the bundler makes it
import EmbedWorker from "./embed.worker.ts?worker&inline";
import { defineOnestepLab } from "./define-onestep-lab.ts";

// The file that another site loads. A worker of another origin does not start, so this one comes inside, as a blob.
defineOnestepLab(() => new EmbedWorker());
