/** On paper nothing opens and night is day: what is folded is opened, and colours are those of the light page. */
export function prepareForPaper(): () => void {
  const page = document.documentElement;
  let opened: HTMLDetailsElement[] = [];
  let wasDark = false;

  const before = (): void => {
    opened = [...document.querySelectorAll<HTMLDetailsElement>("main details:not([open])")];
    for (const details of opened) details.open = true;
    wasDark = page.classList.contains("dark");
    page.classList.remove("dark");
  };
  const after = (): void => {
    for (const details of opened) details.open = false;
    page.classList.toggle("dark", wasDark);
  };

  addEventListener("beforeprint", before);
  addEventListener("afterprint", after);
  return () => {
    removeEventListener("beforeprint", before);
    removeEventListener("afterprint", after);
  };
}
