/** Hatched areas: a few each on its own, many as the ground that they cover together. */
import {element} from "./dom.js";

/** Above this many areas in view, outlines and hatching of each would bury the map. */
const FEW_AREAS = 12;
/** Distance of the hatching's lines in pixels: of regions, and of districts, which lie on them. */
const COARSE = 12;
const FINE = 6;

/**
 * @typedef {import("./marks.js").Mark} Mark
 * @param {import("./payload.js").Payload} payload
 * @param {import("./state.js").State} state
 * @param {import("./marks.js").Marks} marks
 */
export function createAreas({ header, columns }, state, marks) {
  const region = header.precisions.indexOf("region");
  /** 1 for areas that some report names as a region. */
  const wide = new Uint8Array(marks.areas.length);
  for (let row = 0; row < columns.row_area.length; row++) {
    if (columns.row_area[row] >= 0 && columns.row_precision[row] >= region) wide[columns.row_area[row]] = 1;
  }
  const sheet = element("canvas");

  /**
   * @param {CanvasRenderingContext2D} context
   * @param {Mark[]} list
   * @param {import("./geometry.js").Frame} frame
   * @param {import("./basemap.js").Colors} colors
   */
  return function drawAreas(context, list, frame, colors) {
    if (list.length <= FEW_AREAS) {
      for (const mark of list) marks.drawArea(context, mark, frame, colors);
      return;
    }
    for (const kind of [1, 0]) {
      for (let slot = 0; slot < state.slots; slot++) {
        const members = list.filter((mark) => wide[mark.members[0]] === kind && mark.counts[slot] > 0);
        if (members.length === 0) continue;
        const paths = members.map((mark) => marks.areaPath(mark.members[0], frame));
        const together = new Path2D();
        for (const path of paths) together.addPath(path);
        const color = colors[slot === state.slots - 1 ? "side-none" : `side-${slot + 1}`];
        hatch(context, together, slot, kind ? COARSE : FINE, color, frame);
        // Regions keep their own outlines, which readers know; districts get that of the ground they cover.
        if (kind) {
          context.lineWidth = 1.25;
          context.strokeStyle = color;
          context.setLineDash(members.every(({ open }) => open[slot]) ? [5, 3] : []);
          for (const path of paths) context.stroke(path);
          context.setLineDash([]);
        } else outlineTogether(context, together, color, frame);
      }
    }
  };

  /**
   * @param {CanvasRenderingContext2D} context
   * @param {Path2D} path
   * @param {number} slot
   * @param {number} distance
   * @param {string} color
   * @param {import("./geometry.js").Frame} frame
   */
  function hatch(context, path, slot, distance, color, frame) {
    const lean = slot === state.slots - 1 ? 0 : [1, -1, 2, -2, 0.5, -0.5][slot % 6];
    const gap = distance * Math.hypot(1, lean);
    const reach = Math.abs(lean) * frame.width;
    // The lines are the world's, so that the fine ones fall on the coarse ones and none moves with the map.
    const start = -reach - (((frame.top - lean * frame.left - reach) % gap) + gap) % gap;
    context.save();
    context.clip(path, "nonzero");
    context.beginPath();
    for (let y = start; y < frame.height + reach + gap; y += gap) {
      context.moveTo(0, y);
      context.lineTo(frame.width, y + lean * frame.width);
    }
    context.globalAlpha = 0.6;
    context.lineWidth = 1.25;
    context.strokeStyle = color;
    context.stroke();
    context.restore();
  }

  /**
   * The outer edge alone: twice as wide a line, with everything inside taken off it again.
   * @param {CanvasRenderingContext2D} context
   * @param {Path2D} path
   * @param {string} color
   * @param {import("./geometry.js").Frame} frame
   */
  function outlineTogether(context, path, color, frame) {
    const ratio = context.getTransform().a;
    sheet.width = Math.round(frame.width * ratio);
    sheet.height = Math.round(frame.height * ratio);
    const paper = /** @type {CanvasRenderingContext2D} */ (sheet.getContext("2d"));
    paper.setTransform(ratio, 0, 0, ratio, 0, 0);
    paper.lineWidth = 3;
    paper.strokeStyle = color;
    paper.stroke(path);
    paper.globalCompositeOperation = "destination-out";
    paper.fill(path, "nonzero");
    context.drawImage(sheet, 0, 0, frame.width, frame.height);
  }
}
