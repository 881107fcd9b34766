import { workAtPace } from "../../training/paced-worker.ts";
import { drawShift } from "./draw-shift.ts";

/** Draws prompts of the law at test beside the page. */
workAtPace(drawShift);
