/** A doubtful place on the page: what is said of it, the map, and the form of the answer. */
import {ask, withQuery} from "./ask.js";
import {createChooser} from "./chooser.js";
import {byId, element} from "./dom.js";
import {decidedText, placeKicker} from "./places.js";
import {createReviewMap} from "./reviewmap.js";
import {toldText} from "./words.js";

/**
 * @param {{announce: (text: string) => void, editor?: string, name?: HTMLInputElement, place: () => import("./chooser.js").Place | null,
 *   save: (choice: import("./chooser.js").Choice) => Promise<void>, skip: () => void, undo: () => Promise<void>}} page
 */
export function createPlaceTools({ announce, place, ...page }) {
  const map = createReviewMap(/** @type {HTMLElement} */ (byId("rv-map")), {
    ground: ([west, south, east, north], width) => ask(withQuery("ground.json", { west, south, east, north, width: Math.round(width) })),
    choose: (id) => chooser.pick(id),
    moved: () => chooser.pinMoved(),
    announce,
  });
  const chooser = createChooser(/** @type {HTMLFormElement} */ (byId("rv-form")), {
    ...page,
    map,
    lookUp: (name) => ask(withQuery("look-up.json", { name, region: place()?.region ?? "", country: place()?.country ?? "" })),
    outline: async (area) => (await ask(withQuery("outline.json", { area }))).rings,
  });
  return {
    focus: () => chooser.focus(),
    /** @param {import("./chooser.js").Place} shown @param {HTMLElement | null} [note] above why it is in doubt */
    show(shown, note = null) {
      const text = (/** @type {string} */ id, /** @type {string} */ value) => {
        const node = byId(id);
        if (node) node.textContent = value;
        return node;
      };
      text("rv-kicker", placeKicker(shown));
      text("rv-name", shown.place);
      byId("rv-why-doubtful")?.replaceChildren(note ?? "", toldText(shown.why));
      const decided = text("rv-decided", decidedText(shown));
      if (decided) decided.hidden = !shown.decided;
      byId("rv-reports")?.replaceChildren(...shown.reports.filter(({ day, what }) => day || what).map(({ day, what }) =>
        element("li", { dir: "auto" }, day ? element("time", { datetime: day }, day) : null, ` ${what}`)));
      chooser.show(shown);
    },
  };
}
