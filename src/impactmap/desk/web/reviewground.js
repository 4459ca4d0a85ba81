/** The ground of a local Leaflet map, fetched as its view moves: land, water and lines, and names where they find room. */
import {createBasemap, readColors} from "./basemap.js";
import {element} from "./dom.js";

const FAMILY = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', sans-serif";

/**
 * @typedef {{name: string, lat: number, lon: number, kind?: string}} GroundLabel
 * @param {import("leaflet").Map} map
 * @param {(bounds: number[], width: number) => Promise<any>} fetchGround
 * @param {() => import("leaflet").LatLngExpression[]} marked what no name may cover
 * @param {() => void} ready told when there is ground to see
 */
export function addGround(map, fetchGround, marked, ready) {
  const canvas = element("canvas", { "aria-hidden": "true" });
  map.createPane("rv-ground").append(canvas);
  /** @type {{paint: import("./basemap.js").Painter, data: any, zoom: number} | null} */
  let ground = null;
  let colors = readColors(0);
  let [waiting, asked, frameAsked] = [0, 0, false];

  async function fetchView() {
    const { x: width } = map.getSize();
    if (!width) return;
    const view = map.getBounds();
    const zoom = map.getZoom();
    if (ground) {
      const [west, south, east, north] = ground.data.bounds;
      const inside = window.L.latLngBounds([south, west], [north, east]).contains(view);
      if ((inside || (west <= -179.9 && east >= 179.9)) && Math.abs(zoom - ground.zoom) < 1.5) return;
    }
    const wide = view.pad(0.5);
    const number = ++asked;
    const data = await fetchGround([
      Math.max(-180, wide.getWest()), Math.max(-85, wide.getSouth()), Math.min(180, wide.getEast()), Math.min(85, wide.getNorth()),
    ], width * 2);
    if (number !== asked) return;
    ground = { paint: createBasemap(data, false), data, zoom };
    draw();
    ready();
  }

  function draw() {
    const { x: width, y: height } = map.getSize();
    if (!width) return;
    const ratio = Math.min(2, devicePixelRatio || 1);
    const [across, down] = [Math.round(width * ratio), Math.round(height * ratio)];
    if (canvas.width !== across || canvas.height !== down) [canvas.width, canvas.height] = [across, down];
    [canvas.style.width, canvas.style.height] = [`${width}px`, `${height}px`];
    const corner = map.containerPointToLayerPoint([0, 0]);
    window.L.DomUtil.setPosition(canvas, corner);
    const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.fillStyle = colors.water;
    context.fillRect(0, 0, width, height);
    if (!ground) return;
    const { x: left, y: top } = map.getPixelOrigin().add(corner);
    const zoom = map.getZoom();
    ground.paint(context, { scale: 256 * 2 ** zoom, left, top, width, height, zoom }, colors);
    drawLabels(context, ground.data.labels, width, height);
  }

  /**
   * @param {CanvasRenderingContext2D} context
   * @param {GroundLabel[]} labels
   * @param {number} width
   * @param {number} height
   */
  function drawLabels(context, labels, width, height) {
    // Corners that the buttons and the scale cover.
    const taken = [[0, 0, 64, 160], [0, height - 30, 160, 30]];
    for (const at of marked()) {
      const { x, y } = map.latLngToContainerPoint(at);
      taken.push([x - 14, y - 14, 28, 28]);
    }
    context.textBaseline = "middle";
    context.lineJoin = "round";
    for (const { name, lat, lon, kind } of labels) {
      const { x, y } = map.latLngToContainerPoint([lat, lon]);
      const country = kind === "country";
      context.font = country ? `600 13px ${FAMILY}` : `400 12px ${FAMILY}`;
      const long = context.measureText(name).width;
      const box = [country ? x - long / 2 : x + 5, y - 8, long, 16];
      if (box[0] < 2 || box[0] + long > width - 2 || box[1] < 2 || box[1] + 16 > height - 2) continue;
      if (taken.some((other) => box[0] < other[0] + other[2] && other[0] < box[0] + box[2] && box[1] < other[1] + other[3] && other[1] < box[1] + box[3])) continue;
      taken.push(box);
      context.strokeStyle = colors.halo;
      context.lineWidth = 3;
      context.strokeText(name, box[0], y);
      context.fillStyle = colors["text-muted"];
      context.fillText(name, box[0], y);
      if (country) continue;
      context.beginPath();
      context.arc(x, y, 2, 0, 2 * Math.PI);
      context.fill();
    }
  }

  function refresh() {
    if (!frameAsked) requestAnimationFrame(() => {
      frameAsked = false;
      draw();
    });
    frameAsked = true;
    clearTimeout(waiting);
    waiting = setTimeout(fetchView, ground ? 180 : 0);
  }

  map.on("move zoom viewreset resize", refresh);
  for (const query of ["(prefers-color-scheme: dark)", "(forced-colors: active)"]) {
    matchMedia(query).addEventListener("change", () => {
      colors = readColors(0);
      refresh();
    });
  }
  return { refresh };
}
