/** A canvas context that keeps what is drawn as SVG: real text, groups by layer, and no markup from any text. */

const SVG_SPACE = "http://www.w3.org/2000/svg";
/** What no XML may hold. */
const NOT_XML = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

const svgNumber = (/** @type {number} */ value) => String(Math.round(value * 100) / 100);

/** A path that is drawn and written alike. */
class WrittenPath {
  constructor(d = "") {
    this.d = d;
  }

  /** @type {(x: number, y: number) => void} */
  moveTo(x, y) {
    this.d += `M${svgNumber(x)} ${svgNumber(y)}`;
  }

  /** @type {(x: number, y: number) => void} */
  lineTo(x, y) {
    this.d += `${this.d ? "L" : "M"}${svgNumber(x)} ${svgNumber(y)}`;
  }

  closePath() {
    this.d += "Z";
  }

  /** @type {(x: number, y: number, width: number, height: number) => void} */
  rect(x, y, width, height) {
    this.d += `M${svgNumber(x)} ${svgNumber(y)}h${svgNumber(width)}v${svgNumber(height)}h${svgNumber(-width)}Z`;
  }

  /** @type {(x: number, y: number, radius: number, from: number, to: number) => void} */
  arc(x, y, radius, from, to) {
    const at = (/** @type {number} */ angle) => `${svgNumber(x + radius * Math.cos(angle))} ${svgNumber(y + radius * Math.sin(angle))}`;
    const turn = (/** @type {number} */ angle, large = 0) => `A${svgNumber(radius)} ${svgNumber(radius)} 0 ${large} 1 ${at(angle)}`;
    this.d += `${this.d ? "L" : "M"}${at(from)}`;
    this.d += to - from >= 2 * Math.PI ? `${turn(from + Math.PI)}${turn(from)}` : turn(to, to - from > Math.PI ? 1 : 0);
  }
}

/** Attributes of a context that `save` keeps. */
const SVG_STATE = /** @type {const} */ (["fillStyle", "strokeStyle", "lineWidth", "lineCap", "lineJoin", "globalAlpha", "font", "textAlign", "textBaseline", "direction", "dash", "at", "parent", "holder"]);

/** The part of a context that the map is drawn with. */
export class SvgContext {
  /**
   * @param {number} width
   * @param {number} height
   * @param {string} title
   */
  constructor(width, height, title) {
    this.page = document.implementation.createDocument(SVG_SPACE, "svg", null);
    this.root = this.page.documentElement;
    this.set(this.root, { width, height, viewBox: `0 0 ${width} ${height}` });
    this.add("title").textContent = title.replace(NOT_XML, "");
    this.measure = /** @type {CanvasRenderingContext2D} */ (document.createElement("canvas").getContext("2d"));
    this.path = new WrittenPath();
    /** @type {any[]} */
    this.stack = [];
    this.clips = 0;
    /** @type {Map<string, number>} */
    this.names = new Map();
    /** Scale and shift of what is drawn. */
    this.at = { scaleX: 1, scaleY: 1, x: 0, y: 0 };
    /** @type {Element} */
    this.parent = this.root;
    /** What named groups are put into. @type {Element} */
    this.holder = this.root;
    this.fillStyle = this.strokeStyle = "#000";
    this.lineWidth = this.globalAlpha = 1;
    this.lineCap = "butt";
    this.lineJoin = "miter";
    this.font = "10px sans-serif";
    this.textAlign = "left";
    this.textBaseline = "alphabetic";
    this.direction = "ltr";
    /** @type {number[]} */
    this.dash = [];
    /** An outline of type that waits for the type itself. @type {Record<string, string> | null} */
    this.halo = null;
  }

  /** @type {(node: Element, attributes: Record<string, string | number>) => void} */
  set(node, attributes) {
    for (const [name, value] of Object.entries(attributes)) if (value !== "") node.setAttribute(name, typeof value === "number" ? svgNumber(value) : value);
  }

  /** @type {(name: string, attributes?: Record<string, string | number>, parent?: Element) => Element} */
  add(name, attributes = {}, parent = this.parent ?? this.root) {
    const node = this.page.createElementNS(SVG_SPACE, name);
    this.set(node, attributes);
    parent.append(node);
    return node;
  }

  /** Begin a group of the picture that graphics editors list by its name. @param {string} name */
  named(name) {
    const count = (this.names.get(name) ?? 0) + 1;
    this.names.set(name, count);
    this.parent = this.add("g", { id: count > 1 ? `${name}-${count}` : name }, this.holder);
  }

  recorded() {
    return new WrittenPath();
  }

  save() {
    this.stack.push(Object.fromEntries(SVG_STATE.map((name) => [name, this[name]])));
  }

  restore() {
    Object.assign(this, this.stack.pop());
  }

  /** @type {(x: number, y: number) => void} */
  scale(x, y) {
    this.at = { ...this.at, scaleX: this.at.scaleX * x, scaleY: this.at.scaleY * y };
  }

  /** @type {(x: number, y: number) => void} */
  translate(x, y) {
    this.at = { ...this.at, x: this.at.x + x * this.at.scaleX, y: this.at.y + y * this.at.scaleY };
  }

  /** @param {number[]} dash */
  setLineDash(dash) {
    this.dash = dash;
  }

  beginPath() {
    this.path = new WrittenPath();
  }

  /** @type {(x: number, y: number) => void} */
  moveTo(x, y) {
    this.path.moveTo(x, y);
  }

  /** @type {(x: number, y: number) => void} */
  lineTo(x, y) {
    this.path.lineTo(x, y);
  }

  closePath() {
    this.path.closePath();
  }

  /** @type {(x: number, y: number, width: number, height: number) => void} */
  rect(x, y, width, height) {
    this.path.rect(x, y, width, height);
  }

  /** @type {(x: number, y: number, radius: number, from: number, to: number) => void} */
  arc(x, y, radius, from, to) {
    this.path.arc(x, y, radius, from, to);
  }

  /** @type {() => Record<string, string>} */
  placed() {
    const { scaleX, scaleY, x, y } = this.at;
    return scaleX === 1 && scaleY === 1 && x === 0 && y === 0 ? {} : { transform: `matrix(${scaleX} 0 0 ${scaleY} ${svgNumber(x)} ${svgNumber(y)})` };
  }

  /** @type {(path: {d: string}, attributes: Record<string, string | number>) => void} */
  write({ d }, attributes) {
    if (d) this.add("path", { d, ...attributes, ...this.placed() });
  }

  /** @type {(path?: any, rule?: string) => void} */
  fill(path, rule) {
    const [what, how] = typeof path === "object" ? [path, rule] : [this.path, path];
    this.write(what, { fill: this.fillStyle, "fill-rule": how ?? "", "fill-opacity": this.globalAlpha < 1 ? this.globalAlpha : "" });
  }

  outlined() {
    return {
      stroke: this.strokeStyle, "stroke-width": String(Math.round(this.lineWidth * 1e4) / 1e4), "stroke-linecap": this.lineCap, "stroke-linejoin": this.lineJoin,
      "stroke-dasharray": this.dash.join(" "), "stroke-opacity": this.globalAlpha < 1 ? this.globalAlpha : "",
    };
  }

  /** @param {any} [path] */
  stroke(path = this.path) {
    this.write(path, { fill: "none", ...this.outlined() });
  }

  /** @type {(path?: any, rule?: string) => void} */
  clip(path, rule) {
    const [{ d }, how] = typeof path === "object" ? [path, rule] : [this.path, path];
    const id = `clip-${++this.clips}`;
    const clip = this.add("clipPath", { id }, this.root);
    this.add("path", { d, "clip-rule": how ?? "", ...this.placed() }, clip);
    this.parent = this.holder = this.add("g", { "clip-path": `url(#${id})` });
  }

  /** @type {(x: number, y: number, width: number, height: number) => void} */
  fillRect(x, y, width, height) {
    this.add("rect", { x, y, width, height, fill: this.fillStyle, ...this.placed() });
  }

  /** @type {(x: number, y: number, width: number, height: number) => void} */
  strokeRect(x, y, width, height) {
    this.add("rect", { x, y, width, height, fill: "none", ...this.outlined(), ...this.placed() });
  }

  /** @param {string} text */
  measureText(text) {
    this.measure.font = this.font;
    return this.measure.measureText(text);
  }

  /** @type {(text: string, x: number, y: number) => void} */
  strokeText() {
    const { stroke, "stroke-width": width, "stroke-linejoin": join } = this.outlined();
    this.halo = { stroke, "stroke-width": width, "stroke-linejoin": join, "paint-order": "stroke" };
  }

  /** @type {(text: string, x: number, y: number) => void} */
  fillText(text, x, y) {
    const [, style = "", weight = "400", size, family] = /^(italic )?(\d+ )?([\d.]+)px (.*)$/.exec(this.font) ?? [];
    const node = this.add("text", {
      x, y: y + Number(size) * ({ middle: 0.35, top: 0.93 }[this.textBaseline] ?? 0), fill: this.fillStyle, ...this.halo,
      "font-family": family.replaceAll('"', "'"), "font-size": Number(size), "font-weight": weight.trim(), "font-style": style.trim(),
      "text-anchor": { center: "middle", right: "end" }[this.textAlign] ?? "", direction: this.direction === "rtl" ? "rtl" : "", ...this.placed(),
    });
    node.textContent = text.replace(NOT_XML, "");
    this.halo = null;
  }

  /** @type {(picture: HTMLCanvasElement, x: number, y: number, width: number, height: number) => void} */
  drawImage(picture, x, y, width, height) {
    this.add("image", { x, y, width, height, href: picture.toDataURL(), "image-rendering": "pixelated", ...this.placed() });
  }

  /** The picture as a file's text. */
  text() {
    return `<?xml version="1.0" encoding="UTF-8"?>\n${new XMLSerializer().serializeToString(this.page)}\n`;
  }
}
