/** Many events as a picture of their density. */
import {CELL} from "./places.js";

/** Steps of strength, by the logarithm of the number of events. */
const STEPS = 64;

/**
 * @param {number} slots
 * @returns {(context: CanvasRenderingContext2D, counted: import("./places.js").Counted, paint: string[]) => void} every cell has the
 *   mixture of its sides' colours, the stronger the more events it holds
 */
export function createDensity(slots) {
  const canvas = document.createElement("canvas");
  const picture = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  /** @type {ImageData | null} */
  let image = null;
  const strength = new Uint8Array(STEPS + 1);
  for (let step = 0; step <= STEPS; step++) strength[step] = 255 * (0.4 + (0.6 * step) / STEPS);

  return function drawDensity(context, { tallies, across, lines }, paint) {
    const colors = paint.map((color) => rgb(color, picture));
    if (!image || image.width !== across || image.height !== lines) {
      image = new ImageData(across, lines);
      canvas.width = across;
      canvas.height = lines;
    }
    const cells = across * lines;
    let most = 1;
    for (let cell = 0; cell < cells; cell++) {
      let n = 0;
      for (let slot = 0; slot < slots; slot++) n += tallies[slot][cell];
      if (n > most) most = n;
    }
    // Four bytes a pixel, written as one number: blue above green above red, under the opacity.
    const pixels = new Uint32Array(image.data.buffer);
    const stretch = STEPS / Math.log1p(most);
    for (let cell = 0; cell < cells; cell++) {
      let n = 0;
      let [r, g, b] = [0, 0, 0];
      for (let slot = 0; slot < slots; slot++) {
        const there = tallies[slot][cell];
        if (there === 0) continue;
        n += there;
        r += there * colors[slot][0];
        g += there * colors[slot][1];
        b += there * colors[slot][2];
      }
      pixels[cell] = n === 0 ? 0
        : ((strength[Math.round(Math.log1p(n) * stretch)] << 24) | (Math.round(b / n) << 16) | (Math.round(g / n) << 8) | Math.round(r / n)) >>> 0;
    }
    picture.putImageData(image, 0, 0);
    context.imageSmoothingEnabled = false;
    context.drawImage(canvas, 0, 0, across * CELL, lines * CELL);
  };
}

/**
 * @param {string} color any CSS colour
 * @param {CanvasRenderingContext2D} context
 * @returns {number[]} red, green, blue
 */
function rgb(color, context) {
  context.fillStyle = color;
  const hex = String(context.fillStyle);
  return [1, 3, 5].map((i) => parseInt(hex.slice(i, i + 2), 16));
}
