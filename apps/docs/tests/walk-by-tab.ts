import type { Page } from "puppeteer-core";

/** Of long pages, so many controls are walked to. */
const MOST = 60;

/** What a reader with a keyboard finds in a part of a page. */
export interface Walk {
  /** Controls that Tab does not come to. */
  readonly missed: readonly string[];
  /** Controls that look the same with focus as without. */
  readonly unseen: readonly string[];
}

interface Notes {
  readonly expected: Element[];
  readonly seen: Map<Element, boolean>;
}

/** Presses Tab from the beginning of a part of a page to its end, or through its first controls. */
export async function walkByTab(page: Page, part: string): Promise<Walk> {
  const presses = await page.evaluate(prepare, part, MOST);
  for (let i = 0; i < presses; i += 1) await page.keyboard.press("Tab");
  return page.evaluate(() => {
    const { expected, seen } = (globalThis as unknown as { walk: Notes }).walk;
    const nameOf = (element: Element): string => element.outerHTML.slice(0, 160);
    return {
      missed: expected.filter((element) => !seen.has(element)).map(nameOf),
      unseen: [...seen].filter(([, isSeen]) => !isSeen).map(([element]) => nameOf(element)),
    };
  });
}

/** Runs in the page: notes how its controls look at rest, then how each looks with focus. Returns how often Tab is pressed. */
function prepare(part: string, most: number): number {
  const looks = (element: Element): string =>
    [element, ...element.querySelectorAll("*")]
      .slice(0, 6)
      .map((shown) => {
        const { outlineStyle, outlineWidth, boxShadow, stroke, strokeWidth } = getComputedStyle(shown);
        return [outlineStyle === "none" ? "" : outlineStyle + outlineWidth, boxShadow, stroke, strokeWidth].join();
      })
      .join(";");
  const root = document.querySelector(part)!;
  const CONTROLS = "a[href], button, input, select, textarea, summary, [tabindex='0']";
  const controls = [...root.querySelectorAll<HTMLElement>(CONTROLS)];
  // Tab goes through the controls of a custom element too; to this page they are the element's.
  const inside = [...root.querySelectorAll("*")].flatMap(({ shadowRoot }) => [
    ...(shadowRoot?.querySelectorAll(CONTROLS) ?? []),
  ]);
  const expected = controls
    .filter((control) => control.checkVisibility({ visibilityProperty: true }) && !control.matches(":disabled"))
    .slice(0, most);
  const atRest = new Map(expected.map((control) => [control as Element, looks(control)]));
  const seen = new Map<Element, boolean>();
  document.addEventListener("focusin", ({ target }) => {
    const element = target as Element;
    if (atRest.has(element)) seen.set(element, looks(element) !== atRest.get(element));
  });
  Object.assign(globalThis, { walk: { expected, seen } });
  // From here on, Tab goes to the first control.
  const start = document.createElement("span");
  start.tabIndex = -1;
  root.prepend(start);
  start.focus({ preventScroll: true });
  start.remove();
  return expected.length + inside.length;
}
