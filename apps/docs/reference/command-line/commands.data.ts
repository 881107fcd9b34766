import { askForHelp } from "./ask-for-help.ts";
import type { HelpText } from "./help-text.ts";

/** Read when the site is built: what `onestep --help` prints at that moment. */
const loader: { load(): Promise<HelpText> } = { load: () => askForHelp() };

export declare const data: HelpText;
export default loader;
