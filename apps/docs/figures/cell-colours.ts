/** The colours of a cell: a diverging map centred at 0, one hue for each sign, in full at ±`unit`. */
export function cellColours(value: number, unit: number): { readonly fill: string; readonly ink: string } {
  const share = Math.round(100 * Math.min(1, Math.abs(value) / unit));
  const hue = value < 0 ? "var(--onestep-loss)" : "var(--onestep-step)";
  return {
    fill: `color-mix(in oklab, ${hue} ${share}%, var(--learn-zero))`,
    ink: share > 55 ? "var(--vp-c-bg)" : "var(--vp-c-text-1)",
  };
}
