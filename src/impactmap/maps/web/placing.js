/** Where the card stands: beside what it tells of, inside what the reader sees of the page. */

/** On a map narrower than this the card is a sheet over its whole width. */
const NARROW = 560;
const WIDEST = 352;
/** Between the card and what it stands beside, and between the card and the edges. */
const GAP = 12;
const EDGE = 8;
/** What of the map a sheet leaves free for the mark, and what it needs itself to be read. */
const STRIP = 96;
const LEAST = 135;
/** How much of what is seen a sheet may cover. */
const SHARE = 0.5;

/**
 * @typedef {{left: number, top: number, right: number, bottom: number}} Box
 * @typedef {{x: number, y: number, width: number, height: number}} Anchor a mark's middle, and how far it reaches from there
 * @typedef {object} Place
 * @property {number} left
 * @property {number} top
 * @property {number} width
 * @property {number} height
 * @property {number} shiftX how far the map has to move for the mark to stay in sight
 * @property {number} shiftY
 */

/**
 * @param {number} value
 * @param {number} low
 * @param {number} high
 */
const within = (value, low, high) => Math.max(low, Math.min(high, value));

/**
 * @param {Box} a
 * @param {Box} b
 * @returns {Box}
 */
const common = (a, b) => ({
  left: Math.max(a.left, b.left), top: Math.max(a.top, b.top), right: Math.min(a.right, b.right), bottom: Math.min(a.bottom, b.bottom),
});

/**
 * What is seen of a box; of one that is mostly out of sight the card may leave the ground.
 * @param {Box} box
 * @param {Box} seen
 * @returns {Box}
 */
function regionOf(box, seen) {
  const region = common(box, seen);
  return region.bottom - region.top < 2 * LEAST ? { ...region, top: seen.top, bottom: seen.bottom } : region;
}

/**
 * The part of the document that the reader sees: of a frame that is as high as its page only the outer page's window knows.
 * @returns {Promise<Box>} in pixels of the frame's own window
 */
export function seenPart() {
  const whole = { left: 0, top: 0, right: innerWidth, bottom: innerHeight };
  return new Promise((resolve) => {
    const watch = new IntersectionObserver(([{ intersectionRect: { left, top, right, bottom } }]) => {
      watch.disconnect();
      resolve(bottom - top < 1 ? whole : { left, top, right, bottom });
    });
    watch.observe(document.documentElement);
    // A page that is not drawn is not asked about.
    setTimeout(() => resolve(whole), 300);
  });
}

/**
 * How wide the card is; its height follows from that and from what it says.
 * @param {number} room width of what it stands on
 * @returns {number}
 */
export function cardWidth(room) {
  return room < NARROW ? room : Math.min(WIDEST, Math.round(0.47 * room));
}

/**
 * Beside a mark: a panel at its side, on a narrow map a low sheet.
 * @param {Box} map
 * @param {Box} stage what the card belongs to: the map, and the timeline under it
 * @param {Box} seen
 * @param {Anchor} mark
 * @param {number} natural height of the whole card
 * @returns {Place} all in the same pixels
 */
export function besideMark(map, stage, seen, mark, natural) {
  const width = cardWidth(map.right - map.left);
  return width === map.right - map.left ? asSheet(map, stage, seen, mark, natural) : asPanel(map, seen, mark, natural, width);
}

/**
 * @param {Box} map
 * @param {Box} seen
 * @param {Anchor} mark
 * @param {number} natural
 * @param {number} width
 * @returns {Place}
 */
function asPanel(map, seen, mark, natural, width) {
  const region = regionOf(map, seen);
  const height = Math.min(natural, region.bottom - region.top - 2 * EDGE);
  const top = within(mark.y - 40, region.top + EDGE, region.bottom - EDGE - height);
  const [before, after] = [mark.x - mark.width - GAP, mark.x + mark.width + GAP];
  const onRight = after + width + EDGE <= map.right || (before - width - EDGE < map.left && map.right - after >= before - map.left);
  const left = onRight ? Math.min(after, map.right - EDGE - width) : Math.max(before - width, map.left + EDGE);
  const free = onRight ? { ...map, right: left } : { ...map, left: left + width };
  return { left, top, width, height, ...shiftInto(common(free, seen), mark) };
}

/**
 * @param {Box} map
 * @param {Box} stage
 * @param {Box} seen
 * @param {Anchor} mark
 * @param {number} natural
 * @returns {Place}
 */
function asSheet(map, stage, seen, mark, natural) {
  const region = regionOf(stage, seen);
  const ground = common(map, seen);
  const strip = Math.min(STRIP, ground.bottom - ground.top);
  const share = SHARE * (region.bottom - region.top);
  // From below, where that leaves the mark its strip of the map; else from above.
  const [below, above] = [region.bottom - ground.top - strip, ground.bottom - strip - region.top];
  const wanted = Math.min(natural, share);
  const fromBelow = below >= Math.min(wanted, LEAST) || below >= above;
  const height = Math.min(wanted, fromBelow ? below : above);
  const top = fromBelow ? region.bottom - height : region.top;
  const free = fromBelow ? { ...ground, bottom: Math.min(ground.bottom, top) } : { ...ground, top: Math.max(ground.top, top + height) };
  return { left: map.left, top, width: map.right - map.left, height, ...shiftInto(free, mark) };
}

/**
 * Under or over a button of a list or a table, whichever has the room.
 * @param {Box} host
 * @param {Box} seen
 * @param {Box} button
 * @param {number} natural
 * @returns {Place}
 */
export function besideButton(host, seen, button, natural) {
  const width = cardWidth(host.right - host.left);
  const region = regionOf(host, seen);
  const [under, over] = [region.bottom - button.bottom - EDGE, button.top - region.top - EDGE];
  const down = under >= Math.min(natural, 2 * LEAST) || under >= over;
  const height = Math.min(natural, down ? under : over, Math.max(2 * LEAST, SHARE * (region.bottom - region.top)));
  return {
    left: within(button.left, host.left, host.right - width), top: down ? button.bottom + EDGE / 2 : button.top - EDGE / 2 - height,
    width, height, shiftX: 0, shiftY: 0,
  };
}

/**
 * @param {Box} free
 * @param {Anchor} mark
 */
function shiftInto(free, { x, y, width, height }) {
  const shift = (/** @type {number} */ at, /** @type {number} */ reach, /** @type {number} */ low, /** @type {number} */ high) => {
    const edge = Math.min(reach + GAP / 2, (high - low) / 2);
    return Math.round(at - within(at, low + edge, high - edge));
  };
  return { shiftX: shift(x, width, free.left, free.right), shiftY: shift(y, height, free.top, free.bottom) };
}
