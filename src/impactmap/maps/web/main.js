/** The viewer: opens the payload and joins the parts of the page. */
import {afterResize, byId, element, lessMotion} from "./dom.js";
import {createCard} from "./card.js";
import {createControls} from "./controls.js";
import {createDescribe} from "./describe.js";
import {createLayer} from "./layer.js";
import {insetRoom} from "./insetplace.js";
import {createLegend} from "./legend.js";
import {OTHER_BIT, createState, indexEvents} from "./state.js";
import {createTimeline} from "./timeline.js";
import {createWords} from "./words.js";
import {dayOfIso, isoDay, readList, readView, rememberView, viewAddress} from "./link.js";
import {enhanceLists, enhanceTable} from "./rows.js";
import {listenToMap, tameGestures} from "./gestures.js";
import {findEvent} from "./search.js";
import {openPayload} from "./payload.js";
import {fitFrame, tendFolds} from "./folds.js";
import {startParts} from "./parts.js";
import {readColors} from "./basemap.js";

/** Fewer rows than this have their texts opened at once, so that marks can be named. */
const SMALL = 5000;

/**
 * @param {import("leaflet").Map} map
 */
export async function mountViewer(map) {
  const root = document.documentElement;
  try {
    await mount(map);
    root.dataset.imReady = "true";
  } catch (error) {
    root.dataset.imReady = "failed";
    throw error;
  }
}

/** @param {import("leaflet").Map} map */
async function mount(map) {
  tendFolds();
  const payload = await openPayload();
  const { header } = payload;
  if (header.rows <= SMALL && !payload.beside) await payload.openTexts();
  const words = createWords(header);
  const index = indexEvents(payload.columns, header.sides.length + 1);
  const state = createState(payload, index);
  // Where alike reports are counted together, what is drawn may be finer than what is counted.
  const drawn = payload.gathered ? { payload: { ...payload }, state: createState(payload, index), index } : { payload, state, index };
  if (payload.gathered) state.onChange(() => drawn.state.set({ ...state.filters }));
  let start = setExtent(map, payload);
  if (header.page.tiles) window.L.tileLayer(header.page.tiles.url).addTo(map);
  showAttribution(map, header, words);
  tameGestures(map, words);
  let home = { center: map.getCenter(), zoom: map.getZoom() };
  let touched = false;
  const touch = () => (touched = true);
  for (const kind of ["pointerdown", "wheel", "keydown", "click"]) map.getContainer().addEventListener(kind, touch, { capture: true, passive: true });
  // Until the reader moves the map, wherever it comes to rest is where it starts.
  map.on("moveend", () => {
    if (!touched) home = { center: map.getCenter(), zoom: map.getZoom() };
  });
  // Whole pixels, as the map's size changes, are no move.
  const away = (/** @type {typeof home} */ { center, zoom }) =>
    map.getZoom() !== zoom || map.latLngToContainerPoint(center).distanceTo(map.getSize().divideBy(2)) > 4;
  const moved = () => away(home);
  const whole = element("button", { type: "button", class: "leaflet-control im-whole", hidden: true, click: () => {
    touched = false;
    map.fitBounds(box(header.view.bounds), { animate: !lessMotion(), paddingBottomRight: [map.options.imRoom ?? 0, 0] });
    map.getContainer().focus({ preventScroll: true });
  } }, words.say("whole_map"));
  map.getContainer().querySelector(".leaflet-control-zoom")?.after(whole);
  map.on("moveend", () => (whole.hidden = !moved()));
  const layer = createLayer(map, drawn.payload, drawn.state, words);
  const describe = createDescribe(drawn.payload, drawn.state, words, layer.marks);
  const live = element("p", { class: "im-hidden-visually", "aria-live": "polite", id: "im-live" });
  document.body.append(live);
  const announce = (/** @type {string} */ text) => (live.textContent = text);

  let openEvent = -1;
  const container = map.getContainer();
  const stage = byId("im-stage") ?? container.parentElement ?? document.body;
  const card = createCard({
    payload: drawn.payload, state: drawn.state, words, describe, stage, map,
    changed(event, events) {
      layer.choose(events);
      openEvent = event;
      keepBack(events.length > 0);
      remember();
    },
  });
  /** While a card is open, "back" closes it. @param {boolean} opened */
  function keepBack(opened) {
    if (opened && !history.state?.imCard) history.pushState({ imCard: true }, "");
    else if (!opened && history.state?.imCard && window.parent === window && !leaving) {
      leaving = true;
      history.back();
    }
  }
  let leaving = false;
  addEventListener("popstate", () => {
    if (leaving) remember();
    else if (!history.state?.imCard) card.close();
    setTimeout(() => (leaving = false));
  });
  const open = (/** @type {number[]} */ events, /** @type {HTMLElement} */ opener) => card.open(events, opener);
  listenToMap(map, layer, describe, words, (mark, point) => {
    const many = mark.members.length > 1;
    // Around the mark, which stays where it is: beside the card.
    const at = layer.latLng(mark);
    const zoom = () => touch() && map.setZoomAround(at, Math.min(map.getMaxZoom(), map.getZoom() + 2));
    if (drawn.payload.gathered) return zoom() && announce(describe.mark(mark));
    // An area may be larger than the view: the card stands beside the point that was meant.
    const [spot, width, height] = mark.kind === "area" ? [point ?? layer.position(mark), 8, 8] : [layer.position(mark), mark.halfWidth, mark.halfHeight];
    card.open(layer.eventsOf(mark), container, describe.name(mark), many && map.getZoom() < map.getMaxZoom() ? zoom : undefined, { x: spot.x, y: spot.y, width, height });
  }, { announce, close: card.close });

  const controlsRoot = byId("im-controls");
  const controls = controlsRoot && createControls(controlsRoot, payload, state, words, describe, { link: address, announce });
  const timelineRoot = byId("im-timeline");
  const timeline = timelineRoot && createTimeline(timelineRoot, header, state, words, readColors(header.sides.length));
  const key = byId("im-key");
  if (key) createLegend(key, payload, state, words, describe, layer);
  if (document.documentElement.dataset.imFramed !== undefined) {
    // From a frame the whole page opens with what the reader has chosen.
    const full = element("a", { id: "im-full", target: "_blank", rel: "noopener", href: address(), click: () => full.setAttribute("href", address()) }, words.say("full_map"));
    document.querySelector("main")?.append(full);
  }
  // The page in another language opens with what the reader has chosen, too.
  for (const other of /** @type {NodeListOf<HTMLAnchorElement>} */ (document.querySelectorAll("#im-languages a"))) {
    other.addEventListener("click", () => (other.hash = new URL(address()).hash));
  }
  const needs = { payload, state, words, describe, open };
  startParts({ ...needs, map, drawn, layer, card, announce, recolor, link: address });
  // Nothing is drawn yet: only now is it known what the rest of the page takes.
  if (fitFrame(container)) start = setExtent(map, payload);

  const beside = byId("im-beside");
  if (beside) enhanceLists(beside, needs);
  const table = /** @type {HTMLTableElement | null} */ (byId("im-rows"));
  if (table && header.page.static_rows) enhanceTable(table, needs);

  /** @returns {string} */
  function address() {
    const { filters } = state;
    const { lat, lng } = map.getCenter();
    const name = (/** @type {string[]} */ keys, /** @type {number} */ i) => (i < 0 ? "" : keys[i] ?? "*");
    return viewAddress({
      d: state.wholePeriod() ? "" : `${isoDay(filters.from)}_${isoDay(filters.to)}`,
      off: filters.off.size > 0 ? JSON.stringify([...filters.off].map((slot) => header.sides[slot]?.key ?? null)) : "",
      sector: name(header.sectors, filters.sector),
      means: name(header.means, filters.means),
      precision: name(header.precisions, filters.precision),
      f: filters.fields.some((bit) => bit >= 0)
        ? JSON.stringify(filters.fields.map((bit, i) => (bit < 0 ? "" : header.fields[i].terms[bit] ?? null))) : "",
      q: filters.query,
      v: moved() ? `${lat.toFixed(3)},${lng.toFixed(3)},${map.getZoom()}` : "",
      e: openEvent >= 0 ? drawn.payload.text(openEvent)?.id : "",
      // Where the texts lie beside the page the number spares reading all of them for an identifier.
      n: openEvent >= 0 && payload.beside ? String(openEvent) : "",
    });
  }
  let timer = 0;
  function remember() {
    clearTimeout(timer);
    timer = setTimeout(() => rememberView(address()), 300);
  }

  const fieldBits = (/** @type {any[]} */ terms) =>
    header.fields.map((field, i) => (terms[i] === null ? OTHER_BIT : field.terms.slice(0, OTHER_BIT).indexOf(terms[i] || "")));

  async function restore() {
    const view = readView();
    const [from, to] = (view.d ?? "").split("_").map(dayOfIso);
    const keys = header.sides.map((side) => side.key);
    const slots = readList(view.off).map((one) => (one === null ? keys.length : keys.indexOf(one))).filter((slot) => slot >= 0);
    const bit = (/** @type {string[]} */ names, /** @type {string | undefined} */ one) => (one === "*" ? 31 : names.indexOf(one ?? ""));
    const [first, last] = [Math.max(from, state.first), Math.min(to, state.last)];
    const dated = first <= last ? { from: first, to: last } : { from: state.first, to: state.last };
    state.set({
      ...dated, off: new Set(slots), sector: bit(header.sectors, view.sector), means: bit(header.means, view.means),
      precision: header.precisions.indexOf(view.precision ?? ""),
      fields: fieldBits(readList(view.f)),
    });
    await controls?.setQuery(view.q ?? "");
    const [lat, lng, zoom] = (view.v ?? "").split(",").map(Number);
    if (view.v && [lat, lng, zoom].every(Number.isFinite)) {
      touch();
      map.setView([lat, lng], zoom, { animate: false });
    }
    if (view.e) {
      const event = await findEvent(payload, view.e, Number(view.n ?? -1));
      if (event >= 0) await card.open([event], container, "", undefined, markOf(event));
    }
  }

  /** @param {number} event */
  function markOf(event) {
    const { row_place: rowPlace, place_lat: lat, place_lon: lon } = payload.columns;
    const first = state.rows.subarray(state.eventRow[event], state.eventRow[event + 1]).find((row) => rowPlace[row] > 0);
    if (first === undefined) return undefined;
    const { x, y } = map.latLngToContainerPoint([lat[rowPlace[first] - 1], lon[rowPlace[first] - 1]]);
    return { x, y, width: 12, height: 12 };
  }
  const restored = location.hash.length > 1;
  if (restored) await restore();
  state.onChange(remember);
  map.on("moveend", remember);
  // Not when a card was closed: the map stays where the reader has moved it.
  addEventListener("hashchange", () => leaving || restore());

  const print = element("canvas", { id: "im-print", "aria-hidden": "true" });
  container.after(print);
  function recolor() {
    layer.recolor();
    timeline?.recolor(readColors(header.sides.length));
    if (matchMedia("print").matches) layer.picture(print);
  }
  addEventListener("beforeprint", () => layer.picture(print));
  for (const query of ["(prefers-color-scheme: dark)", "print", "(forced-colors: active)"]) {
    matchMedia(query).addEventListener("change", recolor);
  }
  let width = innerWidth && container.clientWidth;
  afterResize(container, () => {
    if (container.clientWidth === 0) return;
    // Begun where it had no room (a tab or a cell that was not shown yet), or turned: it is fitted anew while nobody has moved it.
    const unmoved = width === 0 ? !restored : !away(start);
    const refit = container.clientWidth !== width && !touched && unmoved;
    width = container.clientWidth;
    map.invalidateSize({ animate: false });
    if (!refit) return;
    fitFrame(container);
    start = setExtent(map, payload);
  });
  tellHeight();
}

/**
 * @param {import("leaflet").Map} map
 * @param {import("./payload.js").Payload} payload
 * @returns {{ center: import("leaflet").LatLng, zoom: number }} where the map stands now
 */
function setExtent(map, payload) {
  const { basemap, view } = payload.header;
  map.options.zoomSnap = 0.25;
  map.invalidateSize({ animate: false });
  map.setMinZoom(0);
  const home = map.getBoundsZoom(box(view.bounds));
  const least = Math.min(home, map.getBoundsZoom(box(basemap.bounds), true));
  // First of all: a least zoom above the present one would start a move of its own, which ends after this one.
  map.fitBounds(box(view.bounds), { animate: false });
  const room = insetRoom(map, payload);
  if (room > 0) map.fitBounds(box(view.bounds), { animate: false, paddingBottomRight: [room, 0] });
  map.options.imRoom = room;
  map.setMinZoom(Math.min(least, map.getZoom()));
  // The ground is drawn for the first view: far nearer it would pretend to a detail that it does not have.
  map.setMaxZoom(Math.max(home, view.max_zoom));
  map.setMaxBounds(box(basemap.bounds));
  map.options.maxBoundsViscosity = 1;
  return { center: map.getCenter(), zoom: map.getZoom() };
}

/**
 * @param {import("./payload.js").Bounds} bounds
 * @returns {import("leaflet").LatLngBoundsLiteral}
 */
function box([west, south, east, north]) {
  return [[south, west], [north, east]];
}

/**
 * Names of the data's makers in the corner, as text.
 * @param {import("leaflet").Map} map
 * @param {import("./payload.js").Header} header
 * @param {import("./words.js").Words} words
 */
function showAttribution(map, { page }, { say }) {
  map.attributionControl?.remove();
  const corner = map.getContainer().querySelector(".leaflet-bottom.leaflet-right");
  const text = page.tiles ? `${page.tiles.attribution} · ${say("attribution")}` : say("attribution");
  corner?.append(element("p", { class: "leaflet-control leaflet-control-attribution" }, text));
  // Of layers that were added in Python; Leaflet would show a picture that is not there.
  const toggle = map.getContainer().querySelector(".leaflet-control-layers-toggle");
  if (toggle) toggle.textContent = toggle.ariaLabel = say("layers");
  for (const way of ["in", "out"]) {
    const button = map.getContainer().querySelector(`.leaflet-control-zoom-${way}`);
    button?.setAttribute("aria-label", say(`zoom_${way}`));
    button?.setAttribute("title", say(`zoom_${way}`));
  }
}

/** Tell the page that embeds this one how high it is. */
function tellHeight() {
  if (window.parent === window) return;
  let told = 0;
  afterResize(document.body, () => {
    const height = Math.ceil(document.documentElement.getBoundingClientRect().height);
    if (height !== told) window.parent.postMessage({ type: "impactmap:height", height }, "*");
    told = height;
  });
}

window.impactmapMount = mountViewer;
