import { decisions, type Decision } from "../decisions.ts";

const loader: { load(): readonly Decision[] } = { load: decisions };

export declare const data: readonly Decision[];
export default loader;
