/** The ground: land, water and lines, drawn from the page's own data. */
import {inFrame, traceLine, unpackLine, worldX, worldY} from "./geometry.js";

/**
 * @typedef {Record<string, string>} Colors tokens of the theme without their prefix
 * @typedef {(context: CanvasRenderingContext2D, frame: import("./geometry.js").Frame, colors: Colors) => void} Painter
 */

/**
 * The theme's colours as they are now: they follow the reader's scheme.
 * @param {number} sides
 * @returns {Colors}
 */
export function readColors(sides) {
  const style = getComputedStyle(document.documentElement);
  /** @type {Colors} */
  const colors = {};
  const names =
    "page panel text text-muted line focus land water river coast border border-reference border-disputed region-line halo side-none claimed-fill";
  const wanted = names.split(" ");
  for (let i = 1; i <= sides; i++) wanted.push(`side-${i}`);
  for (const name of wanted) colors[name] = style.getPropertyValue(`--im-${name}`).trim() || "#777";
  return colors;
}

/**
 * @param {import("./payload.js").Basemap} basemap
 * @param {boolean} tiles true when tiles are the ground, so that only borders are drawn
 * @returns {Painter}
 */
export function createBasemap(basemap, tiles) {
  const [west, south, east, north] = basemap.bounds;
  const edge = { west: worldX(west), south: worldY(south), east: worldX(east), north: worldY(north) };
  const unpack = (/** @type {number[][]} */ lines) => lines.map(unpackLine);
  const [land, lakes, rivers, regions] = [basemap.land, basemap.lakes, basemap.rivers, basemap.regions].map(unpack);
  const coast = land.map((ring) => openRing(ring, edge)).flat();
  const borders = basemap.borders.map(({ kind, lines }) => ({ kind, lines: unpack(lines) }));
  const order = ["country", "reference", "disputed"];
  borders.sort((a, b) => order.indexOf(a.kind) - order.indexOf(b.kind));

  return (context, frame, colors) => {
    const path = (/** @type {import("./geometry.js").Line[]} */ lines, close = false) => {
      context.beginPath();
      for (const line of lines) if (inFrame(line, frame)) traceLine(context, line, frame, close);
    };
    const stroke = (/** @type {string} */ color, /** @type {number} */ width, dash = /** @type {number[]} */ ([])) => {
      context.strokeStyle = color;
      context.lineWidth = width;
      context.setLineDash(dash);
      context.stroke();
    };
    context.lineJoin = context.lineCap = "round";
    const wide = Math.min(1.6, Math.max(0.8, frame.zoom / 6));
    if (!tiles) {
      context.fillStyle = colors.page;
      context.fillRect(0, 0, frame.width, frame.height);
      context.fillStyle = colors.water;
      const [x, y] = [edge.west * frame.scale - frame.left, edge.north * frame.scale - frame.top];
      context.fillRect(x, y, (edge.east - edge.west) * frame.scale, (edge.south - edge.north) * frame.scale);
      context.fillStyle = colors.land;
      path(land, true);
      context.fill("evenodd");
      context.fillStyle = colors.water;
      path(lakes, true);
      context.fill("evenodd");
      path(rivers);
      stroke(colors.river, wide);
      path(coast);
      stroke(colors.coast, 0.8);
      path(regions);
      stroke(colors["region-line"], 0.8);
    }
    for (const { kind, lines } of borders) {
      path(lines);
      if (kind === "reference") stroke(colors["border-reference"], 1.5 * wide);
      else if (kind === "disputed") stroke(colors["border-disputed"], wide, [6, 4]);
      else stroke(colors.border, 0.8 * wide);
    }
    context.setLineDash([]);
  };
}

/**
 * A ring without the sides that run along the edge of the data: those are no coast.
 * @param {import("./geometry.js").Line} ring
 * @param {{west: number, south: number, east: number, north: number}} edge
 * @returns {import("./geometry.js").Line[]}
 */
function openRing(ring, edge) {
  const { points } = ring;
  const near = (/** @type {number} */ a, /** @type {number} */ b) => Math.abs(a - b) < 1e-6;
  const along = (/** @type {number} */ i, /** @type {number} */ j) =>
    (near(points[i], points[j]) && (near(points[i], edge.west) || near(points[i], edge.east))) ||
    (near(points[i + 1], points[j + 1]) && (near(points[i + 1], edge.north) || near(points[i + 1], edge.south)));
  const pieces = [];
  const count = points.length;
  let start = 0;
  for (let i = 0; i < count; i += 2) {
    const next = (i + 2) % count;
    const last = i + 2 >= count;
    if (!last && !along(i, next)) continue;
    const piece = Array.from(points.subarray(start, i + 2));
    if (last && !along(i, next)) piece.push(points[0], points[1]);
    if (piece.length > 2) pieces.push({ ...ring, points: Float64Array.from(piece) });
    start = i + 2;
  }
  return pieces;
}
