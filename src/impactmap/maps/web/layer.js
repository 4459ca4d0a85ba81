/** Two canvases in the Leaflet map, the ground and the events, redrawn at most once a frame. */
import {createAreas} from "./areas.js";
import {createDistances} from "./distances.js";
import {createBasemap, readColors} from "./basemap.js";
import {createLabels} from "./labels.js";
import {createMarks} from "./marks.js";
import {element} from "./dom.js";

/** Drawn beyond the view on every side, so that most movements need no drawing. */
const MARGIN = 0.2;

/**
 * @typedef {import("./marks.js").Mark} Mark
 * Draws over the marks of a view and returns what no name may cover; `along` are boxes on computed lines.
 * @typedef {(context: CanvasRenderingContext2D, marks: Mark[], frame: import("./geometry.js").Frame, view: import("./labels.js").Box,
 *   colors: import("./basemap.js").Colors, along: import("./labels.js").Box[], paper: boolean) => import("./labels.js").Box[]} Overlay
 *
 * @typedef {object} Layer
 * @property {(at: {x: number, y: number}) => Mark | null} hit what is at a point of the map's container
 * @property {() => Mark[]} inView marks in view, areas first, then from west to east
 * @property {(mark: Mark) => {x: number, y: number}} position of a mark in the map's container
 * @property {(key: string | null) => void} setHover
 * @property {(key: string | null) => void} setFocus
 * @property {() => Mark | null} focused the mark that keys have stepped to
 * @property {(events: number[]) => void} choose events whose places are marked out: their card is open
 * @property {(mark: Mark) => number[]} eventsOf
 * @property {(mark: Mark) => Mark} settle count a mark's events, where that was put off
 * @property {(mark: Mark) => [number, number]} latLng
 * @property {() => boolean} dense
 * @property {() => number} largest the figure, or the number of reports, of the largest mark
 * @property {() => number} unit area of one report, where their number sizes the marks
 * @property {(listener: () => void) => void} onScale told when that has changed
 * @property {import("./marks.js").Marks} marks
 * @property {(index: import("./marks.js").RowIndex) => void} use draw the rows of another index in place of these
 * @property {() => void} recolor after a change of the reader's scheme
 * @property {(draw: import("./basemap.js").Painter) => void} addUnderlay let an optional part draw below the reports
 * @property {(draw: Overlay) => void} addOverlay let an optional part draw over the marks, before any name
 * @property {(context: CanvasRenderingContext2D, frame: import("./geometry.js").Frame) => void} paintUnder what parts draw below the reports
 * @property {(shown: boolean) => void} setInset whether a small map in a corner shows what lies far out
 * @property {(count: number) => void} raise tell the largest number of reports of a mark elsewhere on the page, which sizes the marks, too
 * @property {(row: number) => boolean} shows whether the small map in the corner shows a row now
 * @property {(canvas: HTMLCanvasElement) => void} picture draw the view as one picture, for print
 * @property {(context: CanvasRenderingContext2D) => void} paper draw the view into a picture
 * @property {() => {width: number, height: number}} size of the view
 */

/**
 * @param {import("leaflet").Map} map
 * @param {import("./payload.js").Payload} payload
 * @param {import("./state.js").State} state
 * @param {import("./words.js").Words} words
 * @returns {Layer}
 */
export function createLayer(map, payload, state, words) {
  const { header } = payload;
  const tiles = header.page.tiles !== null;
  const drawGround = createBasemap(header.basemap, tiles);
  const marks = createMarks(payload, state, words);
  const distances = createDistances(payload, state, marks.rowsOf);
  const drawAreas = createAreas(payload, state, marks);
  const drawLabels = createLabels(payload, state, marks, words);
  let colors = readColors(header.sides.length);
  const ground = addCanvas("impactmap-ground", tiles ? "250" : "150");
  const events = addCanvas("impactmap-events", "450");
  /** @type {import("./geometry.js").Frame} */
  let frame = { scale: 1, left: 0, top: 0, width: 0, height: 0, zoom: 0 };
  /** @type {import("./marks.js").Scene} */
  let scene = marks.gather({ ...frame, width: 0, height: 0 });
  /** @type {(() => void)[]} */
  const scaleListeners = [];
  /** @type {import("./basemap.js").Painter[]} */
  const underlays = [];
  /** @type {Overlay[]} */
  const overlays = [];
  /** @type {string | null} */
  let hover = null;
  /** @type {string | null} */
  let focus = null;
  /** Areas that lay over each other where the reader last pointed. @type {Mark | null} */
  let pile = null;
  let waiting = 0;
  let inset = false;
  let elsewhere = 0;
  /** The view when it was last drawn: on paper the map has no size of its own. */
  let seen = { x: 0, y: 0, width: 0, height: 0 };
  let stale = { ground: true, scene: true };

  /**
   * @param {string} name
   * @param {string} depth
   */
  function addCanvas(name, depth) {
    const pane = map.createPane(name);
    pane.style.zIndex = depth;
    pane.style.pointerEvents = "none";
    const canvas = element("canvas", { class: "leaflet-zoom-animated", "aria-hidden": "true" });
    pane.append(canvas);
    return canvas;
  }

  /** Where the view lies in the frame, in canvas pixels. */
  function view() {
    const size = map.getSize();
    const at = map.containerPointToLayerPoint([0, 0]).add(map.getPixelOrigin());
    return { x: at.x - frame.left, y: at.y - frame.top, width: size.x, height: size.y };
  }

  /** Put the frame around the present view. */
  function reframe() {
    const size = map.getSize();
    const margin = size.multiplyBy(MARGIN).round();
    const corner = map.containerPointToLayerPoint(margin.multiplyBy(-1)).round();
    const origin = map.getPixelOrigin().add(corner);
    const zoom = map.getZoom();
    frame = {
      scale: 256 * 2 ** zoom, zoom, left: origin.x, top: origin.y,
      width: size.x + 2 * margin.x, height: size.y + 2 * margin.y,
    };
    const ratio = Math.min(2, devicePixelRatio || 1);
    for (const canvas of [ground, events]) {
      const [width, height] = [Math.round(frame.width * ratio), Math.round(frame.height * ratio)];
      if (canvas.width !== width || canvas.height !== height) {
        canvas.width = width;
        canvas.height = height;
        canvas.style.width = `${frame.width}px`;
        canvas.style.height = `${frame.height}px`;
      }
      move(canvas, corner.x, corner.y, 1);
    }
  }

  /**
   * @param {HTMLElement} canvas
   * @param {number} x
   * @param {number} y
   * @param {number} scale
   */
  function move(canvas, x, y, scale) {
    canvas.style.transform = `translate3d(${x}px,${y}px,0)${scale === 1 ? "" : ` scale(${scale})`}`;
  }

  /** @param {HTMLCanvasElement} canvas */
  function cleared(canvas) {
    const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
    const ratio = canvas.width / frame.width;
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, frame.width, frame.height);
    return context;
  }

  function draw() {
    waiting = 0;
    if (map.getSize().x === 0) return;
    if (stale.ground) {
      reframe();
      drawGround(cleared(ground), frame, colors);
    }
    const before = `${scene.largest} ${scene.unit}`;
    if (stale.ground || stale.scene) scene = marks.gather(frame, undefined, elsewhere);
    if (`${scene.largest} ${scene.unit}` !== before) scaleListeners.forEach((tell) => tell());
    stale = { ground: false, scene: false };
    const context = cleared(events);
    seen = view();
    drawScene(context, scene, frame, seen);
    for (const [key, color, width] of /** @type {[string | null, string, number][]} */ ([
      [hover, colors.text, 1.5], [focus, colors.focus, 3],
    ])) {
      const sought = key === null ? undefined : candidates(key).find((one) => one.key === key);
      const mark = sought ?? (pile?.key === key ? pile : null);
      if (mark) ring(context, mark, color, width);
    }
  }

  /** @param {string} key of a mark that is sought */
  function candidates(key) {
    return scene.dense && key.startsWith("block") ? marks.blocksIn(scene, frame, seen) : scene.marks;
  }

  /**
   * @param {CanvasRenderingContext2D} context
   * @param {import("./marks.js").Scene} what
   * @param {import("./geometry.js").Frame} where
   * @param {import("./labels.js").Box} shown
   * @param {boolean} [paper]
   */
  function drawScene(context, what, where, shown, paper = false) {
    context.named?.("layers");
    for (const paint of underlays) paint(context, where, colors);
    distances.drawBands(context, where, colors);
    context.named?.("areas");
    drawAreas(context, what.marks.filter(({ kind }) => kind === "area"), where, colors);
    context.named?.("distances");
    distances.draw(context, where, colors);
    context.named?.("marks");
    if (what.dense) marks.drawMany(context, what, colors);
    else {
      const points = what.marks.filter(({ kind, radius }) => kind === "point" || radius > 0);
      points.sort((a, b) => b.halfHeight - a.halfHeight || a.y - b.y);
      for (const mark of points) marks.drawMark(context, mark, colors);
    }
    const lines = distances.labels(where, shown);
    const along = overlays.length > 0 ? lines.flatMap((line) => line.along) : [];
    /** @type {import("./labels.js").Box[]} */
    const above = [];
    context.named?.("callouts");
    for (const draw of overlays) above.push(...draw(context, what.marks, where, shown, colors, [...along, ...above], paper));
    context.named?.("labels");
    drawLabels(context, what, where, colors, shown, lines, above);
  }

  /**
   * Draw the view as it is seen, for a picture of it.
   * @param {CanvasRenderingContext2D} context
   */
  function paper(context) {
    const { x, y, width, height } = seen;
    const where = { ...frame, left: frame.left + x, top: frame.top + y, width, height };
    context.named?.("ground");
    drawGround(context, where, colors);
    drawScene(context, marks.gather(where, undefined, elsewhere), where, { x: 0, y: 0, width, height }, true);
    ask({ scene: true });
  }

  /**
   * The view as one picture, for print: a Leaflet map does not survive a change of the page's width.
   * @param {HTMLCanvasElement} canvas
   */
  function picture(canvas) {
    [canvas.width, canvas.height] = [2 * seen.width, 2 * seen.height];
    const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
    context.scale(2, 2);
    paper(context);
  }

  /**
   * @param {CanvasRenderingContext2D} context
   * @param {Mark} mark
   * @param {string} color
   * @param {number} width
   */
  function ring(context, mark, color, width) {
    const path = new Path2D();
    if (mark.kind === "area") for (const area of mark.members) path.addPath(marks.areaPath(area, frame));
    if (mark.kind !== "area") {
      const [w, h] = [mark.halfWidth + 3 + width / 2, mark.halfHeight + 3 + width / 2];
      path.roundRect(mark.x - w, mark.y - h, 2 * w, 2 * h, mark.kind === "block" ? 2 : Math.min(w, h));
    }
    context.strokeStyle = colors.halo;
    context.lineWidth = width + 2;
    context.stroke(path);
    context.strokeStyle = color;
    context.lineWidth = width;
    context.stroke(path);
  }

  /** @param {Partial<typeof stale>} changed */
  function ask(changed) {
    stale = { ground: stale.ground || !!changed.ground, scene: stale.scene || !!changed.scene };
    waiting ||= requestAnimationFrame(draw);
  }

  /** Scale the canvases with the map until it rests. */
  function follow(/** @type {import("leaflet").LatLng} */ center, /** @type {number} */ zoom) {
    const scale = map.getZoomScale(zoom, frame.zoom);
    const origin = /** @type {any} */ (map)._getNewPixelOrigin(center, zoom);
    for (const canvas of [ground, events]) {
      move(canvas, frame.left * scale - origin.x, frame.top * scale - origin.y, scale);
    }
  }

  map.on("zoomanim", (event) => follow(event.center, event.zoom));
  map.on("zoom", () => follow(map.getCenter(), map.getZoom()));
  map.on("viewreset zoomend resize", () => ask({ ground: true }));
  // A movement inside the margin shows what is drawn already; the frame is put right when the hand rests.
  let resting = 0;
  map.on("move", () => {
    const { x, y, width, height } = view();
    const covered = x >= 0 && y >= 0 && x + width <= frame.width && y + height <= frame.height;
    if (map.getZoom() === frame.zoom && !covered) ask({ ground: true });
    clearTimeout(resting);
    resting = setTimeout(() => ask({ ground: true }), 150);
  });
  state.onChange(() => ask({ scene: true }));
  ask({ ground: true });

  /** @param {{x: number, y: number}} at */
  function hit(at) {
    const { x: left, y: top } = view();
    const [x, y] = [at.x + left, at.y + top];
    let best = null;
    let nearest = Infinity;
    for (const mark of scene.marks) {
      if (mark.kind === "area") continue;
      const reach = 4;
      const away = Math.hypot(mark.x - x, mark.y - y);
      const inside =
        Math.abs(mark.x - x) <= Math.max(mark.halfWidth + reach, 12) &&
        Math.abs(mark.y - y) <= Math.max(mark.halfHeight + reach, 12);
      if (inside && away < nearest) [best, nearest] = [mark, away];
    }
    if (!best && scene.dense) best = marks.blockAt(scene, frame, x, y);
    if (best) return marks.settle(best);
    const context = /** @type {CanvasRenderingContext2D} */ (events.getContext("2d"));
    const ratio = events.width / frame.width;
    const areas = scene.marks.filter(({ kind }) => kind === "area").reverse();
    const within = (/** @type {Mark} */ mark) =>
      context.isPointInPath(marks.areaPath(mark.members[0], frame), x * ratio, y * ratio, "evenodd");
    pile = marks.together(areas.filter(within));
    return pile;
  }

  return {
    hit,
    inView() {
      const box = view();
      const { x, y, width, height } = box;
      const all = scene.dense ? scene.marks.concat(marks.blocksIn(scene, frame, box)) : scene.marks;
      return all.filter((mark) => mark.x >= x && mark.y >= y && mark.x <= x + width && mark.y <= y + height);
    },
    position: (mark) => ({ x: mark.x - view().x, y: mark.y - view().y }),
    setHover(key) {
      if (key !== hover) ask({});
      hover = key;
    },
    setFocus(key) {
      if (key !== focus) ask({});
      focus = key;
    },
    focused: () => (focus === null ? null : candidates(focus).find(({ key }) => key === focus) ?? null),
    choose(events) {
      distances.choose(events);
      ask({});
    },
    eventsOf: marks.eventsOf,
    settle: marks.settle,
    latLng(mark) {
      const { lat, lng } = map.unproject([mark.x + frame.left, mark.y + frame.top], frame.zoom);
      return [lat, lng];
    },
    dense: () => scene.dense,
    largest: () => scene.largest,
    unit: () => scene.unit,
    onScale: (listener) => scaleListeners.push(listener),
    marks,
    use(index) {
      marks.use(index);
      [hover, focus, pile] = [null, null, null];
      ask({ scene: true });
    },
    recolor() {
      colors = readColors(header.sides.length);
      ask({ ground: true });
    },
    addUnderlay(draw) {
      underlays.push(draw);
      ask({});
    },
    paintUnder(context, where) {
      for (const paint of underlays) paint(context, where, colors);
    },
    setInset(shown) {
      inset = shown;
    },
    raise(count) {
      if (count === elsewhere) return;
      elsewhere = count;
      ask({ scene: true });
    },
    shows: (row) => inset && payload.columns.row_inset?.[row] === 1,
    addOverlay(draw) {
      overlays.push(draw);
      ask({});
    },
    paper,
    picture,
    size: () => ({ width: seen.width, height: seen.height }),
  };
}
