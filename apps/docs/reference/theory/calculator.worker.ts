import { answer } from "./answer.ts";
import type { Question } from "./question.ts";

addEventListener("message", ({ data }: MessageEvent<Question>) => postMessage(answer(data)));
