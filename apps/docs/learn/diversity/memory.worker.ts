import { workAtPace } from "../../training/paced-worker.ts";
import { drawMemory } from "./draw-memory.ts";

/** Asks ideal memories about new tasks beside the page. */
workAtPace(drawMemory);
