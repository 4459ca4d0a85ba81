/** Files of texts that lie beside the page: the only thing that it ever asks anybody for, and only when it has such files. */

/**
 * @param {string} name as the page's own data gives it
 * @returns {Promise<Uint8Array<ArrayBuffer>>}
 */
export async function readBeside(name) {
  const answer = await fetch(`./${encodeURIComponent(name)}`, { credentials: "omit", referrerPolicy: "no-referrer" });
  if (!answer.ok) throw new Error(`${name}: ${answer.status}`);
  return new Uint8Array(await answer.arrayBuffer());
}
