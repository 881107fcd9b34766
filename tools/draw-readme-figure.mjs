// Draws assets/step-size.svg: the step sizes that trained layers take, on the curves of Theorem 1.
// Usage: npm run build, then node tools/draw-readme-figure.mjs   (about a minute; the same seed draws the same picture)
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

import { root } from "./workspace.mjs";

const load = (name) => import(pathToFileURL(join(root, `packages/${name}/dist/index.js`)).href);
const { experiments, runTrial } = await load("lab");
const { float64Engine } = await load("model");
const { optimalStepSize } = await load("theory");

const SEED = 0;
const NOISE_VARIANCE = 0.25;
const CONTEXTS = [2, 4, 8, 16, 32, 64];
const SERIES = [
  { dimension: 2, color: "#0072b2" },
  { dimension: 5, color: "#d55e00" },
  { dimension: 10, color: "#009e73" },
];

const WIDTH = 720;
const HEIGHT = 400;
const FRAME = { left: 70, right: 24, top: 48, bottom: 56 };
const X = { from: 1.6, to: 80 };
const Y = { from: 0.01, to: 0.3 };
const across = (n) =>
  FRAME.left + (Math.log(n / X.from) / Math.log(X.to / X.from)) * (WIDTH - FRAME.left - FRAME.right);
const up = (eta) =>
  HEIGHT - FRAME.bottom - (Math.log(eta / Y.from) / Math.log(Y.to / Y.from)) * (HEIGHT - FRAME.top - FRAME.bottom);

const text = (x, y, content, attributes = "") => `<text x="${x}" y="${y}" ${attributes}>${content}</text>`;
const line = (x1, y1, x2, y2, attributes) => `<line x1="${x1}" y1="${y1}" x2="${x2}" y2="${y2}" ${attributes}/>`;

const parts = [];
for (const n of CONTEXTS) {
  parts.push(line(across(n), FRAME.top, across(n), HEIGHT - FRAME.bottom, 'class="grid"'));
  parts.push(text(across(n), HEIGHT - FRAME.bottom + 20, n, 'text-anchor="middle"'));
}
for (const eta of [0.01, 0.03, 0.1, 0.3]) {
  parts.push(line(FRAME.left, up(eta), WIDTH - FRAME.right, up(eta), 'class="grid"'));
  parts.push(text(FRAME.left - 10, up(eta) + 4, eta, 'text-anchor="end"'));
}
parts.push(text((FRAME.left + WIDTH - FRAME.right) / 2, HEIGHT - 12, "context length n", 'text-anchor="middle"'));
parts.push(
  text(FRAME.left, 22, "Step size η of the trained layer (points) and of Theorem 1 (curves)", 'class="title"'),
);
parts.push(
  text(FRAME.left, 38, `σ² = ${NOISE_VARIANCE}; standard errors are smaller than the points`, 'class="faint"'),
);

for (const { dimension, color } of SERIES) {
  const theory = (contextLength) => optimalStepSize({ contextLength, dimension, noiseVariance: NOISE_VARIANCE }).value;
  const curve = Array.from({ length: 63 }, (_, i) => `${across(i + 2).toFixed(1)},${up(theory(i + 2)).toFixed(1)}`);
  parts.push(`<polyline points="${curve.join(" ")}" fill="none" stroke="${color}" stroke-width="1.5"/>`);
  for (const contextLength of CONTEXTS) {
    const [trial] = experiments[0].trials({ dimension, contextLength, noiseVariance: NOISE_VARIANCE });
    const report = await runTrial(trial, { seed: SEED, engine: float64Engine() });
    const { observed, predicted, standardError } = report.claims.find(({ name }) => name === "step size");
    console.error(`d = ${dimension}, n = ${contextLength}: ${observed} ± ${standardError}, theory ${predicted}`);
    const x = across(contextLength).toFixed(1);
    const y = up(observed).toFixed(1);
    parts.push(`<circle cx="${x}" cy="${y}" r="4.5" fill="${color}"/>`);
  }
  parts.push(text(across(2) + 8, up(theory(2)) - 8, `d = ${dimension}`, `style="fill:${color};font-weight:600"`));
}

const style = `text{font:13px system-ui,sans-serif;fill:#333}.title{font-size:15px;font-weight:600}.faint{fill:#666;font-size:12px}.grid{stroke:#ddd}`;
writeFileSync(
  join(root, "assets/step-size.svg"),
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="Trained step sizes lie on the curve 1/(n + d + 1 + σ²)"><style>${style}</style><rect width="100%" height="100%" fill="#fff"/>${parts.join("")}</svg>\n`,
);
