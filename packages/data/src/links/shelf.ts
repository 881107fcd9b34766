import type { Link } from "../define/define-link.ts";
import { plainFirst, type Factory } from "../define/definition.ts";
import * as links from "./all.generated.ts";

/** Every link that a law file can name. A new link is one file beside this one. */
export const linkShelf: readonly Factory<never, Link>[] = plainFirst("identity", Object.values(links));
