/** The review page: places one after the other, each decision written to the project's file at once. */
import {ask} from "./ask.js";
import {byId, element} from "./dom.js";
import {createPlaces} from "./places.js";
import {createPlaceTools} from "./placetools.js";
import {say, sayCount, useWords} from "./words.js";

/** @typedef {import("./chooser.js").Place} Place */

async function main() {
  useWords(await ask("words.json"));
  const told = await ask("places.json");
  /** @type {Place[]} */
  const places = told.places;
  let current = -1;
  const text = (/** @type {string} */ id, /** @type {string} */ value) => {
    const node = byId(id);
    if (node) node.textContent = value;
  };
  const announce = (/** @type {string} */ value) => text("rv-status", value);
  const unsettled = () => places.filter(({ decided }) => !decided);

  const tools = createPlaceTools({
    announce,
    editor: told.editor,
    place: () => places[current] ?? null,
    async save(choice) {
      places[current] = await ask("decide", { place: current, ...choice });
      announce(`${say("settle.saved")} ${sayCount("review.left", unsettled().length)}`);
      goOn();
    },
    skip: () => goOn(),
    async undo() {
      places[current] = await ask("undo", { place: current });
      announce(say("settle.taken_back"));
      open(current, true);
    },
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
    text("rv-progress", sayCount("review.progress", left, { settled: places.length - left }));
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
    progress();
    tools.show(place);
    if (focus) tools.focus();
  }

  function finish() {
    current = -1;
    show(false);
    const any = places.length > 0;
    text("rv-none-title", say(any ? "review.none_left" : "review.none"));
    text("rv-none-text", say(any ? "review.none_left_note" : "review.none_note"));
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
  document.title = `${say("review.title")}: ${told.title}`;
  text("rv-file", say("review.file", { file: told.file }));
  byId("rv-done")?.addEventListener("click", async () => {
    try {
      const { open: left } = await ask("done", {});
      document.body.replaceChildren(element("main", {}, element("h1", { tabindex: "-1", id: "rv-end" }, say("stopped.title")),
        element("p", {}, left ? sayCount("review.stayed", left) : say("review.all_settled")),
        element("p", {}, say("stopped.close"))));
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
