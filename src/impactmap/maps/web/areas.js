/** Areas in which reports lie somewhere: a few hatched each, many the darker the more they hold (`scene/areas.py`). */

/** Areas, and reports in them, up to which each is hatched. */
const FEW_AREAS = 12;
const FEW_IN_AREAS = 40;
/** Opacity of the area of a single report, and of the busiest one. */
const LEAST_SHADE = 0.1;
const MOST_SHADE = 0.6;

/**
 * @param {number} count of reports
 * @param {number} most those of the busiest area
 */
export function areaStrength(count, most) {
  return LEAST_SHADE + (MOST_SHADE - LEAST_SHADE) * Math.sqrt(count / Math.max(most, 1));
}

/** Opacity of the first class of shaded regions, and of the last. */
const [LIGHTEST_CLASS, DARKEST_CLASS] = [0.14, 0.74];

/**
 * @param {number} count of reports of a region
 * @param {number[]} breaks the least number of each class
 */
export function regionStrength(count, breaks) {
  const step = breaks.filter((limit) => limit <= count).length - 1;
  return LIGHTEST_CLASS + ((DARKEST_CLASS - LIGHTEST_CLASS) * Math.max(step, 0)) / Math.max(breaks.length - 1, 1);
}

/** Whether areas are shaded by the number of their reports. @param {import("./payload.js").Payload} payload */
export function areasShaded({ header, columns }) {
  if (header.regions) return header.regions.how === "shaded";
  let rows = 0;
  for (const area of columns.row_area) if (area >= 0) rows++;
  return header.areas.length > FEW_AREAS || rows > FEW_IN_AREAS;
}

/**
 * @typedef {import("./marks.js").Mark} Mark
 * @param {import("./payload.js").Payload} payload
 * @param {import("./state.js").State} state
 * @param {import("./marks.js").Marks} marks
 */
export function createAreas(payload, state, marks) {
  const shaded = areasShaded(payload);
  const { regions } = payload.header;

  /**
   * @param {CanvasRenderingContext2D} context
   * @param {Mark[]} list the largest first
   * @param {import("./geometry.js").Frame} frame
   * @param {import("./basemap.js").Colors} colors
   */
  return function drawAreas(context, list, frame, colors) {
    if (regions) {
      // In one colour for all sides.
      context.fillStyle = context.strokeStyle = colors["text-muted"];
      context.lineWidth = 0.9;
      for (const mark of list) {
        const path = marks.areaPath(mark.members[0], frame, context.recorded?.());
        context.globalAlpha = regionStrength(mark.count, regions.breaks);
        if (shaded) context.fill(path, "evenodd");
        context.globalAlpha = 1;
        context.stroke(path);
      }
      return;
    }
    if (!shaded) {
      for (const mark of list) marks.drawArea(context, mark, frame, colors);
      return;
    }
    const most = Math.max(0, ...list.map(({ count }) => count));
    for (const mark of list) {
      const used = mark.counts.flatMap((n, slot) => (n > 0 ? [slot] : []));
      const color = used.length > 1 ? colors["text-muted"] : marks.slotColor(used[0], colors);
      const path = marks.areaPath(mark.members[0], frame, context.recorded?.());
      context.fillStyle = context.strokeStyle = color;
      context.globalAlpha = areaStrength(mark.count, most);
      context.fill(path, "evenodd");
      context.globalAlpha = 0.8;
      context.lineWidth = 0.75;
      context.stroke(path);
      context.globalAlpha = 1;
    }
  };
}
