import { DEFAULT_SETTING } from "./depth-setting.ts";
import { theoryOf, type DepthTheory } from "./depth-theory.ts";

/** The theory of the setting that a page begins with, computed when the site is built: it is drawn before any script runs. */
const loader: { load(): DepthTheory } = { load: () => theoryOf(DEFAULT_SETTING) };

export declare const data: DepthTheory;
export default loader;
