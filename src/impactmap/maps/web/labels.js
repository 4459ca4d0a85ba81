/** Names on the map: none over another, none over a mark. */
import {createNames} from "./names.js";
import {textScale, typeFamily} from "./dom.js";
import {inFrame, unpackLine, worldX, worldY} from "./geometry.js";

/**
 * @typedef {{x: number, y: number, width: number, height: number}} Box from its upper left corner
 * @typedef {{text: string, font: string, color: string, size: number, x: number, y: number, width: number}} Placed x, y: left, middle
 */

/** Square pixels of map for each name of a city that only orients. */
const CITY_ROOM = 22000;
/** Areas that are named where they find room, and square pixels of map for each where there are more. */
const NAMED_AREAS = 12;
const AREA_ROOM = 30000;
/** Nearer than this a label seems to be another mark's. */
const NEIGHBOUR = 7;

/**
 * @param {import("./payload.js").Payload} payload
 * @param {import("./state.js").State} state
 * @param {import("./marks.js").Marks} marks
 * @param {import("./words.js").Words} words
 */
export function createLabels(payload, state, marks, words) {
  const { header } = payload;
  const names = createNames(payload, state, words, marks);
  const { first, never } = header.labels ?? { first: [], never: [] };
  const labels = header.basemap.labels
    .map((label) => ({ ...label, kind: label.kind ?? "city", wx: worldX(label.lon), wy: worldY(label.lat) }))
    .sort((a, b) => a.rank - b.rank);
  const cities = labels.filter(({ kind }) => kind === "city");
  const named = labels.filter(({ kind }) => kind !== "city");
  const disputed = header.basemap.borders.flatMap(({ kind, name, lines }) =>
    kind === "disputed" && name ? [{ name, lines: lines.map(unpackLine) }] : [],
  );
  const family = typeFamily();
  /** @type {Map<string, number>} */
  const widths = new Map();

  /**
   * @param {CanvasRenderingContext2D} context
   * @param {import("./marks.js").Scene} scene
   * @param {import("./geometry.js").Frame} frame
   * @param {import("./basemap.js").Colors} colors
   * @param {Box} view the part of the canvas that the reader sees
   * @param {import("./distances.js").LineLabel[]} lines what computed lines say
   * @param {Box[]} above boxes of what lies over the map already
   * @param {Box[]} edges the corners that are taken
   * @param {number} type size of the type, as a part of the usual one
   */
  return function drawLabels(context, scene, frame, colors, view, lines, above, edges = corners(view), type = 1) {
    const marked = header.regions?.how === "marks";
    const points = scene.marks.filter(({ kind }) => kind === "point" || marked);
    /** @type {Box[]} */
    const taken = points.map(({ x, y, reach: [left, right, up, down] }) => ({
      x: x - left - 1, y: y - up - 1, width: left + right + 2, height: up + down + 2,
    }));
    taken.push(...edges, ...above);
    /** @type {Placed[]} */
    const placed = [];
    const larger = textScale() * type;
    /** Places that are named already. @type {Set<string>} */
    const told = new Set();

    /**
     * @param {string} text
     * @param {number} usual its size where the reader wants text no larger than usual
     * @param {string} weight
     * @param {string} color
     * @param {number[][] | import("./distances.js").LineLabel["spots"]} spots x, y of the middle and where the text stands from it: -1 left, 0 centred, 1 right
     * @param {(box: Box) => boolean} [fits]
     */
    function put(text, usual, weight, color, spots, fits = () => true) {
      const size = usual * larger;
      const font = `${weight} ${size}px ${family}`;
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
      const box = boxes.find((one) => inside(one, view) && !taken.some((other) => overlap(one, other)) && fits(one));
      if (!box) return false;
      taken.push(box);
      placed.push({ text, font, color, size, width, x: box.x, y: box.y + size * 0.6 });
      return true;
    }

    /** @param {import("./marks.js").Mark} mark */
    function putName(mark) {
      const { x, y, reach: [toLeft, toRight, up, down] } = mark;
      if (!inside({ x, y, width: 0, height: 0 }, view)) return;
      const area = mark.kind === "area" ? marks.areas[mark.members[0]].name : null;
      const { text, leading } = area === null ? names.short(mark) : { text: area, leading: area };
      const spots = [
        [x + toRight + 3, y, 1], [x - toLeft - 3, y, -1], [x, y - up - 9, 0], [x, y + down + 9, 0],
        [x + 0.8 * toRight + 3, y - 0.6 * up - 8, 1], [x + 0.8 * toRight + 3, y + 0.6 * down + 8, 1],
        [x - 0.8 * toLeft - 3, y - 0.6 * up - 8, -1], [x - 0.8 * toLeft - 3, y + 0.6 * down + 8, -1],
        // Over or under the mark, where something stands right beside it.
        [x + toRight, y - up - 9, -1], [x + toRight, y + down + 9, -1],
      ];
      const number = mark.count > 1 && !marks.numbered(mark) ? words.short(mark.count) : "";
      // A mark of a large map whose texts are closed has no name: how many positions it holds orients nobody.
      if (text && !never.includes(leading) && putBeside(number ? `${text} (${number})` : text, 13, "600", spots, mark)) told.add(leading);
      else if (number) putBeside(number, 12, "400", spots, mark);
    }

    /**
     * What is said of a mark stands nearer to it than to any other.
     * @param {string} text
     * @param {number} size
     * @param {string} weight
     * @param {number[][]} spots
     * @param {import("./marks.js").Mark} mark
     */
    function putBeside(text, size, weight, spots, mark) {
      return put(text, size, weight, colors.text, spots, (box) => !nearMark(box, mark));
    }

    /** @type {(box: Box, own?: import("./marks.js").Mark) => boolean} whether it would seem to be said of a mark at which it does not stand */
    function nearMark(box, own) {
      return points.some((other, i) => other !== own && overlap(grown(box, NEIGHBOUR), taken[i]));
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

    const before = new Set(first.length > 0 ? points.filter((mark) => mark.kind === "point" && first.includes(names.short(mark).leading)) : []);
    for (const mark of [...points].sort((a, b) => Number(before.has(b)) - Number(before.has(a)) || b.count - a.count)) putName(mark);
    // The busiest areas are named, as far as there is room; of more the number is enough.
    const areas = scene.marks.filter(({ kind }) => kind === "area" && !marked).sort((a, b) => b.count - a.count);
    let left = Math.max(NAMED_AREAS, Math.round((view.width * view.height) / AREA_ROOM));
    for (const mark of areas) {
      const { name: known, lines: outlines } = marks.areas[mark.members[0]];
      const name = never.includes(known) ? "" : known;
      const text = mark.count > 1 ? `${name} (${words.number(mark.count)})` : name;
      const [low, high] = [Math.min(...outlines.map(({ north }) => north)), Math.max(...outlines.map(({ south }) => south))];
      const within = (/** @type {number} */ y) => y >= low * frame.scale - frame.top && y <= high * frame.scale - frame.top;
      const spots = [0, -16, 16, -32, 32, -48, 48].map((dy) => [mark.x, mark.y + dy, 0]).filter(([, y]) => within(y));
      if (name && left > 0 && put(text, 13, "600", colors.text, spots, (box) => !nearMark(box))) left--;
      else if (areas.length > NAMED_AREAS && mark.count > 1) {
        put(words.number(mark.count), 12, "400", colors.text, spots.slice(0, 1), (box) => !nearMark(box));
      }
    }
    for (const { text, band, spots, along } of lines) {
      put(text, 12, "400", colors[band ? "text-muted" : "text"], spots);
      taken.push(...along);
    }
    for (const city of cities) if (city.rank < 0) putCity(city);
    for (const { name, kind, wx, wy } of named) {
      const [x, y] = [wx * frame.scale - frame.left, wy * frame.scale - frame.top];
      const spots = [0, -22, 22, -44, 44].map((dy) => [x, y + dy, 0]);
      const color = colors["text-muted"];
      if (kind === "country") put(name, 15, "400", color, spots);
      else put(name, 12, "italic 400", color, spots);
    }
    // The more important first, as many as the view has room for without becoming a gazetteer.
    let room = Math.round((view.width * view.height) / CITY_ROOM);
    for (const city of cities) if (room > 0 && city.rank >= 0 && putCity(city)) room--;
    for (const { name, lines } of disputed) {
      for (const line of lines) {
        if (!inFrame(line, frame)) continue;
        const middle = line.points.length >> 2 << 1;
        const [x, y] = [line.points[middle] * frame.scale - frame.left, line.points[middle + 1] * frame.scale - frame.top];
        if (put(name, 12, "italic 400", colors["border-disputed"], [[x + 6, y, 1], [x - 6, y, -1], [x, y - 12, 0], [x, y + 12, 0]])) break;
      }
    }

    context.textAlign = "left";
    context.direction = document.documentElement.dir === "rtl" ? "rtl" : "ltr";
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
 * The zoom buttons and the line of sources lie over the map's corners.
 * @param {Box} view
 * @returns {Box[]}
 */
export function corners({ x, y, width, height }) {
  const high = width < 420 ? 36 : 20;
  return [{ x, y, width: 52, height: 84 }, { x, y, width: 160, height: 46 }, { x: x + width - 420, y: y + height - high, width: 420, height: high }];
}

/** @type {(box: Box, by: number) => Box} */
const grown = ({ x, y, width, height }, by) => ({ x: x - by, y: y - by, width: width + 2 * by, height: height + 2 * by });

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
