/** How a mark looks: one side's shape, or a glyph of several sides about one middle. */
import {UNSTATED_SHAPE, outlineReach, shapePath} from "./dom.js";

/** Opacity of a side's colour inside a mark of which a part is confirmed. */
const TINT = 0.35;
/** Length of the lines between the parts of a glyph, in radii. */
const PARTED = 1.3;
/** Left, right, up, down, in radians. */
const WAYS = [Math.PI, 0, -Math.PI / 2, Math.PI / 2];

/**
 * @typedef {import("./basemap.js").Colors} Colors
 * @typedef {import("./marks.js").Mark} Mark
 */

/**
 * @param {import("./payload.js").Header} header
 * @param {import("./state.js").State} state
 * @param {import("./words.js").Words} words
 */
export function createGlyphs(header, state, words) {
  const unstated = state.slots - 1;
  const shapes = header.sides.map((side) => shapePath(side.shape));
  shapes.push(shapePath(UNSTATED_SHAPE));

  const reaches = [...header.sides.map((side) => side.shape), UNSTATED_SHAPE].map(outlineReach);

  /** @type {(slot: number, colors: Colors) => string} */
  const slotColor = (slot, colors) => (slot === unstated ? colors["side-none"] : colors[`side-${slot + 1}`]);

  /** @type {(mark: Mark) => number[]} */
  const usedSlots = ({ counts }) => counts.flatMap((n, slot) => (n > 0 ? [slot] : []));

  /**
   * How far a mark reaches from its middle, its outline and the light around it included: left, right, up, down. Of several sides
   * each is seen in its part alone, and the lines between the parts are the longest.
   * @param {Mark} mark
   */
  function reachOf(mark) {
    const used = usedSlots(mark);
    const radius = Math.max(mark.radius, ...mark.outlines);
    return WAYS.map((way, side) => 1.25 + radius * Math.max(1, ...used.flatMap((slot, i) => {
      const [from, to] = sector(i, used.length);
      const turned = (way - from + 4 * Math.PI) % (2 * Math.PI);
      const part = turned <= to - from ? reaches[slot][side] : 0;
      return used.length > 1 ? [part, PARTED * Math.cos(from - way)] : [part];
    })));
  }

  /** Radius in which the numbers of a mark have room. @param {Mark} mark */
  const numberRadius = (mark) => {
    const digits = words.short(Math.max(...mark.counts)).length;
    const sides = usedSlots(mark).length;
    return sides === 1 ? 4.5 + 3 * digits : (4 + 6.5 * digits) * (1 + 0.2 * (sides - 2));
  };

  /** Whether a mark says how many reports it holds. @param {Mark} mark */
  const numbered = (mark) => mark.count > 1 && mark.radius >= numberRadius(mark);

  /**
   * @param {CanvasRenderingContext2D} context
   * @param {number} slot
   * @param {number} radius
   * @param {boolean} open
   * @param {boolean} partly
   * @param {Colors} colors
   */
  function shape(context, slot, radius, open, partly, colors) {
    const color = slotColor(slot, colors);
    const weight = Math.min(2.5, radius * 0.4);
    const inner = radius - weight / 2;
    context.save();
    context.scale(inner, inner);
    context.strokeStyle = colors.halo;
    context.lineWidth = (weight + 2.5) / inner;
    context.stroke(shapes[slot]);
    context.fillStyle = open || slot === unstated ? colors["claimed-fill"] : color;
    context.fill(shapes[slot]);
    if (partly && slot !== unstated) {
      context.globalAlpha = TINT;
      context.fillStyle = color;
      context.fill(shapes[slot]);
      context.globalAlpha = 1;
    }
    context.strokeStyle = color;
    context.lineWidth = weight / inner;
    context.stroke(shapes[slot]);
    if (slot === unstated && !open && radius < 11) {
      context.fillStyle = color;
      context.scale(0.4, 0.4);
      context.fill(shapes[slot]);
    }
    context.restore();
  }

  /**
   * A line around, for the lowest and the highest figure.
   * @type {(context: CanvasRenderingContext2D, slots: number[], radius: number, colors: Colors) => void}
   */
  function ringAt(context, slots, radius, colors) {
    context.save();
    context.scale(radius, radius);
    context.lineWidth = 1 / radius;
    context.strokeStyle = slots.length === 1 ? slotColor(slots[0], colors) : colors["text-muted"];
    context.stroke(slots.length === 1 ? shapes[slots[0]] : shapePath("disc"));
    context.restore();
  }

  /**
   * @param {CanvasRenderingContext2D} context
   * @param {number} n
   * @param {number} x
   * @param {number} y
   * @param {string} color
   */
  function figure(context, n, x, y, color) {
    context.font = `600 ${n < 10 ? 12 : 11}px system-ui, sans-serif`;
    context.textAlign = "center";
    context.textBaseline = "middle";
    context.fillStyle = color;
    context.fillText(words.short(n), x, y);
  }

  /**
   * A side's part of a glyph: the first on the left, then clockwise, all as wide.
   * @param {number} i
   * @param {number} parts
   * @returns {[number, number]} from and to, in radians
   */
  function sector(i, parts) {
    const turn = (2 * Math.PI) / parts;
    return [Math.PI / 2 + i * turn, Math.PI / 2 + (i + 1) * turn];
  }

  /** @type {(context: CanvasRenderingContext2D, mark: Mark, colors: Colors) => void} */
  function drawMark(context, mark, colors) {
    const used = usedSlots(mark);
    const { radius } = mark;
    const numbers = numbered(mark);
    context.save();
    context.translate(mark.x, mark.y);
    used.forEach((slot, i) => {
      const [from, to] = sector(i, used.length);
      context.save();
      if (used.length > 1) {
        context.beginPath();
        context.moveTo(0, 0);
        context.arc(0, 0, 3 * radius, from, to);
        context.clip();
      }
      shape(context, slot, radius, mark.open[slot], mark.partly[slot], colors);
      context.restore();
    });
    if (used.length > 1) {
      context.beginPath();
      for (let i = 0; i < used.length; i++) {
        const [from] = sector(i, used.length);
        context.moveTo(0, 0);
        context.lineTo(PARTED * radius * Math.cos(from), PARTED * radius * Math.sin(from));
      }
      for (const [width, color] of /** @type {[number, string][]} */ ([[3, colors.halo], [1, colors["text-muted"]]])) {
        context.lineWidth = width;
        context.strokeStyle = color;
        context.stroke();
      }
    }
    for (const bound of mark.outlines) ringAt(context, used, bound, colors);
    if (numbers) {
      used.forEach((slot, i) => {
        const [from, to] = sector(i, used.length);
        const away = used.length > 1 ? 0.5 * radius : 0;
        const color = mark.open[slot] || slot === unstated ? colors.text : colors["claimed-fill"];
        figure(context, mark.counts[slot], away * Math.cos((from + to) / 2), away * Math.sin((from + to) / 2) + 0.5, color);
      });
    }
    context.restore();
  }

  return { drawMark, slotColor, numbered, reachOf };
}
