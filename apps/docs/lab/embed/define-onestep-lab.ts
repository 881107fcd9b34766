import { fixed, significant } from "../../figures/format-number.ts";
import {
  configOf,
  predictionOf,
  STEPS,
  TOLERANCE,
  type TrainingSetting,
} from "../../learn/theorem-1/training-setting.ts";
import { factsOf } from "../../training/gamma-facts.ts";
import type { Failure, OfRun, Order, Progress } from "../../training/messages.ts";
import { embedChart } from "./embed-chart.ts";
import { ATTRIBUTES, FIELDS, settingOfAttributes, type Attribute } from "./embed-setting.ts";
import { embedStyle } from "./embed-style.ts";

/** What the event `verdict` carries, once a training has ended. */
export interface EmbedVerdict {
  readonly setting: TrainingSetting;
  /** η* */
  readonly stepSize: number;
  /** Γ, row by row */
  readonly preconditioner: readonly (readonly number[])[];
  /** ‖Γ − η*I‖ / ‖η*I‖ */
  readonly distance: number;
  /** Within 1 %. */
  readonly arrived: boolean;
}

const NAME = "onestep-lab";
/** Its host's policy, or its browser, may refuse a worker. */
const NO_WORKER = "its worker could not run on this page";
/** How long a training takes to watch, where the machine keeps up. */
const SECONDS = 1.6;
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

/**
 * Defines the element `<onestep-lab n="20" d="5" noise="0.25" seed="0">`: a layer of linear attention that its reader
 * trains, and the step size of Theorem 1, drawn before.
 *
 * @param hire starts a worker that follows orders
 */
export function defineOnestepLab(hire: () => Worker): void {
  if (customElements.get(NAME) !== undefined) return;

  class OnestepLab extends HTMLElement {
    static readonly observedAttributes = ATTRIBUTES;
    readonly #root = this.attachShadow({ mode: "open" });
    readonly #chart = embedChart();
    #setting: TrainingSetting = settingOfAttributes(() => null);
    #worker: Worker | undefined;
    #run = 0;
    #begun = false;
    #step = 0;
    #until = 0;
    #playing = false;
    #gamma: readonly (readonly number[])[] = [];

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
      this.#worker?.terminate();
      this.#worker = undefined;
      this.#playing = false;
    }

    attributeChangedCallback(): void {
      if (this.isConnected) this.reset();
    }

    /** Forgets the training, and draws theory for the attributes as they are. */
    reset(): void {
      this.#setting = settingOfAttributes((name) => this.getAttribute(name));
      this.#run += 1;
      this.#begun = false;
      [this.#step, this.#until] = [0, 0];
      this.#playing = false;
      this.#gamma = [];
      const { contextLength, dimension, noiseVariance, seed } = this.#setting;
      this.#find("figcaption").textContent =
        `A layer of linear attention learns in context: n = ${contextLength} pairs, d = ${dimension}, σ² = ${noiseVariance}, seed ${seed}.`;
      this.#find("tbody").replaceChildren();
      this.#chart.begin({ dimension, stepSize: this.#stepSize, steps: STEPS });
      this.#tell();
    }

    /** Trains to the end. */
    train(): void {
      if (this.#step === STEPS) this.reset();
      if (!this.#playing) this.#play();
    }

    get #stepSize(): number {
      return predictionOf(this.#setting).stepSize;
    }

    #find(selector: string): Element {
      return this.#root.querySelector(selector)!;
    }

    readonly #pauseWhenHidden = (): void => {
      if (document.hidden && this.#playing) this.#playOrPause();
    };

    #playOrPause(): void {
      if (!this.#playing) return this.train();
      this.#playing = false;
      this.#tell();
    }

    #play(): void {
      this.#playing = true;
      if (!this.#begun) this.#begin();
      if (!this.#playing) return; // it could not begin
      let [last, owed]: [number | undefined, number] = [undefined, 0];
      const run = this.#run;
      const onFrame = (now: number): void => {
        if (!this.#playing || run !== this.#run) return;
        owed += (Math.min(now - (last ?? now), 100) / 1000 / SECONDS) * STEPS;
        last = now;
        if (this.#step >= this.#until && owed >= 1) {
          this.#until = Math.min(STEPS, this.#step + Math.floor(owed));
          this.#order({ kind: "goOn", run, until: this.#until });
          owed = 0;
        }
        owed = Math.min(owed, STEPS / 10);
        requestAnimationFrame(onFrame);
      };
      requestAnimationFrame(onFrame);
      this.#tell();
    }

    #begin(): void {
      try {
        this.#worker ??= this.#hired();
      } catch {
        return this.#fail(NO_WORKER);
      }
      this.#begun = true;
      this.#order({ kind: "begin", run: this.#run, config: configOf(this.#setting) });
    }

    #order(order: Order): void {
      this.#worker?.postMessage(order);
    }

    #hired(): Worker {
      const worker = hire();
      worker.addEventListener("message", ({ data }: MessageEvent<OfRun<Progress | Failure>>) => {
        if (data.run !== this.#run) return;
        if ("failure" in data) this.#fail(data.failure);
        else if ("step" in data) this.#follow(data);
      });
      worker.addEventListener("error", () => this.#fail(NO_WORKER));
      return worker;
    }

    #follow({ step, preconditioner = [] }: Progress): void {
      this.#step = step;
      this.#gamma = preconditioner;
      this.#chart.add(
        step,
        preconditioner.map((row, i) => row[i]),
      );
      if (TOLD.includes(step)) this.#addRow(step);
      if (step === STEPS) this.#playing = false;
      // Steps between two frames are told together.
      if (step === this.#until || step === STEPS) this.#tell();
      if (step === STEPS) this.#conclude();
    }

    #addRow(step: number): void {
      const { meanDiagonal, distance } = factsOf(this.#gamma, this.#stepSize);
      const row = document.createElement("tr");
      const cells = [String(step), fixed(meanDiagonal, 5), `${significant(100 * distance, 2)} %`];
      row.append(
        ...cells.map((text, i) => {
          const cell = document.createElement(i === 0 ? "th" : "td");
          cell.textContent = text;
          return cell;
        }),
      );
      this.#find("tbody").append(row);
    }

    /** Says how the training stands, in words. */
    #tell(): void {
      const label = this.#playing ? "Pause" : this.#step === 0 ? "Train" : this.#step === STEPS ? "Again" : "Go on";
      this.#find("button").textContent = label;
      this.#find(".facts").textContent = `step ${this.#step} of ${STEPS}`;
      const { text, arrived } = this.#standing();
      const verdict = this.#find(".verdict");
      verdict.classList.toggle("arrived", arrived);
      // A screen reader hears what stays, and not every frame.
      if (!this.#playing || this.#step === 0) verdict.textContent = text;
      this.#chart.describe(`The diagonal of Γ against training steps, and the dashed line of theory. ${text}`);
    }

    #standing(): { readonly text: string; readonly arrived: boolean } {
      const theory = this.#stepSize.toPrecision(4);
      if (this.#step === 0) {
        return { text: `Theory says: one step of gradient descent, of size η* = ${theory}.`, arrived: false };
      }
      const { distance } = factsOf(this.#gamma, this.#stepSize);
      const percent = `${significant(100 * distance, 2)} %`;
      return distance <= TOLERANCE
        ? { text: `Γ is within ${percent} of η*I: the layer has found the step of theory.`, arrived: true }
        : { text: `Γ is ${percent} away from η*I.`, arrived: false };
    }

    #fail(reason: string): void {
      this.#worker?.terminate();
      this.#worker = undefined;
      // Who presses Train again begins anew.
      this.reset();
      this.#find(".verdict").textContent = `The training stopped: ${reason}.`;
    }

    #conclude(): void {
      const stepSize = this.#stepSize;
      const { distance } = factsOf(this.#gamma, stepSize);
      const detail: EmbedVerdict = {
        setting: this.#setting,
        stepSize,
        preconditioner: this.#gamma,
        distance,
        arrived: distance <= TOLERANCE,
      };
      this.dispatchEvent(new CustomEvent("verdict", { detail, bubbles: true, composed: true }));
    }
  }

  // Each attribute is a property too.
  for (const name of ATTRIBUTES) {
    Object.defineProperty(OnestepLab.prototype, name, {
      get(this: OnestepLab) {
        return settingOfAttributes((attribute) => this.getAttribute(attribute))[FIELDS[name]];
      },
      set(this: OnestepLab, value: unknown) {
        this.setAttribute(name, String(value));
      },
    });
  }
  customElements.define(NAME, OnestepLab);
}
