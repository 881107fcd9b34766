import type { TakenFile } from "./files.ts";

/** Hands a file to the reader's browser, which keeps it; nothing is sent anywhere. */
export function takeHome({ name, type, content }: TakenFile): void {
  const blob = new Blob([content as BlobPart], { type });
  const address = URL.createObjectURL(blob);
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  // A browser reads the address after the click.
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}

/** How large a file is, for a reader: `1.2 kB`. */
export function sizeOf({ content }: TakenFile): string {
  const bytes = typeof content === "string" ? new TextEncoder().encode(content).length : content.length;
  return bytes < 1000 ? `${bytes} bytes` : `${(bytes / 1000).toFixed(bytes < 100_000 ? 1 : 0)} kB`;
}
