import { askForHelp } from "./ask-for-help.ts";
import { pageOf } from "./page.ts";

/** A page for every command that `onestep --help` lists. */
const pages: { paths(): Promise<unknown[]> } = {
  async paths() {
    const { commands } = await askForHelp();
    return Promise.all(
      commands.map(async ({ name, brief }) => ({
        params: { command: name, title: `onestep ${name}`, description: brief },
        content: pageOf(name, brief, await askForHelp(name)),
      })),
    );
  },
};

export default pages;
