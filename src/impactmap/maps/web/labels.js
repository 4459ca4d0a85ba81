/** Names on the map: none over another, none over a mark. */
import {createNames} from "./names.js";
import {inFrame, unpackLine, worldX, worldY} from "./geometry.js";

/**
 * @typedef {{x: number, y: number, width: number, height: number}} Box from its upper left corner
 * @typedef {{text: string, font: string, color: string, size: number, x: number, y: number, width: number}} Placed x, y: left, middle
 */

/** Square pixels of map for each name of a city that only orients. */
const CITY_ROOM = 22000;
/** And for each name of an area, where there are many. */
const AREA_ROOM = 30000;
const FAMILY = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', sans-serif";

/**
 * @param {import("./payload.js").Payload} payload
 * @param {import("./state.js").State} state
 * @param {import("./marks.js").Marks} marks
 * @param {import("./words.js").Words} words
 */
export function createLabels(payload, state, marks, words) {
  const { header } = payload;
  const names = createNames(payload, state, words, marks);
  const labels = header.basemap.labels
    .map((label) => ({ ...label, kind: label.kind ?? "city", wx: worldX(label.lon), wy: worldY(label.lat) }))
    .sort((a, b) => a.rank - b.rank);
  const cities = labels.filter(({ kind }) => kind === "city");
  const named = labels.filter(({ kind }) => kind !== "city");
  const disputed = header.basemap.borders.flatMap(({ kind, name, lines }) =>
    kind === "disputed" && name ? [{ name, lines: lines.map(unpackLine) }] : [],
  );
  /** @type {Map<string, number>} */
  const widths = new Map();

  /**
   * @param {CanvasRenderingContext2D} context
   * @param {import("./marks.js").Scene} scene
   * @param {import("./geometry.js").Frame} frame
   * @param {import("./basemap.js").Colors} colors
   * @param {Box} view the part of the canvas that the reader sees
   * @param {import("./distances.js").LineLabel[]} lines what computed lines say
   */
  return function drawLabels(context, scene, frame, colors, view, lines) {
    const points = scene.marks.filter(({ kind }) => kind === "point");
    /** @type {Box[]} */
    const taken = points.map(({ x, y, halfWidth, halfHeight }) => ({
      x: x - halfWidth - 1, y: y - halfHeight - 1, width: 2 * halfWidth + 2, height: 2 * halfHeight + 2,
    }));
    // The zoom buttons and the line of sources lie over the map's corners.
    taken.push({ x: view.x, y: view.y, width: 52, height: 84 }, { x: view.x, y: view.y, width: 160, height: 46 });
    const high = view.width < 420 ? 36 : 20;
    taken.push({ x: view.x + view.width - 420, y: view.y + view.height - high, width: 420, height: high });
    /** @type {Placed[]} */
    const placed = [];
    /** Places that are named already. @type {Set<string>} */
    const told = new Set();

    /**
     * @param {string} text
     * @param {number} size
     * @param {string} weight
     * @param {string} color
     * @param {number[][] | import("./distances.js").LineLabel["spots"]} spots x, y of the middle and where the text stands from it: -1 left, 0 centred, 1 right
     * @param {boolean} [must] drawn at the first spot if none is free
     */
    function put(text, size, weight, color, spots, must = false) {
      const font = `${weight} ${size}px ${FAMILY}`;
      const key = font + text;
      let width = widths.get(key);
      if (width === undefined) {
        context.font = font;
        width = context.measureText(text).width;
        widths.set(key, width);
      }
      const list = typeof spots === "function" ? spots(width, size * 1.2) : spots;
      const boxes = list.map(([x, y, side]) => ({
        x: side > 0 ? x : side < 0 ? x - width : x - width / 2, y: y - size * 0.6, width, height: size * 1.2,
      }));
      const box = boxes.find((one) => inside(one, view) && !taken.some((other) => overlap(one, other))) ?? (must ? boxes[0] : null);
      if (!box) return false;
      taken.push(box);
      placed.push({ text, font, color, size, width, x: box.x, y: box.y + size * 0.6 });
      return true;
    }

    /** @param {import("./marks.js").Mark} mark */
    function putName(mark) {
      const { x, y, halfWidth, halfHeight } = mark;
      if (!inside({ x, y, width: 0, height: 0 }, view)) return;
      const { text, leading } = names.short(mark);
      // A mark of a large map whose texts are closed has no name: how many positions it holds orients nobody.
      if (!text) return;
      const [away, over] = [halfWidth + 4, halfHeight + 9];
      if (put(text, 13, "600", colors.text, [[x + away, y, 1], [x - away, y, -1], [x, y - over, 0], [x, y + over, 0]])) told.add(leading);
    }

    /** @param {{name: string, wx: number, wy: number}} city */
    function putCity({ name, wx, wy }) {
      const [x, y] = [wx * frame.scale - frame.left, wy * frame.scale - frame.top];
      const dot = { x: x - 4, y: y - 4, width: 8, height: 8 };
      if (!inside(dot, view) || taken.some((other) => overlap(dot, other))) return false;
      if (told.has(name) || placed.some((other) => other.text === name)) return false;
      if (!put(name, 12, "400", colors["text-muted"], [[x + 5, y, 1], [x - 5, y, -1], [x, y - 11, 0], [x, y + 11, 0]])) return false;
      taken.push(dot);
      context.beginPath();
      context.arc(x, y, 2, 0, 7);
      context.lineWidth = 3;
      context.strokeStyle = colors.halo;
      context.stroke();
      context.fillStyle = colors["text-muted"];
      context.fill();
      return true;
    }

    for (const mark of [...points].sort((a, b) => b.count - a.count)) putName(mark);
    // Few areas are all named; of many the busiest, as far as there is room.
    const areas = scene.marks.filter(({ kind }) => kind === "area").sort((a, b) => b.count - a.count);
    const few = areas.length <= 12;
    let room_ = Math.round((view.width * view.height) / AREA_ROOM);
    for (const mark of areas) {
      const { name } = marks.areas[mark.members[0]];
      if (!name || (!few && room_ <= 0)) continue;
      const text = mark.count > 1 ? `${name} (${words.number(mark.count)})` : name;
      const spots = [0, -16, 16, -32, 32, -48, 48].map((dy) => [mark.x, mark.y + dy, 0]);
      const visible = spots.filter(([x, y]) => inside({ x: x - 30, y, width: 60, height: 1 }, view));
      if (visible.length > 0 && put(text, 13, "600", colors.text, visible, few)) room_--;
    }
    for (const { text, band, spots, along } of lines) {
      put(text, 12, "400", colors[band ? "text-muted" : "text"], spots);
      taken.push(...along);
    }
    for (const { name, kind, wx, wy } of named) {
      const [x, y] = [wx * frame.scale - frame.left, wy * frame.scale - frame.top];
      const spots = [0, -22, 22, -44, 44].map((dy) => [x, y + dy, 0]);
      const color = colors["text-muted"];
      if (kind === "country") put(name, 15, "400", color, spots);
      else put(name, 12, "italic 400", color, spots);
    }
    // The more important first, as many as the view has room for without becoming a gazetteer.
    let room = Math.round((view.width * view.height) / CITY_ROOM);
    for (const city of cities) if (room > 0 && putCity(city)) room--;
    for (const { name, lines } of disputed) {
      for (const line of lines) {
        if (!inFrame(line, frame)) continue;
        const middle = line.points.length >> 2 << 1;
        const [x, y] = [line.points[middle] * frame.scale - frame.left, line.points[middle + 1] * frame.scale - frame.top];
        if (put(name, 12, "italic 400", colors["border-disputed"], [[x + 6, y, 1], [x - 6, y, -1], [x, y - 12, 0], [x, y + 12, 0]])) break;
      }
    }

    context.textAlign = "left";
    context.textBaseline = "middle";
    context.lineJoin = "round";
    for (const { text, font, color, x, y } of placed) {
      context.font = font;
      context.lineWidth = 3.5;
      context.strokeStyle = colors.halo;
      context.strokeText(text, x, y);
      context.fillStyle = color;
      context.fillText(text, x, y);
    }
  };
}

/**
 * @param {Box} a
 * @param {Box} b
 */
function overlap(a, b) {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
}

/**
 * @param {Box} box
 * @param {Box} view
 */
function inside(box, view) {
  return box.x >= view.x && box.y >= view.y && box.x + box.width <= view.x + view.width && box.y + box.height <= view.y + view.height;
}
