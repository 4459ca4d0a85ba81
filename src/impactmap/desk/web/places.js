/** The list of places: one stop for the keyboard, arrows within. */
import {byId, element} from "./dom.js";
import {goByArrows, stopAt} from "./listkeys.js";
import {knowsWord, say, sayCount} from "./words.js";

/** @param {import("./chooser.js").Place} place */
export function placeHints({ district, region, country }) {
  return [district, region, country].filter(Boolean).join(", ");
}

/** @param {string} status */
export function statusText(status) {
  return knowsWord(`status.${status}`) ? say(`status.${status}`) : status;
}

/** @param {import("./chooser.js").Place} place */
export function placeKicker(place) {
  const hints = placeHints(place);
  return [
    statusText(place.status), sayCount("count.reports", place.rows), hints && say("place.reported_in", { where: hints }),
    place.given && say("place.given", { at: place.given.join(", ") }),
  ].filter(Boolean).join(" · ");
}

/** @param {import("./chooser.js").Place} place */
export function decidedText({ decided }) {
  if (!decided) return "";
  const { way, name, editor, day, reason } = decided;
  const what = `${say(`way.${way}`)}${name ? `: ${name}` : ""}`;
  return `${day ? say("decided.on", { what, editor, day }) : say("decided", { what, editor })}${reason ? `: ${reason}` : ""}`;
}

/** @param {(number: number) => void} open */
export function createPlaces(open) {
  const lists = [byId("rv-open"), byId("rv-settled")];
  /** @type {HTMLButtonElement[]} */
  let buttons = [];

  goByArrows(lists, () => buttons);

  return {
    /**
     * @param {import("./chooser.js").Place[]} places
     * @param {number} current
     */
    show(places, current) {
      buttons = [];
      [places.filter(({ decided }) => !decided), places.filter(({ decided }) => decided)].forEach((some, which) => {
        const list = lists[which];
        const title = byId(which ? "rv-settled-title" : "rv-open-title");
        if (title) title.hidden = some.length === 0;
        list?.replaceChildren(...some.map((place) => {
          const button = element("button", {
            type: "button", class: "im-entry rv-entry", "aria-current": place.number === current ? "true" : null,
            click: () => open(place.number),
          }, element("span", { class: "rv-entry-name", dir: "auto" }, place.place),
          element("small", { dir: "auto" }, [placeHints(place), place.decided ? place.decided.name || say(`way.${place.decided.way}`) : statusText(place.status)].filter(Boolean).join(" · ")));
          buttons.push(button);
          return element("li", {}, button);
        }));
      });
      const now = buttons.find((button) => button.getAttribute("aria-current")) ?? buttons[0];
      stopAt(buttons, now);
      now?.scrollIntoView({ block: "nearest" });
    },
  };
}
