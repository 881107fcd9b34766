import {
  configOf,
  predictionOf,
  STEPS,
  TOLERANCE,
  type TrainingSetting,
} from "../../learn/theorem-1/training-setting.ts";
import { factsOf } from "../../training/gamma-facts.ts";
import type { Progress } from "../../training/messages.ts";
import type { Gamma } from "../../training/trained-gamma.ts";
import { embedChart } from "./embed-chart.ts";
import { openEmbedRun } from "./embed-run.ts";
import { ATTRIBUTES, settingOfAttributes, type Attribute } from "./embed-setting.ts";
import { embedStyle } from "./embed-style.ts";
import { buttonText, captionOf, cellsOf, standing } from "./embed-text.ts";

/** What the event `verdict` carries, once a training has ended. */
export interface EmbedVerdict {
  readonly setting: TrainingSetting;
  /** η* */
  readonly stepSize: number;
  readonly preconditioner: Gamma;
  /** ‖Γ − η*I‖ / ‖η*I‖ */
  readonly distance: number;
  /** Within 1 %. */
  readonly arrived: boolean;
}

/** The steps that the table shows. */
const TOLD = [1, 100, 200, 300, 450, STEPS];

const MARKUP = `
<figure>
  <figcaption></figcaption>
  <div class="chart"></div>
  <div class="row"><button type="button">Train</button><span class="facts"></span></div>
  <p class="verdict" role="status"></p>
  <details>
    <summary>The run as a table</summary>
    <table>
      <thead><tr><th scope="col">step</th><th scope="col">mean of Γ's diagonal</th><th scope="col">distance to η*I</th></tr></thead>
      <tbody></tbody>
    </table>
  </details>
</figure>`;

/** A layer of linear attention that its reader trains, and the step size of Theorem 1, drawn before. */
export class OnestepLab extends HTMLElement {
  /** Starts a worker that follows orders. */
  static hire: () => Worker;
  static readonly observedAttributes = ATTRIBUTES;
  readonly #root = this.attachShadow({ mode: "open" });
  readonly #chart = embedChart();
  #setting: TrainingSetting = settingOfAttributes(() => null);
  /** None before the first step. */
  #gamma: Gamma | undefined;
  readonly #run = openEmbedRun(() => OnestepLab.hire(), configOf(this.#setting), {
    stepped: (progress, isResting) => this.#follow(progress, isResting),
    failed: (reason) => this.#fail(reason),
  });

  constructor() {
    super();
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(embedStyle);
    this.#root.adoptedStyleSheets = [sheet];
    this.#root.innerHTML = MARKUP;
    this.#find(".chart").append(this.#chart.svg);
    this.#find("button").addEventListener("click", () => this.#playOrPause());
  }

  connectedCallback(): void {
    for (const name of ATTRIBUTES) this.#adopt(name);
    document.addEventListener("visibilitychange", this.#pauseWhenHidden);
    this.reset();
  }

  /** A property that was set before the element was defined hides ours: it is set again. */
  #adopt(name: Attribute): void {
    if (!Object.hasOwn(this, name)) return;
    const early = (this as unknown as Record<Attribute, unknown>)[name];
    Reflect.deleteProperty(this, name);
    this.setAttribute(name, String(early));
  }

  disconnectedCallback(): void {
    document.removeEventListener("visibilitychange", this.#pauseWhenHidden);
    this.#run.close();
  }

  attributeChangedCallback(): void {
    if (this.isConnected) this.reset();
  }

  /** Forgets the training, and draws theory for the attributes as they are. */
  reset(): void {
    this.#setting = settingOfAttributes((name) => this.getAttribute(name));
    this.#gamma = undefined;
    this.#run.reset(configOf(this.#setting));
    this.#find("figcaption").textContent = captionOf(this.#setting);
    this.#find("tbody").replaceChildren();
    this.#chart.begin({ dimension: this.#setting.dimension, stepSize: this.#stepSize, steps: STEPS });
    this.#tell();
  }

  /** Trains to the end. */
  train(): void {
    if (this.#run.step === STEPS) this.reset();
    if (this.#run.isPlaying) return;
    this.#run.play();
    this.#tell();
  }

  get #stepSize(): number {
    return predictionOf(this.#setting).stepSize;
  }

  #find(selector: string): Element {
    return this.#root.querySelector(selector)!;
  }

  readonly #pauseWhenHidden = (): void => {
    if (document.hidden && this.#run.isPlaying) this.#playOrPause();
  };

  #playOrPause(): void {
    if (!this.#run.isPlaying) return this.train();
    this.#run.pause();
    this.#tell();
  }

  #follow({ step, preconditioner = [] }: Progress, isResting: boolean): void {
    this.#gamma = preconditioner;
    this.#chart.add(
      step,
      preconditioner.map((row, i) => row[i]),
    );
    if (TOLD.includes(step)) this.#addRow(cellsOf(step, this.#stepSize, preconditioner));
    // Steps between two frames are told together.
    if (isResting) this.#tell();
    if (step === STEPS) this.#conclude(preconditioner);
  }

  #addRow(cells: readonly string[]): void {
    const row = document.createElement("tr");
    for (const [i, text] of cells.entries()) {
      const cell = document.createElement(i === 0 ? "th" : "td");
      cell.textContent = text;
      row.append(cell);
    }
    this.#find("tbody").append(row);
  }

  /** Says how the training stands, in words. */
  #tell(): void {
    const { isPlaying, step } = this.#run;
    this.#find("button").textContent = buttonText(this.#run);
    this.#find(".facts").textContent = `step ${step} of ${STEPS}`;
    const { text, arrived } = standing(this.#stepSize, this.#gamma);
    const verdict = this.#find(".verdict");
    verdict.classList.toggle("arrived", arrived);
    // A screen reader hears what stays, and not every frame.
    if (!isPlaying || step === 0) verdict.textContent = text;
    this.#chart.describe(`The diagonal of Γ against training steps, and the dashed line of theory. ${text}`);
  }

  #fail(reason: string): void {
    this.#run.close();
    // Who presses Train again begins anew.
    this.reset();
    this.#find(".verdict").textContent = `The training stopped: ${reason}.`;
  }

  #conclude(preconditioner: Gamma): void {
    const stepSize = this.#stepSize;
    const { distance } = factsOf(preconditioner, stepSize);
    const arrived = distance <= TOLERANCE;
    const detail: EmbedVerdict = { setting: this.#setting, stepSize, preconditioner, distance, arrived };
    this.dispatchEvent(new CustomEvent("verdict", { detail, bubbles: true, composed: true }));
  }
}
