/** The story: its steps one at a time or beside the map, by buttons, keys, swipes and scrolling, each with its view of the map. */
import {addPart} from "../parts.js";
import {byId, element} from "../dom.js";
import {kept, readView} from "../link.js";

/** Pixels that a finger moves across before it is meant. */
const SWIPE = 40;
/** Part of the list's height above which the step is that is read: less than the least height of one. */
const READ = 0.4;

addPart(({ map, payload, words, announce }) => {
  const { say } = words;
  const section = /** @type {HTMLElement} */ (byId("im-steps"));
  const { steps = [] } = payload.header;
  const entries = /** @type {HTMLElement[]} */ ([...(section?.querySelectorAll("li[data-step]") ?? [])]);
  if (!section || entries.length === 0) return;
  const where = element("span", { class: "im-quiet" });
  const before = element("button", { type: "button", click: () => go(at - 1) }, say("previous"));
  const after = element("button", { type: "button", click: () => go(at + 1) }, say("next"));
  section.append(element("div", { class: "im-row im-steps-bar" }, before, where, after));
  const list = /** @type {HTMLElement} */ (section.querySelector("ol"));
  /** Whether the steps stand beside the map, all of them. */
  const beside = () => list.scrollHeight > list.clientHeight + 1 && getComputedStyle(list).overflowY === "auto";
  let at = -1;

  /** @param {number} step */
  function show(step) {
    at = step;
    entries.forEach((entry, i) => entry.toggleAttribute("data-im-current", i === at));
    where.textContent = say("steps_of", { i: at + 1, n: entries.length });
    before.disabled = at <= 0;
    after.disabled = at >= entries.length - 1;
    kept.s = at < 0 ? "" : String(at + 1);
    for (const part of [list, ...list.querySelectorAll(".im-step-text")]) {
      // What is scrolled has to be reached by keys.
      part.toggleAttribute("tabindex", part.scrollHeight > part.clientHeight + 1);
      if (part.hasAttribute("tabindex")) part.setAttribute("tabindex", "0");
    }
    if (at >= 0 && beside() && read() !== at) list.scrollTop += entries[at].getBoundingClientRect().top - list.getBoundingClientRect().top;
  }

  /** @returns {number} the step that is read where they are scrolled */
  function read() {
    const line = list.getBoundingClientRect().top + READ * list.clientHeight;
    return entries.filter((entry) => entry.getBoundingClientRect().top <= line).length - 1;
  }
  let scrolled = 0;
  list.addEventListener("scroll", () => {
    clearTimeout(scrolled);
    scrolled = setTimeout(() => beside() && go(read()), 120);
  }, { passive: true });

  /** @param {number} step */
  function go(step) {
    if (step < 0 || step >= entries.length || step === at) return;
    show(step);
    const [west, south, east, north] = steps[step].bounds ?? payload.header.view.bounds;
    /** @type {import("leaflet").LatLngBoundsLiteral} */
    const box = [[south, west], [north, east]];
    // The address says what a step shows, so the page goes there as it goes to any link.
    const { lat, lng } = window.L.latLngBounds(box).getCenter();
    const zoom = Math.min(map.getMaxZoom(), map.getBoundsZoom(box));
    const view = { ...steps[step].view, v: `${lat.toFixed(3)},${lng.toFixed(3)},${zoom}`, s: String(step + 1) };
    location.hash = new URLSearchParams(view).toString();
    entries[step].querySelector(".im-step-text")?.scrollTo(0, 0);
    if (window.parent === window && !beside()) intoView();
    announce(`${where.textContent}: ${entries[step].querySelector("h3")?.textContent ?? ""}`);
  }

  /** Where words and map of a step fit into the window, both are in it. */
  function intoView() {
    const { top } = section.getBoundingClientRect();
    const { bottom } = map.getContainer().getBoundingClientRect();
    if (bottom - top <= innerHeight && (top < 0 || bottom > innerHeight)) scrollBy(0, top < 0 ? top : Math.min(top, bottom - innerHeight));
  }

  const forward = () => (document.documentElement.dir === "rtl" ? -1 : 1);
  section.addEventListener("keydown", (event) => {
    if (event.key === "ArrowRight") go(at + forward());
    else if (event.key === "ArrowLeft") go(at - forward());
    else return;
    event.preventDefault();
  });
  let startX = NaN;
  let startY = NaN;
  section.addEventListener("touchstart", ({ touches }) => ([startX, startY] = touches.length === 1 ? [touches[0].clientX, touches[0].clientY] : [NaN, NaN]), { passive: true });
  section.addEventListener("touchend", ({ changedTouches: [touch] }) => {
    const [x, y] = [touch.clientX - startX, touch.clientY - startY];
    if (Math.abs(x) > SWIPE && Math.abs(x) > 2 * Math.abs(y)) go(at + (x < 0 ? forward() : -forward()));
  }, { passive: true });

  const asked = () => Number(readView().s ?? NaN) - 1;
  addEventListener("hashchange", () => asked() >= 0 && asked() < entries.length && show(asked()));
  const first = asked();
  if (first >= 0 && first < entries.length) show(first);
  else {
    show(0);
    // Only where nobody's link says what to show.
    if (location.hash.length < 2 && (steps[0].bounds || Object.keys(steps[0].view).length > 0)) {
      at = -1;
      go(0);
    } else kept.s = "";
  }
});
