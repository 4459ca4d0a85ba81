/** What lies far out: a small map in a corner, as long as the map itself shows nothing of it (`scene/author/inset.py`). */
import {addPart} from "../parts.js";
import {createAreas} from "../areas.js";
import {createBasemap, readColors} from "../basemap.js";
import {createLabels} from "../labels.js";
import {createMarks} from "../marks.js";
import {createDescribe} from "../describe.js";
import {element} from "../dom.js";
import {insetSpot} from "../insetplace.js";
import {worldX, worldY} from "../geometry.js";

addPart(({ map, payload, state, words, layer, card }) => {
  const { header, columns } = payload;
  const { inset } = header;
  const within = columns.row_inset;
  if (!inset || !within) return;
  // Its marks are those of its own rows alone: what the map shows is not here, too.
  const kept = (/** @type {number} */ none) => (/** @type {number} */ value, /** @type {number} */ row) => (within[row] ? value : none);
  const own = {
    ...payload, header: { ...header, basemap: inset.basemap },
    columns: { ...columns, row_place: columns.row_place.map(kept(0)), row_kind: columns.row_kind.map(kept(3)), row_area: columns.row_area.map(kept(-1)) },
  };
  const marks = createMarks(own, state, words);
  const drawGround = createBasemap(inset.basemap, false);
  const drawAreas = createAreas(own, state, marks);
  const drawLabels = createLabels(own, state, marks, words);
  const places = [...new Set(own.columns.row_place)].filter((place) => place > 0).map((place) => place - 1);
  const areas = [...new Set(own.columns.row_area)].filter((area) => area >= 0);

  const [west, south, east, north] = inset.bounds;
  const [left, top, right, bottom] = [worldX(west), worldY(north), worldX(east), worldY(south)];

  const canvas = element("canvas", { "aria-hidden": "true" });
  const describe = createDescribe(own, state, words, marks);
  /** Drawn last: marks and their places in the button. @type {import("../marks.js").Mark[]} */
  let drawn = [];
  const button = element("button", { type: "button", id: "im-inset", hidden: true, click: open }, canvas);
  /** The card of a mark, or by the keyboard of all of them. @param {MouseEvent} event */
  function open(event) {
    const { left: fromX, top: fromY } = button.getBoundingClientRect();
    const [x, y] = [event.clientX - fromX, event.clientY - fromY];
    const away = (/** @type {import("../marks.js").Mark} */ mark) => Math.hypot(mark.x - x, mark.y - y) - mark.halfWidth;
    const near = event.detail > 0 ? drawn.filter((mark) => mark.kind === "point" && away(mark) < 14).sort((a, b) => away(a) - away(b))[0] : undefined;
    const chosen = near ? [near] : drawn;
    const events = [...new Set(chosen.flatMap((mark) => marks.eventsOf(mark)))];
    const { offsetLeft, offsetTop, offsetWidth, offsetHeight } = button;
    const at = { x: offsetLeft + offsetWidth / 2, y: offsetTop + offsetHeight / 2, width: offsetWidth / 2, height: offsetHeight / 2 };
    if (events.length > 0) card.open(events, button, near ? describe.name(near) : words.say("inset_title"), undefined, at);
  }
  map.getContainer().append(button);
  // The map underneath is not meant.
  window.L.DomEvent.disableClickPropagation(button);

  /** Whether the map shows anything of it itself. */
  function seen() {
    const bounds = map.getBounds();
    return places.some((place) => bounds.contains([columns.place_lat[place], columns.place_lon[place]])) ||
      areas.some((area) => bounds.contains([header.areas[area].label[1], header.areas[area].label[0]]));
  }

  /**
   * @param {CanvasRenderingContext2D} context
   * @param {number} width
   * @param {number} height
   */
  function paint(context, width, height) {
    const scale = Math.min(width / (right - left), height / (bottom - top));
    const frame = {
      scale, zoom: Math.log2(scale / 256), width, height,
      left: ((left + right) / 2) * scale - width / 2, top: ((top + bottom) / 2) * scale - height / 2,
    };
    const colors = readColors(header.sides.length);
    const scene = marks.gather(frame, { unit: layer.unit(), largest: layer.largest() });
    context.save();
    context.beginPath();
    context.rect(0, 0, width, height);
    context.clip();
    drawGround(context, frame, colors);
    layer.paintUnder(context, frame);
    drawAreas(context, scene.marks.filter(({ kind }) => kind === "area"), frame, colors);
    if (scene.dense) marks.drawMany(context, scene, colors);
    else for (const mark of scene.marks.filter(({ kind }) => kind === "point")) marks.drawMark(context, mark, colors);
    drawLabels(context, scene, frame, colors, { x: 0, y: 0, width, height }, [], [], [], 0.85);
    context.restore();
    context.strokeStyle = colors["text-muted"];
    context.lineWidth = 1;
    context.strokeRect(0.5, 0.5, width - 1, height - 1);
    return scene;
  }

  layer.addOverlay((context, around, frame, view, colors, along, paper) => {
    const shows = !seen();
    button.hidden = !shows;
    layer.setInset(shows);
    if (!shows) return [];
    const obstacles = around.filter(({ kind }) => kind === "point").map(({ x, y, halfWidth, halfHeight }) => ({ x: x - halfWidth, y: y - halfHeight, width: 2 * halfWidth, height: 2 * halfHeight }));
    const { box } = insetSpot(view, obstacles);
    if (paper) {
      context.save();
      context.translate(box.x, box.y);
      paint(context, box.width, box.height);
      context.restore();
      return [box];
    }
    const ratio = Math.min(2, devicePixelRatio || 1);
    [canvas.width, canvas.height] = [box.width * ratio, box.height * ratio];
    Object.assign(button.style, { left: `${box.x - view.x}px`, top: `${box.y - view.y}px`, width: `${box.width}px`, height: `${box.height}px` });
    const own = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
    own.scale(ratio, ratio);
    const scene = paint(own, box.width, box.height);
    drawn = scene.marks;
    const events = new Set(drawn.flatMap((mark) => marks.eventsOf(mark)));
    button.setAttribute("aria-label", words.say("inset_show", { n: events.size }));
    layer.raise(scene.largest);
    return [box];
  });
});
