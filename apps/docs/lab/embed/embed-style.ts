const DARK = `
  --ground: #1b1b1f; --ink: #dfdfd6; --faint: #a8a8b3; --rule: #3c3f44; --step: #aaa5ff; --supported: #3dd68c; --soft: #242429;
`;

/** The element's own look; nothing of the page around it reaches in, but its font. */
export const embedStyle: string = `
:host {
  --ground: #fff; --ink: #3c3c43; --faint: #5f5f69; --rule: #dcdce1; --step: #4d44cf; --supported: #18794e; --soft: #f6f6f7;
  display: block;
  max-width: 620px;
  color: var(--ink);
  font-family: inherit;
  line-height: 1.5;
}
:host([hidden]) { display: none; }
@media (prefers-color-scheme: dark) { :host(:not([theme="light"])) {${DARK}} }
:host([theme="dark"]) {${DARK}}
figure {
  margin: 0;
  padding: 16px 18px;
  border: 1px solid var(--rule);
  border-radius: 14px;
  background: var(--ground);
  container-type: inline-size;
}
figcaption, .facts { color: var(--faint); font-size: 0.8125rem; }
figcaption { margin-bottom: 8px; }
svg { display: block; width: 100%; height: auto; }
text { fill: var(--faint); font-size: 12.5px; font-variant-numeric: tabular-nums; }
@container (max-width: 440px) { text { font-size: 17px; } }
text.theory { fill: var(--ink); font-weight: 600; paint-order: stroke; stroke: var(--ground); stroke-width: 4; }
.axis { stroke: var(--rule); }
line.theory { stroke: var(--ink); stroke-dasharray: 6 4; stroke-width: 1.5; }
.curve { fill: none; stroke: var(--step); stroke-linejoin: round; stroke-opacity: 0.8; stroke-width: 2; }
.row { display: flex; flex-wrap: wrap; align-items: center; gap: 8px 14px; margin-top: 10px; }
button {
  min-width: 84px;
  min-height: 36px;
  padding: 0 14px;
  border: 1px solid #5f57dc;
  border-radius: 8px;
  background: #5f57dc;
  color: #fff;
  cursor: pointer;
  font-family: inherit;
  font-size: 0.875rem;
  font-weight: 500;
}
button:focus-visible, summary:focus-visible { outline: 2px solid var(--step); outline-offset: 2px; }
.verdict {
  min-height: 1.5em;
  margin: 10px 0 0;
  padding: 8px 12px;
  border-left: 3px solid var(--rule);
  border-radius: 0 8px 8px 0;
  background: var(--soft);
  font-size: 0.9375rem;
}
.verdict.arrived { border-color: var(--supported); color: var(--supported); font-weight: 600; }
details { margin-top: 8px; font-size: 0.875rem; }
summary { width: fit-content; color: var(--step); cursor: pointer; }
table { border-collapse: collapse; }
th, td { padding: 3px 12px 3px 0; font-variant-numeric: tabular-nums; font-weight: 400; text-align: right; }
thead th { color: var(--faint); }
`;
