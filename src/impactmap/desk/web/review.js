/** The review page: places one after the other, each decision written to the project's file at once. */
import {byId, element} from "./dom.js";
import {createChooser} from "./chooser.js";
import {createPlaces, placeHints, statusText} from "./places.js";
import {createReviewMap} from "./reviewmap.js";

/** @typedef {import("./chooser.js").Place} Place */

/**
 * @param {string} path
 * @param {object} [given] sent as JSON
 */
async function ask(path, given) {
  let response;
  try {
    response = await fetch(path, given === undefined ? {} : {
      method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(given),
    });
  } catch {
    throw new Error("The program does not run any more, so nothing was saved. Start it again: impactmap review");
  }
  const answer = await response.json();
  if (!response.ok) throw new Error(answer.error);
  return answer;
}

async function main() {
  const told = await ask("places.json");
  /** @type {Place[]} */
  const places = told.places;
  let current = -1;
  const text = (/** @type {string} */ id, /** @type {string} */ value) => {
    const node = byId(id);
    if (node) node.textContent = value;
  };
  const announce = (/** @type {string} */ value) => text("rv-status", value);
  const count = (/** @type {number} */ n, /** @type {string} */ noun) => `${n.toLocaleString("en")} ${noun}${n === 1 ? "" : "s"}`;
  const unsettled = () => places.filter(({ decided }) => !decided);

  const map = createReviewMap(/** @type {HTMLElement} */ (byId("rv-map")), {
    ground: ([west, south, east, north], width) =>
      ask(`ground.json?${new URLSearchParams(Object.entries({ west, south, east, north, width: Math.round(width) }).map(([k, v]) => [k, String(v)]))}`),
    choose: (id) => chooser.pick(id),
    moved: () => chooser.pinMoved(),
    announce,
  });
  const chooser = createChooser(/** @type {HTMLFormElement} */ (byId("rv-form")), {
    map,
    editor: told.editor,
    async save(choice) {
      places[current] = await ask("decide", { place: current, ...choice });
      announce(`Saved. ${count(unsettled().length, "place")} to settle.`);
      goOn();
    },
    skip: () => goOn(),
    async undo() {
      places[current] = await ask("undo", { place: current });
      announce("The decision was taken back.");
      open(current, true);
    },
    lookUp: (name) => ask(`look-up.json?${new URLSearchParams({ name, region: places[current].region, country: places[current].country })}`),
    outline: async (area) => (await ask(`outline.json?${new URLSearchParams({ area })}`)).rings,
  });
  const list = createPlaces((number) => open(number, true));

  /** Go to the next place that is open, from the first again after the last. */
  function goOn() {
    const next = places.findIndex((place, at) => at > current && !place.decided);
    const first = places.findIndex((place) => !place.decided);
    const wanted = next >= 0 ? next : first;
    if (wanted >= 0) open(wanted, true);
    else finish();
  }

  function progress() {
    const left = unsettled().length;
    text("rv-progress", `${count(left, "place")} to settle, ${places.length - left} settled`);
    list.show(places, current);
  }

  /**
   * @param {number} number
   * @param {boolean} focus
   */
  function open(number, focus) {
    current = number;
    const place = places[number];
    show(true);
    text("rv-kicker", [statusText(place.status), count(place.rows, "report"), placeHints(place) && `reported in ${placeHints(place)}`,
      place.given && `the source gives ${place.given.join(", ")}`].filter(Boolean).join(" · "));
    text("rv-name", place.place);
    text("rv-why-doubtful", place.why);
    text("rv-decided", place.decided?.sentence ?? "");
    const decided = byId("rv-decided");
    if (decided) decided.hidden = !place.decided;
    byId("rv-reports")?.replaceChildren(...place.reports.filter(({ day, what }) => day || what).map(({ day, what }) =>
      element("li", { dir: "auto" }, day ? element("time", { datetime: day }, day) : null, ` ${what}`)));
    progress();
    chooser.show(place);
    if (focus) chooser.focus();
  }

  function finish() {
    current = -1;
    show(false);
    const any = places.length > 0;
    text("rv-none-title", any ? "Nothing is left to settle" : "No place is in doubt");
    text("rv-none-text", any ? "Open a place of the list to change a decision, or stop the program." : "The geocoder is sure of every place of this table.");
    progress();
    byId("rv-none-title")?.focus();
  }

  /** @param {boolean} place whether a place is shown, or that there is none */
  function show(place) {
    const [one, none] = [byId("rv-place"), byId("rv-none")];
    if (one) one.hidden = !place;
    if (none) none.hidden = place;
  }

  text("im-subtitle", told.title);
  document.title = `Doubtful places: ${told.title}`;
  text("rv-file", `Decisions are kept in ${told.file}, beside the project.`);
  byId("rv-done")?.addEventListener("click", async () => {
    try {
      const { open: left } = await ask("done", {});
      document.body.replaceChildren(element("main", {}, element("h1", { tabindex: "-1", id: "rv-end" }, "Stopped"),
        element("p", {}, left ? `${count(left, "place")} stayed open. Start again to go on.` : "All places are settled."),
        element("p", {}, "This page can be closed.")));
      byId("rv-end")?.focus();
    } catch (error) {
      announce(error instanceof Error ? error.message : String(error));
    }
  });
  if (unsettled().length > 0) open(places.findIndex(({ decided }) => !decided), false);
  else finish();
  document.documentElement.dataset.rvReady = "true";
}

main().catch((error) => {
  const name = byId("rv-name");
  if (name) name.textContent = error instanceof Error ? error.message : String(error);
  throw error;
});
