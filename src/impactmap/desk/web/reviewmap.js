/** The map of one doubtful place: ground, candidates, and a pin that can be dragged or moved by keys. */
import {createBasemap, readColors} from "./basemap.js";
import {element} from "./dom.js";
import {traceLine, unpackLine, worldX, worldY} from "./geometry.js";
import {say} from "./words.js";

/**
 * @typedef {{latitude: number, longitude: number}} Position
 * @typedef {{id: string, label: string, name: string, latitude: number, longitude: number}} Spot
 */

const TILE = 256;
const [LEAST_ZOOM, MOST_ZOOM] = [1, 13];
/** A pin's step: about a kilometre, as fine as a decision is kept. */
const STEP = 0.01;
const FAMILY = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', sans-serif";

/** @param {number} x */
const longitudeOf = (x) => x * 360 - 180;
/** @param {number} y */
const latitudeOf = (y) => (Math.atan(Math.sinh(Math.PI * (1 - 2 * y))) * 180) / Math.PI;
/** @param {number} value */
const rounded = (value) => Math.round(value / STEP) * STEP;

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
  const canvas = element("canvas", { "aria-hidden": "true" });
  const keys = element("p", { id: "rv-map-keys", class: "im-hidden-visually" },
    say("rmap.keys"));
  const view = element("div", {
    id: "rv-view", tabindex: "0", role: "application", "aria-label": say("rmap.label"), "aria-describedby": keys.id,
  }, canvas);
  const pin = element("button", { type: "button", id: "rv-pin", hidden: true });
  view.append(pin);
  const tool = (/** @type {string} */ text, /** @type {string} */ label, /** @type {() => void} */ act) =>
    element("button", { type: "button", "aria-label": label, title: label, click: act }, text);
  const tools = element("div", { class: "rv-tools" },
    tool("+", say("rmap.in"), () => zoomBy(1)),
    tool("−", say("rmap.out"), () => zoomBy(-1)),
    tool(say("rmap.all"), say("rmap.all_label"), () => fit()),
    tool(say("rmap.near"), say("rmap.near_label"), () => zoomToChosen()));
  const middle = element("button", { type: "button", id: "rv-pin-here", click: () => pinInTheMiddle() }, say("rmap.middle"));
  const hint = element("p", { class: "im-hint", "aria-hidden": "true", hidden: true });
  view.append(tools, hint);
  root.append(view, keys, element("div", { class: "im-row rv-below" }, middle,
    element("p", { class: "im-quiet" }, say("rmap.drag"))));

  let [x, y, zoom] = [0.5, 0.5, 3];
  /** @type {Spot[]} */
  let spots = [];
  /** @type {Map<string, HTMLButtonElement>} */
  let marks = new Map();
  /** @type {Position | null} */
  let pinned = null;
  let chosen = "";
  let radius = 0;
  /** Where to look when there is no candidate: west, south, east, north. */
  let home = [-12, 34, 60, 70];
  /** @type {import("./geometry.js").Line[]} */
  let outline = [];
  /** @type {{paint: import("./basemap.js").Painter, data: any, zoom: number} | null} */
  let drawn = null;
  let colors = readColors(0);
  let waiting = 0;
  let asked = 0;
  let frameAsked = false;

  const size = () => ({ width: view.clientWidth, height: view.clientHeight });
  const scale = () => TILE * 2 ** zoom;
  const toView = (/** @type {Position} */ { latitude, longitude }) => ({
    left: (worldX(longitude) - x) * scale() + size().width / 2,
    top: (worldY(latitude) - y) * scale() + size().height / 2,
  });
  const fromView = (/** @type {number} */ left, /** @type {number} */ top) => ({
    latitude: latitudeOf(y + (top - size().height / 2) / scale()),
    longitude: longitudeOf(x + (left - size().width / 2) / scale()),
  });

  function refresh() {
    if (frameAsked) return;
    frameAsked = true;
    requestAnimationFrame(() => {
      frameAsked = false;
      draw();
    });
    clearTimeout(waiting);
    waiting = setTimeout(fetchGround, drawn ? 180 : 0);
  }

  function bounds() {
    const { width, height } = size();
    const [upper, lower] = [fromView(0, 0), fromView(width, height)];
    return [upper.longitude, lower.latitude, lower.longitude, upper.latitude];
  }

  async function fetchGround() {
    const { width } = size();
    if (!width) return;
    const [west, south, east, north] = bounds();
    if (drawn) {
      const [w, s, e, n] = drawn.data.bounds;
      const inside = west >= w && east <= e && south >= s && north <= n;
      const whole = w <= -179.9 && e >= 179.9;
      if ((inside || whole) && Math.abs(zoom - drawn.zoom) < 1.5) return;
    }
    const [across, up] = [(east - west) * 0.5, (north - south) * 0.5];
    const wanted = [
      Math.max(-180, west - across), Math.max(-85, south - up), Math.min(180, east + across), Math.min(85, north + up),
    ];
    if (!(wanted[0] < wanted[2] && wanted[1] < wanted[3])) return;
    const number = ++asked;
    const at = zoom;
    const data = await ground(wanted, width * 2);
    if (number !== asked) return;
    drawn = { paint: createBasemap(data, false), data, zoom: at };
    draw();
    root.dataset.ready = "true";
  }

  function draw() {
    const { width, height } = size();
    if (!width) return;
    const ratio = Math.min(2, devicePixelRatio || 1);
    if (canvas.width !== Math.round(width * ratio) || canvas.height !== Math.round(height * ratio)) {
      canvas.width = Math.round(width * ratio);
      canvas.height = Math.round(height * ratio);
    }
    const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    const frame = { scale: scale(), left: x * scale() - width / 2, top: y * scale() - height / 2, width, height, zoom };
    context.fillStyle = colors.water;
    context.fillRect(0, 0, width, height);
    drawn?.paint(context, frame, colors);
    drawOutline(context, frame);
    drawCircle(context);
    if (drawn) drawLabels(context, drawn.data.labels, width, height);
    drawScaleBar(context, height);
    placeMarks(width, height);
  }

  /**
   * @param {CanvasRenderingContext2D} context
   * @param {import("./geometry.js").Frame} frame
   */
  function drawOutline(context, frame) {
    if (outline.length === 0) return;
    context.beginPath();
    for (const line of outline) traceLine(context, line, frame, true);
    context.save();
    context.globalAlpha = 0.12;
    context.fillStyle = colors.text;
    context.fill("evenodd");
    context.restore();
    context.strokeStyle = colors.text;
    context.lineWidth = 1.5;
    context.setLineDash([5, 4]);
    context.stroke();
    context.setLineDash([]);
  }

  /** @param {CanvasRenderingContext2D} context */
  function drawCircle(context) {
    if (!pinned || !radius) return;
    const { left, top } = toView(pinned);
    const pixels = radius / kilometresOfPixel(pinned.latitude);
    context.beginPath();
    context.arc(left, top, pixels, 0, 2 * Math.PI);
    context.save();
    context.globalAlpha = 0.12;
    context.fillStyle = colors.text;
    context.fill();
    context.restore();
    context.strokeStyle = colors.text;
    context.lineWidth = 1.5;
    context.stroke();
  }

  /** @param {number} latitude */
  function kilometresOfPixel(latitude) {
    return (40075 * Math.cos((latitude * Math.PI) / 180)) / scale();
  }

  /**
   * @param {CanvasRenderingContext2D} context
   * @param {{name: string, lat: number, lon: number, kind?: string}[]} labels
   * @param {number} width
   * @param {number} height
   */
  function drawLabels(context, labels, width, height) {
    /** @type {number[][]} */
    const taken = [[0, 0, 64, 160], [0, height - 30, 160, 30]];
    for (const spot of spots) {
      const { left, top } = toView(spot);
      taken.push([left - 14, top - 14, 28, 28]);
    }
    context.textBaseline = "middle";
    context.lineJoin = "round";
    for (const { name, lat, lon, kind } of labels) {
      const { left, top } = toView({ latitude: lat, longitude: lon });
      const country = kind === "country";
      context.font = country ? `600 13px ${FAMILY}` : `400 12px ${FAMILY}`;
      const long = context.measureText(name).width;
      const box = [country ? left - long / 2 : left + 5, top - 8, long, 16];
      if (box[0] < 2 || box[0] + long > width - 2 || box[1] < 2 || box[1] + 16 > height - 2) continue;
      if (taken.some((other) => box[0] < other[0] + other[2] && other[0] < box[0] + box[2] && box[1] < other[1] + other[3] && other[1] < box[1] + box[3])) continue;
      taken.push(box);
      context.strokeStyle = colors.halo;
      context.lineWidth = 3;
      context.strokeText(name, box[0], top);
      context.fillStyle = colors["text-muted"];
      context.fillText(name, box[0], top);
      if (country) continue;
      context.beginPath();
      context.arc(left, top, 2, 0, 2 * Math.PI);
      context.fill();
    }
  }

  /**
   * @param {CanvasRenderingContext2D} context
   * @param {number} height
   */
  function drawScaleBar(context, height) {
    const pixel = kilometresOfPixel(latitudeOf(y));
    const most = pixel * 110;
    const power = 10 ** Math.floor(Math.log10(most));
    const length = [5, 2, 1].map((n) => n * power).find((n) => n <= most) ?? power;
    context.strokeStyle = context.fillStyle = colors.text;
    context.lineWidth = 1.5;
    context.beginPath();
    context.moveTo(10, height - 16);
    context.lineTo(10, height - 10);
    context.lineTo(10 + length / pixel, height - 10);
    context.lineTo(10 + length / pixel, height - 16);
    context.stroke();
    context.font = `400 12px ${FAMILY}`;
    context.textBaseline = "middle";
    context.fillText(`${length} km`, 16 + length / pixel, height - 12);
  }

  /**
   * @param {number} width
   * @param {number} height
   */
  function placeMarks(width, height) {
    const put = (/** @type {HTMLElement} */ mark, /** @type {Position} */ at) => {
      const { left, top } = toView(at);
      const seen = left > -20 && left < width + 20 && top > -20 && top < height + 20;
      mark.style.visibility = seen ? "visible" : "hidden";
      mark.style.transform = `translate(${left.toFixed(1)}px,${top.toFixed(1)}px)`;
    };
    for (const spot of spots) {
      const mark = marks.get(spot.id);
      if (mark) put(mark, spot);
    }
    pin.hidden = pinned === null;
    if (!pinned) return;
    put(pin, pinned);
    pin.setAttribute("aria-label", say("rmap.pin_keys", { at: positionText(pinned) }));
  }

  /**
   * @param {number} by
   * @param {{left: number, top: number}} [about]
   */
  function zoomBy(by, about) {
    const before = about && fromView(about.left, about.top);
    zoom = Math.max(LEAST_ZOOM, Math.min(MOST_ZOOM, zoom + by));
    if (about && before) {
      x = worldX(before.longitude) - (about.left - size().width / 2) / scale();
      y = worldY(before.latitude) - (about.top - size().height / 2) / scale();
    }
    settle();
  }

  function settle() {
    x = Math.max(0, Math.min(1, x));
    y = Math.max(0.02, Math.min(0.98, y));
    refresh();
  }

  function fit() {
    const corners = [{ longitude: home[0], latitude: home[1] }, { longitude: home[2], latitude: home[3] }];
    const all = spots.length > 0 ? (pinned ? [...spots, pinned] : spots) : pinned ? [pinned] : corners;
    const { width, height } = size();
    if (!width) return;
    const xs = all.map(({ longitude }) => worldX(longitude));
    const ys = all.map(({ latitude }) => worldY(latitude));
    const [left, right, top, bottom] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
    [x, y] = [(left + right) / 2, (top + bottom) / 2];
    const least = 1.2 / 360;
    const room = Math.min((width - 90) / Math.max(right - left, least), (height - 90) / Math.max(bottom - top, least));
    zoom = Math.max(LEAST_ZOOM, Math.min(10, Math.log2(room / TILE)));
    settle();
  }

  const chosenSpot = () => (chosen === "pin" ? pinned : spots.find(({ id }) => id === chosen) ?? null);

  function zoomToChosen() {
    const at = chosenSpot();
    if (!at) return;
    [x, y, zoom] = [worldX(at.longitude), worldY(at.latitude), Math.max(zoom, 9)];
    settle();
  }

  /**
   * @param {Position} at
   * @param {boolean} [tell]
   */
  function movePin(at, tell = true) {
    pinned = {
      latitude: Number(Math.max(-85, Math.min(85, rounded(at.latitude))).toFixed(2)),
      longitude: Number(Math.max(-180, Math.min(180, rounded(at.longitude))).toFixed(2)),
    };
    refresh();
    if (tell) moved(pinned);
  }

  function pinInTheMiddle() {
    movePin({ latitude: latitudeOf(y), longitude: longitudeOf(x) });
    draw();
    pin.focus();
    announce(say("rmap.pin_set", { at: positionText(/** @type {Position} */ (pinned)) }));
  }

  view.addEventListener("keydown", (event) => {
    if (event.target !== view || event.ctrlKey || event.metaKey || event.altKey) return;
    const step = 60 / scale();
    /** @type {Record<string, () => void>} */
    const acts = {
      ArrowLeft: () => (x -= step), ArrowRight: () => (x += step), ArrowUp: () => (y -= step), ArrowDown: () => (y += step),
      "+": () => zoomBy(1), "=": () => zoomBy(1), "-": () => zoomBy(-1), 0: fit, Enter: pinInTheMiddle,
    };
    const act = acts[event.key];
    if (!act) return;
    event.preventDefault();
    act();
    settle();
  });
  pin.addEventListener("keydown", (event) => {
    const step = event.shiftKey ? 10 * STEP : STEP;
    /** @type {Record<string, number[]>} */
    const ways = { ArrowLeft: [0, -step], ArrowRight: [0, step], ArrowUp: [step, 0], ArrowDown: [-step, 0] };
    const way = ways[event.key];
    if (!way || !pinned || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    movePin({ latitude: pinned.latitude + way[0], longitude: pinned.longitude + way[1] });
    const { left, top } = toView(pinned);
    const { width, height } = size();
    if (left < 20 || left > width - 20 || top < 20 || top > height - 20) [x, y] = [worldX(pinned.longitude), worldY(pinned.latitude)];
    settle();
    announce(positionText(pinned));
  });

  /** @type {Map<number, {left: number, top: number}>} */
  const pointers = new Map();
  let dragging = false;
  let held = { left: 0, top: 0 }; // from where the pin was taken hold of to its tip
  let movedFar = false;
  const where = (/** @type {PointerEvent | WheelEvent | MouseEvent} */ event) => {
    const box = view.getBoundingClientRect();
    return { left: event.clientX - box.left, top: event.clientY - box.top };
  };
  view.addEventListener("pointerdown", (event) => {
    const target = /** @type {HTMLElement} */ (event.target);
    if (event.button !== 0 || (target !== canvas && target !== view && target !== pin)) return;
    dragging = target === pin;
    movedFar = false;
    const at = where(event);
    pointers.set(event.pointerId, at);
    if (dragging && pinned) {
      const tip = toView(pinned);
      held = { left: tip.left - at.left, top: tip.top - at.top };
    }
    // A finger moves the page, two move the map; the pin follows one.
    if (event.pointerType !== "touch" || dragging || pointers.size > 1) view.setPointerCapture(event.pointerId);
  });
  view.addEventListener("pointermove", (event) => {
    const before = pointers.get(event.pointerId);
    if (!before) return;
    const now = where(event);
    if (Math.abs(now.left - before.left) + Math.abs(now.top - before.top) > 2) movedFar = true;
    if (dragging) {
      movePin(fromView(now.left + held.left, now.top + held.top));
    } else if (pointers.size === 2) {
      const other = [...pointers].find(([id]) => id !== event.pointerId)?.[1] ?? now;
      const distance = (/** @type {{left: number, top: number}} */ one) => Math.hypot(one.left - other.left, one.top - other.top) || 1;
      zoomBy(Math.log2(distance(now) / distance(before)), { left: (now.left + other.left) / 2, top: (now.top + other.top) / 2 });
      [x, y] = [x - (now.left - before.left) / 2 / scale(), y - (now.top - before.top) / 2 / scale()];
      settle();
    } else if (event.pointerType !== "touch") {
      [x, y] = [x - (now.left - before.left) / scale(), y - (now.top - before.top) / scale()];
      settle();
    } else {
      tell(say("rmap.fingers"));
    }
    pointers.set(event.pointerId, now);
  });
  const lift = (/** @type {PointerEvent} */ event) => {
    if (!pointers.delete(event.pointerId)) return;
    if (dragging && movedFar && pinned) announce(say("rmap.pin_at", { at: positionText(pinned) }));
    dragging = false;
  };
  view.addEventListener("pointerup", lift);
  view.addEventListener("pointercancel", lift);
  view.addEventListener("dblclick", (event) => {
    if (event.target === canvas) zoomBy(1, where(event));
  });
  view.addEventListener("click", (event) => {
    if (event.target !== canvas || movedFar || chosen !== "pin") return;
    const { left, top } = where(event);
    movePin(fromView(left, top));
  });
  view.addEventListener("wheel", (event) => {
    if (!event.ctrlKey && !event.metaKey) {
      tell("Hold Ctrl to zoom with the wheel.");
      return;
    }
    event.preventDefault();
    zoomBy(-event.deltaY / 200, where(event));
  }, { passive: false });
  let hintTimer = 0;
  /** @param {string} text */
  function tell(text) {
    hint.textContent = text;
    hint.hidden = false;
    clearTimeout(hintTimer);
    hintTimer = setTimeout(() => (hint.hidden = true), 1500);
  }

  new ResizeObserver(() => refresh()).observe(view);
  for (const query of ["(prefers-color-scheme: dark)", "(forced-colors: active)"]) {
    matchMedia(query).addEventListener("change", () => {
      colors = readColors(0);
      refresh();
    });
  }

  return {
    /**
     * @param {Spot[]} shown
     * @param {Position | null} at of the pin
     * @param {number[] | null} bounds where to look when there is no candidate; the last ones when null
     */
    show(shown, at, bounds) {
      for (const mark of marks.values()) mark.remove();
      spots = shown;
      marks = new Map();
      for (const spot of shown) {
        // Only a second way for the mouse: the list beside the map names each candidate, too.
        const mark = element("button", {
          type: "button", class: "rv-mark", tabindex: "-1", "aria-hidden": "true", title: spot.name, click: () => choose(spot.id),
        }, spot.label);
        marks.set(spot.id, mark);
        view.insertBefore(mark, pin);
      }
      pinned = at;
      home = bounds ?? home;
      outline = [];
      radius = 0;
      draw();
      fit();
    },
    fit,
    /** @param {Position | null} at */
    setPin(at) {
      if (at) movePin(at, false);
      else {
        pinned = null;
        refresh();
      }
    },
    pin: () => pinned,
    middle: () => ({ latitude: rounded(latitudeOf(y)), longitude: rounded(longitudeOf(x)) }),
    /** @param {string} id of what is chosen: a candidate, `pin`, or anything else */
    select(id) {
      chosen = id;
      for (const [name, mark] of marks) mark.classList.toggle("rv-chosen", name === id);
      pin.classList.toggle("rv-chosen", id === "pin");
      const at = chosenSpot();
      if (!at) return;
      const { left, top } = toView(at);
      const { width, height } = size();
      if (left > 20 && left < width - 20 && top > 20 && top < height - 20) return;
      [x, y] = [worldX(at.longitude), worldY(at.latitude)];
      settle();
    },
    /** @param {number} kilometres around the pin, 0 for no circle */
    circle(kilometres) {
      radius = kilometres;
      refresh();
    },
    /** @param {number[][]} rings of an area */
    area(rings) {
      outline = rings.map(unpackLine);
      if (outline.length > 0) {
        const [west, east] = [Math.min(...outline.map((one) => one.west)), Math.max(...outline.map((one) => one.east))];
        const [north, south] = [Math.min(...outline.map((one) => one.north)), Math.max(...outline.map((one) => one.south))];
        const { width, height } = size();
        [x, y] = [(west + east) / 2, (north + south) / 2];
        zoom = Math.max(LEAST_ZOOM, Math.min(10, Math.log2(Math.min((width - 60) / (east - west), (height - 60) / (south - north)) / TILE)));
      }
      settle();
    },
  };
}
