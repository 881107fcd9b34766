import { workAtPace } from "../../training/paced-worker.ts";
import { followFlow } from "./follow-flow.ts";

/** Follows the gradient flow beside the page. */
workAtPace(followFlow);
