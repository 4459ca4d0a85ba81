/** How pointer and keys reach the map without taking the page's scrolling away. */
import {element, lessMotion} from "./dom.js";

/**
 * One finger and the wheel scroll the page; two fingers, or the wheel with Ctrl or Command, move the map.
 * @param {import("leaflet").Map} map
 * @param {import("./words.js").Words} words
 */
export function tameGestures(map, { say }) {
  const container = map.getContainer();
  const hint = element("p", { class: "im-hint", "aria-hidden": "true", hidden: true });
  container.append(hint);
  let timer = 0;
  /** @param {string} text */
  function tell(text) {
    hint.textContent = text;
    hint.hidden = false;
    clearTimeout(timer);
    timer = setTimeout(() => (hint.hidden = true), 1500);
  }
  map.scrollWheelZoom.disable();
  container.addEventListener("wheel", (event) => {
    if (event.ctrlKey || event.metaKey) map.scrollWheelZoom.enable();
    else {
      map.scrollWheelZoom.disable();
      tell(say("hint_wheel"));
    }
  }, { capture: true, passive: true });
  container.addEventListener("pointerdown", ({ pointerType }) => {
    if (pointerType === "touch") map.dragging.disable();
    else map.dragging.enable();
  }, { capture: true });
  container.addEventListener("touchmove", ({ touches }) => {
    if (touches.length > 1) hint.hidden = true;
    else tell(say("hint_touch"));
  }, { passive: true });
  if (matchMedia("(pointer: coarse)").matches) map.dragging.disable();
  if (lessMotion()) {
    const panBy = map.panBy;
    map.panBy = (offset, options) => panBy.call(map, offset, { ...options, animate: false });
    /** @type {any} */ (map)._zoomAnimated = false;
    map.options.inertia = false;
  }
}

/**
 * Hovering, clicking and stepping through the marks.
 * @param {import("leaflet").Map} map
 * @param {import("./layer.js").Layer} layer
 * @param {import("./describe.js").Describe} describe
 * @param {import("./words.js").Words} words
 * @param {(mark: import("./marks.js").Mark, point?: {x: number, y: number}) => void} open with the point that was clicked
 * @param {{announce: (text: string) => void, close: () => void}} page
 */
export function listenToMap(map, layer, describe, { say }, open, { announce, close }) {
  const container = map.getContainer();
  const help = element("p", { id: "im-map-keys", class: "im-hidden-visually" }, say("map_keys"));
  const tip = element("p", { class: "im-tip", "aria-hidden": "true", hidden: true });
  container.append(tip);
  container.after(help);
  container.setAttribute("role", "application");
  container.setAttribute("aria-label", say("map_label"));
  container.setAttribute("aria-describedby", help.id);
  container.tabIndex = 0;
  /** @type {string | null} */
  let current = null;

  /**
   * @param {import("./marks.js").Mark | null} mark
   */
  function showTip(mark) {
    tip.hidden = mark === null;
    if (!mark) return;
    tip.textContent = describe.mark(mark);
    const { x, y } = layer.position(mark);
    const { x: width } = map.getSize();
    const left = Math.max(4, Math.min(width - tip.offsetWidth - 4, x - tip.offsetWidth / 2));
    const above = y - mark.halfHeight - tip.offsetHeight - 8;
    tip.style.transform = `translate(${left}px,${above < 4 ? y + mark.halfHeight + 8 : above}px)`;
  }

  map.on("mousemove", ({ containerPoint }) => {
    const mark = layer.hit(containerPoint);
    layer.setHover(mark?.key ?? null);
    container.classList.toggle("im-over", mark !== null);
    showTip(mark);
  });
  map.on("mouseout movestart zoomstart", () => {
    layer.setHover(null);
    showTip(null);
  });
  map.on("click", ({ containerPoint }) => {
    const mark = layer.hit(containerPoint);
    if (mark) open(mark, containerPoint);
  });

  /** @param {number} by */
  function step(by) {
    const marks = layer.inView();
    if (marks.length === 0) return announce(say("marks_none"));
    const at = marks.findIndex(({ key }) => key === current);
    const next = at < 0 ? (by > 0 ? 0 : marks.length - 1) : (at + by + marks.length) % marks.length;
    const mark = layer.settle(marks[next]);
    current = mark.key;
    layer.setFocus(current);
    showTip(mark);
    announce(say("mark_position", { i: next + 1, n: marks.length, mark: describe.mark(mark) }));
  }

  container.addEventListener("keydown", (event) => {
    if (event.target !== container || event.ctrlKey || event.metaKey || event.altKey) return;
    // By position, so that the keys work in a Cyrillic layout too.
    const { code, key } = event;
    if (code === "KeyN" || code === "BracketRight") step(1);
    else if (code === "KeyP" || code === "BracketLeft") step(-1);
    else if (key === "Enter") {
      const mark = layer.inView().find((one) => one.key === current);
      if (mark) open(mark);
    } else if (key === "Escape") close();
    else return;
    event.preventDefault();
  });
  container.addEventListener("blur", () => {
    layer.setFocus(null);
    showTip(null);
  });
  container.addEventListener("focus", () => {
    if (container.matches(":focus-visible")) layer.setFocus(current);
  });
}
