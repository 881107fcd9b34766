const SCROLLERS = "main :is(.katex-display, .scroll, .command, .copy-command code, .flag, table)";

/** What is wider than its room and scrolls by itself can be reached with Tab, and scrolled with the arrow keys. */
export function reachScrollers(): () => void {
  const update = (): void => {
    for (const scroller of document.querySelectorAll<HTMLElement>(SCROLLERS)) {
      if (scroller.scrollWidth > scroller.clientWidth) scroller.tabIndex = 0;
      else scroller.removeAttribute("tabindex");
    }
  };
  // What is folded out, resized or navigated to changes the height of the page.
  const observer = new ResizeObserver(update);
  observer.observe(document.body);
  // A font that comes late can make a formula wider and no page higher.
  document.fonts.addEventListener("loadingdone", update);
  return () => {
    observer.disconnect();
    document.fonts.removeEventListener("loadingdone", update);
  };
}
