// Reads the Learn pages in frames, as a reader with a keyboard would, and tells the server that it came from.

const problems = [];

/** Opens an address in a frame of its own, once its page has come alive. */
async function open(address, sign) {
  const frame = document.createElement("iframe");
  Object.assign(frame.style, { width: "1280px", height: "2000px" });
  document.body.append(frame);
  frame.src = address;
  await new Promise((resolve) => frame.addEventListener("load", resolve, { once: true }));
  const page = frame.contentWindow;
  page.addEventListener("error", (event) => problems.push(event.message));
  page.addEventListener("securitypolicyviolation", (event) => problems.push(`policy: ${event.violatedDirective}`));
  for (const level of ["error", "warn"]) page.console[level] = (...said) => problems.push(said.map(String).join(" "));
  await until(() => page.document.querySelector("#app")?.__vue_app__ !== undefined && sign(page.document));
  return { frame, page, find: (selector) => page.document.querySelector(selector) };
}

async function until(condition) {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 20));
}

/** What a page asked a host for: data in an address asks nobody. */
const loaded = (page) =>
  page.performance
    .getEntriesByType("resource")
    .map(({ name }) => name)
    .filter((name) => !name.startsWith("data:"));
const scriptsOf = (page) => loaded(page).filter((name) => name.endsWith(".js"));

async function visitOneStep() {
  const pair = (document) => document.querySelector("[aria-label='Pair 2']");
  const { page, frame } = await open("/learn/one-step", pair);
  const value = () => pair(page.document).getAttribute("aria-valuetext");
  const before = value();
  pair(page.document).focus();
  pair(page.document).dispatchEvent(
    new page.KeyboardEvent("keydown", { key: "ArrowUp", bubbles: true, cancelable: true }),
  );
  await until(() => value() !== before && page.location.search !== "");
  const [afterArrow, address] = [value(), page.location.search];
  const again = await open(`/learn/one-step${address}`, pair);
  await until(() => pair(again.page.document).getAttribute("aria-valuetext") !== before);
  const restored = pair(again.page.document).getAttribute("aria-valuetext");
  const hosts = loaded(page).map((name) => new URL(name).host);
  frame.remove();
  again.frame.remove();
  return { before, afterArrow, address, restored, hosts };
}

async function visitTraining() {
  const figure = (document) => document.querySelector(".live-training");
  const selects = (page) => [...page.document.querySelectorAll(".live-training select")].map(({ value }) => value);
  const fresh = await open("/learn/theorem-1", figure);
  const offered = selects(fresh.page);
  fresh.frame.remove();
  const { page, find, frame } = await open("/learn/theorem-1?n=20&d=5&noise=0.25&seed=7", figure);
  const asked = selects(page);
  const before = scriptsOf(page);
  find(".play").click();
  await until(() => find(".verdict.arrived") !== null);
  await until(() => figure(page.document).dataset.status === "finished" && page.location.search.includes("step=600"));
  const gamma = figure(page.document).dataset.gamma;
  const address = page.location.search;
  const told = {
    offered,
    asked,
    verdict: find(".verdict").textContent,
    scripts: scriptsOf(page),
    gamma,
    address,
    before,
  };
  const hosts = loaded(page).map((name) => new URL(name).host);
  frame.remove();
  const again = await open(`/learn/theorem-1${address}`, figure);
  await until(() => figure(again.page.document).dataset.status === "finished");
  return { ...told, hosts, restored: figure(again.page.document).dataset.gamma };
}

const oneStep = await visitOneStep();
const training = await visitTraining();
const hosts = [...new Set([...oneStep.hosts, ...training.hosts])];
await fetch("/report", {
  method: "POST",
  body: JSON.stringify({ problems, hosts, oneStep, training, scripts: training.before }),
});
