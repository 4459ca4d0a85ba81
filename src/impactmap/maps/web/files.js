/** Where the page's data come from: blocks that it holds and, only where it has such, files of texts beside it. */
import {fromBase64} from "./container.js";

/**
 * What a part brings in place of these.
 * @type {{blocks: Promise<Record<string, Uint8Array<ArrayBuffer>>> | null, file: ((name: string) => Promise<Uint8Array<ArrayBuffer>>) | null}}
 */
export const brought = { blocks: null, file: null };

/**
 * @param {string} id of the element that holds it
 * @returns {Promise<Uint8Array<ArrayBuffer>>}
 */
export async function readBlock(id) {
  const blocks = await brought.blocks;
  return blocks ? blocks[id] : fromBase64(document.getElementById(id)?.textContent?.trim() ?? "");
}

/**
 * The only thing that the page ever asks anybody for.
 * @param {string} name as the page's own data gives it
 * @param {AbortSignal} [signal] ends the asking
 * @returns {Promise<Uint8Array<ArrayBuffer>>}
 */
export async function readBeside(name, signal) {
  if (brought.file) return brought.file(name);
  const answer = await fetch(`./${encodeURIComponent(name)}`, { credentials: "omit", referrerPolicy: "no-referrer", signal });
  if (!answer.ok) throw new Error(`${name}: ${answer.status}`);
  return new Uint8Array(await answer.arrayBuffer());
}
