import { ATTRIBUTES, FIELDS, settingOfAttributes } from "./embed-setting.ts";
import { OnestepLab } from "./onestep-lab-element.ts";

const NAME = "onestep-lab";

/**
 * Defines the element `<onestep-lab n="20" d="5" noise="0.25" seed="0">`: a layer of linear attention that its reader
 * trains, and the step size of Theorem 1, drawn before.
 *
 * @param hire starts a worker that follows orders
 */
export function defineOnestepLab(hire: () => Worker): void {
  if (customElements.get(NAME) !== undefined) return;
  OnestepLab.hire = hire;
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
