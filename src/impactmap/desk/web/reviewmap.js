/** The map of one doubtful place: ground, candidates, and a pin that can be dragged or moved by keys. */
import {element, lessMotion} from "./dom.js";
import {tameGestures} from "./gestures.js";
import {addGround} from "./reviewground.js";
import {say} from "./words.js";

/**
 * @typedef {{latitude: number, longitude: number}} Position
 * @typedef {{id: string, label: string, name: string, latitude: number, longitude: number}} Spot
 */

/** A pin's step: about a kilometre, as fine as a decision is kept. */
const STEP = 0.01;
/** Closer than this nothing more is seen of a candidate. */
const NEAR = 10;
const [NORTH, EAST] = [85, 180];

/** @param {Position} at @returns {[number, number]} */
const latLng = ({ latitude, longitude }) => [latitude, longitude];
/** @param {number} value @param {number} most */
const kept = (value, most) => Number(Math.max(-most, Math.min(most, Math.round(value / STEP) * STEP)).toFixed(2));
/** @param {{lat: number, lng: number}} at @returns {Position} */
const position = ({ lat, lng }) => ({ latitude: kept(lat, NORTH), longitude: kept(lng, EAST) });

/**
 * Undo a ring's differences: integers of degrees x 10,000.
 * @param {number[]} packed
 */
function unpackRing(packed) {
  let [lon, lat] = [0, 0];
  return Array.from({ length: packed.length / 2 }, (_, i) => {
    lon += packed[2 * i];
    lat += packed[2 * i + 1];
    return /** @type {[number, number]} */ ([lat / 1e4, lon / 1e4]);
  });
}

/** @param {Position} at */
export function positionText({ latitude, longitude }) {
  const part = (/** @type {number} */ value, /** @type {string} */ plus, /** @type {string} */ minus) =>
    `${Math.abs(value).toFixed(2)}° ${value < 0 ? minus : plus}`;
  return `${part(latitude, "N", "S")}, ${part(longitude, "E", "W")}`;
}

/**
 * @param {HTMLElement} root
 * @param {{ground: (bounds: number[], width: number) => Promise<any>, choose: (id: string) => void,
 *   moved: (at: Position) => void, announce: (text: string) => void}} page
 */
export function createReviewMap(root, { ground, choose, moved, announce }) {
  const { L } = window;
  const keys = element("p", { id: "rv-map-keys", class: "im-hidden-visually" }, say("rmap.keys"));
  const view = element("div", {
    id: "rv-view", tabindex: "0", role: "application", "aria-label": say("rmap.label"), "aria-describedby": keys.id,
  });
  const middle = element("button", { type: "button", id: "rv-pin-here", click: () => pinInTheMiddle() }, say("rmap.middle"));
  root.append(view, keys, element("div", { class: "im-row rv-below" }, middle,
    element("p", { class: "im-quiet" }, say("rmap.drag"))));

  const map = L.map(view, {
    attributionControl: false, zoomControl: false, zoomAnimation: false, fadeAnimation: false, inertia: !lessMotion(),
    zoomSnap: 0.25, minZoom: 1, maxZoom: 13, maxBounds: [[-NORTH, -EAST], [NORTH, EAST]], maxBoundsViscosity: 1,
    center: [50, 20], zoom: 3,
  });
  L.control.scale({ imperial: false, maxWidth: 110 }).addTo(map);
  const hints = /** @type {Record<string, string>} */ ({ hint_wheel: "rmap.wheel", hint_touch: "rmap.fingers" });
  tameGestures(map, /** @type {any} */ ({ say: (/** @type {string} */ key) => say(hints[key]) }));
  const tool = (/** @type {string} */ text, /** @type {string} */ label, /** @type {() => void} */ act) =>
    element("button", { type: "button", "aria-label": label, title: label, click: act }, text);
  const tools = element("div", { class: "rv-tools" },
    tool("+", say("rmap.in"), () => map.zoomIn(1)),
    tool("−", say("rmap.out"), () => map.zoomOut(1)),
    tool(say("rmap.all"), say("rmap.all_label"), fit),
    tool(say("rmap.near"), say("rmap.near_label"), () => {
      const at = chosenSpot();
      if (at) map.setView(latLng(at), Math.max(map.getZoom(), 9), { animate: false });
    }));
  L.DomEvent.disableClickPropagation(tools);
  view.append(tools);

  /** @type {Spot[]} */
  let spots = [];
  /** @type {Map<string, import("leaflet").Marker>} */
  const marks = new Map();
  let chosen = "";
  /** Where to look when there is no candidate: west, south, east, north. */
  let home = [-12, 34, 60, 70];
  let fitted = false;
  const pin = L.marker([0, 0], {
    draggable: true, autoPan: true, zIndexOffset: 1000, icon: L.divIcon({ className: "rv-pin", html: "", iconSize: [28, 28], iconAnchor: [14, 34] }),
  });
  const outline = L.polygon([], { interactive: false, className: "rv-outline", dashArray: "5 4" }).addTo(map);
  const circle = L.circle([0, 0], { radius: 0, interactive: false, className: "rv-outline" });
  const pinned = () => (map.hasLayer(pin) ? position(pin.getLatLng()) : null);
  const chosenSpot = () => (chosen === "pin" ? pinned() : spots.find(({ id }) => id === chosen) ?? null);
  const floor = addGround(map, ground, () => spots.map(latLng), () => (root.dataset.ready = "true"));

  function fit() {
    const at = pinned();
    const all = at ? [...spots, at] : spots;
    if (!map.getSize().x) return;
    fitted = true;
    const bounds = all.length > 0 ? L.latLngBounds(all.map(latLng)) : L.latLngBounds([home[1], home[0]], [home[3], home[2]]);
    map.fitBounds(bounds, { padding: [45, 45], maxZoom: NEAR, animate: false });
  }

  /** @param {Position} at */
  function see(at) {
    if (!map.getBounds().pad(-0.05).contains(latLng(at))) map.panTo(latLng(at), { animate: false });
  }

  /** @param {Position} at @param {boolean} [tell] */
  function movePin(at, tell = true) {
    pin.setLatLng([kept(at.latitude, NORTH), kept(at.longitude, EAST)]);
    if (!map.hasLayer(pin)) pin.addTo(map);
    pinHasMoved(tell);
  }

  /** @param {boolean} tell */
  function pinHasMoved(tell) {
    const at = /** @type {Position} */ (pinned());
    circle.setLatLng(latLng(at));
    pin.getElement()?.setAttribute("aria-label", say("rmap.pin_keys", { at: positionText(at) }));
    if (tell) moved(at);
  }

  function pinInTheMiddle() {
    movePin(position(map.getCenter()));
    pin.getElement()?.focus();
    announce(say("rmap.pin_set", { at: positionText(/** @type {Position} */ (pinned())) }));
  }

  pin.on("add", () => {
    const head = /** @type {HTMLElement} */ (pin.getElement());
    head.id = "rv-pin";
    head.classList.toggle("rv-chosen", chosen === "pin");
    L.DomEvent.on(head, "keydown", (given) => {
      const event = /** @type {KeyboardEvent} */ (given);
      const step = event.shiftKey ? 10 * STEP : STEP;
      /** @type {Record<string, number[]>} */
      const ways = { ArrowLeft: [0, -step], ArrowRight: [0, step], ArrowUp: [step, 0], ArrowDown: [-step, 0] };
      const way = ways[event.key];
      const at = pinned();
      if (!way || !at || event.ctrlKey || event.metaKey || event.altKey) return;
      L.DomEvent.stop(event);
      movePin({ latitude: at.latitude + way[0], longitude: at.longitude + way[1] });
      see(/** @type {Position} */ (pinned()));
      announce(positionText(/** @type {Position} */ (pinned())));
    });
  });
  pin.on("drag", () => pinHasMoved(true));
  pin.on("dragend", () => {
    movePin(position(pin.getLatLng()));
    announce(say("rmap.pin_at", { at: positionText(/** @type {Position} */ (pinned())) }));
  });
  map.on("click", ({ latlng }) => {
    if (chosen === "pin") movePin(position(latlng));
  });
  view.addEventListener("keydown", (event) => {
    if (event.target !== view || event.ctrlKey || event.metaKey || event.altKey || !["0", "Enter"].includes(event.key)) return;
    event.preventDefault();
    (event.key === "0" ? fit : pinInTheMiddle)();
  });
  new ResizeObserver(() => {
    map.invalidateSize({ pan: false });
    if (!fitted) fit();
    floor.refresh();
  }).observe(view);

  return {
    /**
     * @param {Spot[]} shown
     * @param {Position | null} at of the pin
     * @param {number[] | null} bounds where to look when there is no candidate; the last ones when null
     */
    show(shown, at, bounds) {
      for (const mark of marks.values()) mark.remove();
      marks.clear();
      spots = shown;
      for (const spot of shown) {
        // Only a second way for the mouse: the list beside the map names each candidate, too.
        const icon = L.divIcon({ className: "rv-mark", html: element("span", {}, spot.label), iconSize: [26, 26], iconAnchor: [13, 13] });
        const mark = L.marker(latLng(spot), { icon, keyboard: false, title: spot.name }).addTo(map);
        mark.getElement()?.setAttribute("aria-hidden", "true");
        mark.on("click", () => choose(spot.id));
        marks.set(spot.id, mark);
      }
      home = bounds ?? home;
      outline.setLatLngs([]);
      circle.remove();
      this.setPin(at);
      fitted = false;
      fit();
    },
    fit,
    /** @param {Position | null} at */
    setPin(at) {
      if (at) movePin(at, false);
      else pin.remove();
    },
    pin: pinned,
    middle: () => position(map.getCenter()),
    /** @param {string} id of what is chosen: a candidate, `pin`, or anything else */
    select(id) {
      chosen = id;
      for (const [name, mark] of marks) mark.getElement()?.classList.toggle("rv-chosen", name === id);
      pin.getElement()?.classList.toggle("rv-chosen", id === "pin");
      const at = chosenSpot();
      if (at) see(at);
    },
    /** @param {number} kilometres around the pin, 0 for no circle */
    circle(kilometres) {
      if (!kilometres || !pinned()) return void circle.remove();
      circle.setRadius(1000 * kilometres).setLatLng(pin.getLatLng()).addTo(map);
    },
    /** @param {number[][]} rings of an area */
    area(rings) {
      outline.setLatLngs(rings.map(unpackRing));
      if (rings.length > 0) map.fitBounds(outline.getBounds(), { padding: [30, 30], maxZoom: NEAR, animate: false });
    },
  };
}
