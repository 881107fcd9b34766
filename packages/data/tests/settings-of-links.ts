import type { Link } from "../src/define/define-link.ts";
import type { JsonObject } from "../src/define/json.ts";
import { linkShelf } from "../src/links/shelf.ts";

/** A link at parameters that show what it can be. */
export interface LinkSetting {
  readonly name: string;
  /** `{"name":"hermite","degree":3}` */
  readonly title: string;
  readonly link: Link;
}

/** Every link at its examples and, where no parameter is required, at its defaults. */
export const settingsOfLinks: readonly LinkSetting[] = linkShelf.flatMap(({ definition }) => {
  const { name, parameters, examples = [] } = definition;
  const needsNothing = Object.values(parameters).every(({ fallback }) => fallback !== undefined);
  return [...(needsNothing ? [{}] : []), ...examples].map((inputs: JsonObject) => ({
    name,
    title: JSON.stringify({ name, ...inputs }),
    link: definition.build(inputs, { where: name }),
  }));
});
