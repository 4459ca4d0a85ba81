/** A map in a notebook's cell: its data come through a port, and what the reader chooses goes back through it. */
import {addPart} from "../parts.js";
import {brought} from "../files.js";
import {element} from "../dom.js";
import {worldX, worldY} from "../geometry.js";

/**
 * @typedef {object} Wanted what the notebook asks for; what is not there stays as it is
 * @property {number[]} [period] first and last day; none for the whole
 * @property {Uint8Array} [picked] a bit for each row; none for no row
 * @property {number[]} [bounds] west, south, east, north; none for the first view
 * @property {Record<string, string>} [colors] by number of the side, from 1
 *
 * @typedef {{data: Uint8Array<ArrayBuffer>, texts: Uint8Array<ArrayBuffer>} & Wanted} First
 */

/** @type {Promise<{first: First, port: MessagePort}>} */
const opening = new Promise((resolve) => {
  /** @param {MessageEvent} event */
  function hear({ data, ports, source }) {
    if (source !== window.parent || data?.type !== "impactmap:cell") return;
    removeEventListener("message", hear);
    resolve({ first: data, port: ports[0] });
  }
  addEventListener("message", hear);
});
/** Files of texts that the notebook was asked for. @type {Map<string, (bytes: Uint8Array<ArrayBuffer>) => void>} */
const asked = new Map();
// A part of a page that is no cell is not there; one that is has nothing else.
brought.blocks = opening.then(({ first }) => ({ "im-data": first.data, "im-texts": first.texts }));
brought.file = async (name) => {
  const { port } = await opening;
  const bytes = await new Promise((resolve) => {
    asked.set(name, resolve);
    port.postMessage({ kind: "texts", name });
  });
  asked.delete(name);
  if (bytes.length === 0) throw new Error(`${name}: the notebook has no kernel to ask`);
  return bytes;
};

/**
 * @param {number} rows
 * @param {(row: number) => boolean} test
 * @returns {Uint8Array} a bit for each row, the first in the lowest
 */
export function packRows(rows, test) {
  const bits = new Uint8Array(Math.ceil(rows / 8));
  for (let row = 0; row < rows; row++) if (test(row)) bits[row >> 3] |= 1 << (row & 7);
  return bits;
}

/**
 * @param {number} x
 * @param {number} y
 * @param {[number, number][]} ring
 */
export function isWithin(x, y, ring) {
  let inside = false;
  for (let i = 0, j = ring.length - 1; i < ring.length; j = i++) {
    const [[ax, ay], [bx, by]] = [ring[i], ring[j]];
    if (ay > y !== by > y && x < ((bx - ax) * (y - ay)) / (by - ay) + ax) inside = !inside;
  }
  return inside;
}

addPart((viewer) => {
  const { map, payload, state, words, layer, announce, recolor } = viewer;
  const { header, columns } = payload;
  const { row_place: rowPlace, row_area: rowArea, place_lat: lat, place_lon: lon } = columns;
  const container = map.getContainer();
  let picked = new Uint8Array(Math.ceil(header.rows / 8));
  let many = 0;
  const isPicked = (/** @type {number} */ row) => ((picked[row >> 3] >> (row & 7)) & 1) === 1;
  /** Places and areas with a picked row. */
  const [places, areas] = [new Uint8Array(lat.length), new Uint8Array(header.areas.length)];

  const lasso = element("button", { type: "button", class: "im-lasso", "aria-pressed": "false", click: () => setLasso(!drawing) }, words.say("cell_lasso"));
  const count = element("span", { class: "im-status", role: "status" });
  const clear = element("button", { type: "button", hidden: true, click: () => pick(() => false) }, words.say("cell_clear"));
  document.getElementById("im-controls")?.append(element("div", { class: "im-row im-picking" }, lasso, clear, count));

  /** @param {Uint8Array} bits */
  function takePicked(bits) {
    picked = new Uint8Array(Math.ceil(header.rows / 8));
    picked.set(bits.subarray(0, picked.length));
    places.fill(0);
    areas.fill(0);
    many = 0;
    for (let row = 0; row < header.rows; row++) {
      if (!isPicked(row)) continue;
      many++;
      if (rowPlace[row] > 0) places[rowPlace[row] - 1] = 1;
      if (rowArea[row] >= 0) areas[rowArea[row]] = 1;
    }
    clear.hidden = many === 0;
    count.textContent = many > 0 ? words.say("cell_picked", { n: many }) : "";
    layer.recolor();
  }

  /** @param {(row: number) => boolean} test */
  async function pick(test) {
    const bits = packRows(header.rows, test);
    takePicked(bits);
    (await opening).port.postMessage({ kind: "picked", picked: many > 0 ? bits : new Uint8Array() });
    if (many > 0) announce(words.say("cell_picked", { n: many }));
  }

  /** @param {import("../marks.js").Mark} mark */
  function rowsOf(mark) {
    if (mark.kind !== "area") return new Set(mark.members.flatMap((place) => [...layer.marks.rowsOf(place)]).filter(state.rowShown));
    const members = new Set(mark.members);
    return new Set([...rowArea.keys()].filter((row) => members.has(rowArea[row]) && state.rowShown(row)));
  }

  map.on("click", ({ containerPoint, originalEvent }) => {
    if (drawing) return;
    const mark = layer.hit(containerPoint);
    const { shiftKey, ctrlKey, metaKey } = originalEvent;
    const more = shiftKey || ctrlKey || metaKey;
    if (!mark) {
      if (!more && many > 0) pick(() => false);
      return;
    }
    const rows = rowsOf(mark);
    const remove = more && [...rows].every(isPicked);
    pick((row) => (rows.has(row) ? !remove : more && isPicked(row)));
  });

  // Those who see no map choose by its list of marks: what Enter opens is picked.
  container.addEventListener("keydown", ({ key, target }) => {
    if (key !== "Enter" || target !== container) return;
    const mark = layer.focused();
    if (!mark) return;
    const rows = rowsOf(mark);
    pick((row) => rows.has(row));
  });

  layer.addOverlay((context, marks, frame, _view, colors) => {
    if (many === 0) return [];
    const path = new Path2D();
    let drawn = false;
    for (const mark of marks) {
      if (mark.kind === "area" && mark.members.some((area) => areas[area])) path.addPath(layer.marks.areaPath(mark.members[0], frame));
      if (mark.kind !== "point") continue;
      drawn = true;
      if (!mark.members.some((place) => places[place])) continue;
      const [w, h] = [mark.halfWidth + 4, mark.halfHeight + 4];
      path.roundRect(mark.x - w, mark.y - h, 2 * w, 2 * h, Math.min(w, h));
    }
    // Where density stands for marks each place is a spot of its own.
    for (let place = 0; place < places.length && !drawn; place++) {
      if (!places[place]) continue;
      const [x, y] = [worldX(lon[place]) * frame.scale - frame.left, worldY(lat[place]) * frame.scale - frame.top];
      if (x < 0 || y < 0 || x > frame.width || y > frame.height) continue;
      path.rect(x - 3, y - 3, 6, 6);
    }
    for (const [color, width] of /** @type {[string, number][]} */ ([[colors.halo, 5], [colors.focus, 2.5]])) {
      context.strokeStyle = color;
      context.lineWidth = width;
      context.stroke(path);
    }
    return [];
  });

  let drawing = false;
  /** @param {boolean} on */
  function setLasso(on) {
    drawing = on;
    lasso.setAttribute("aria-pressed", String(on));
    container.classList.toggle("im-drawing", on);
    if (on) map.dragging.disable();
    else if (!matchMedia("(pointer: coarse)").matches) map.dragging.enable();
  }
  // The click that ends an outline is none on a mark.
  let ended = -Infinity;
  container.addEventListener("click", (event) => performance.now() - ended < 300 && event.stopPropagation(), { capture: true });
  const sheet = element("canvas", { class: "im-outline", "aria-hidden": "true", hidden: true });
  container.append(sheet);
  /** @type {{x: number, y: number}[]} */
  let outline = [];
  container.addEventListener("pointerdown", (event) => {
    if (!drawing || event.button !== 0 || !(event.target instanceof Node) || /** @type {Element} */ (event.target).closest("button, a")) return;
    event.stopPropagation();
    event.preventDefault();
    map.dragging.disable();
    const { x: width, y: height } = map.getSize();
    Object.assign(sheet, { width, height, hidden: false });
    outline = [];
    const at = (/** @type {PointerEvent} */ { clientX, clientY }) => {
      const box = container.getBoundingClientRect();
      return { x: clientX - box.left - container.clientLeft, y: clientY - box.top - container.clientTop };
    };
    const move = (/** @type {PointerEvent} */ moved) => {
      outline.push(at(moved));
      drawOutline();
    };
    const stop = () => {
      removeEventListener("pointermove", move);
      sheet.hidden = true;
      ended = performance.now();
      setLasso(false);
      if (outline.length > 2) takeOutline();
    };
    move(event);
    addEventListener("pointermove", move);
    addEventListener("pointerup", stop, { once: true });
  }, { capture: true });

  function drawOutline() {
    const context = /** @type {CanvasRenderingContext2D} */ (sheet.getContext("2d"));
    const style = getComputedStyle(document.documentElement);
    context.clearRect(0, 0, sheet.width, sheet.height);
    context.beginPath();
    for (const { x, y } of outline) context.lineTo(x, y);
    context.closePath();
    context.strokeStyle = style.getPropertyValue("--im-focus");
    context.lineWidth = 2;
    context.stroke();
    context.globalAlpha = 0.1;
    context.fillStyle = context.strokeStyle;
    context.fill("evenodd");
    context.globalAlpha = 1;
  }

  function takeOutline() {
    const ring = outline.map(({ x, y }) => {
      const { lat: north, lng: east } = map.containerPointToLatLng([x, y]);
      return /** @type {[number, number]} */ ([worldX(east), worldY(north)]);
    });
    const inside = Uint8Array.from(lat, (_, place) => (isWithin(worldX(lon[place]), worldY(lat[place]), ring) ? 1 : 0));
    pick((row) => rowPlace[row] > 0 && inside[rowPlace[row] - 1] === 1 && state.rowShown(row));
  }

  /** @param {Wanted} wanted */
  function obey({ period, picked: bits, bounds, colors }) {
    if (period) state.set(period.length === 2 ? { from: period[0], to: period[1] } : { from: state.first, to: state.last });
    if (bits) takePicked(bits);
    if (bounds) {
      const [west, south, east, north] = bounds.length === 4 ? bounds : header.view.bounds;
      map.fitBounds([[south, west], [north, east]], { animate: false });
    }
    for (const [slot, color] of Object.entries(colors ?? {})) document.documentElement.style.setProperty(`--im-side-${slot}`, color);
    if (colors) recolor();
  }

  opening.then(({ first, port }) => {
    port.onmessage = ({ data }) => (data.kind === "texts" ? asked.get(data.name)?.(data.bytes) : obey(data));
    /** @param {string} kind @param {() => object} what */
    const teller = (kind, what) => {
      let timer = 0;
      return () => {
        clearTimeout(timer);
        timer = setTimeout(() => port.postMessage({ kind, ...what() }), 120);
      };
    };
    const tellPeriod = teller("period", () => ({ period: state.wholePeriod() ? [] : [state.filters.from, state.filters.to] }));
    const tellFilters = teller("filters", () => ({ kept: state.filtered() ? packRows(header.rows, state.rowPasses) : new Uint8Array() }));
    const tellView = teller("view", () => {
      const bounds = map.getBounds();
      return { bounds: [bounds.getWest(), bounds.getSouth(), bounds.getEast(), bounds.getNorth()] };
    });
    state.onChange((filters) => {
      tellPeriod();
      if (filters) tellFilters();
    });
    map.on("moveend", tellView);
    obey({
      period: first.period?.length ? first.period : undefined, picked: first.picked?.length ? first.picked : undefined,
      bounds: first.bounds?.length ? first.bounds : undefined, colors: first.colors,
    });
    tellFilters();
    tellView();
    port.postMessage({ kind: "ready" });
  });
});
