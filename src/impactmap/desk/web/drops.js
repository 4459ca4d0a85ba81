/** What is dropped on a part of the desk: a file, or text. */

/**
 * @param {HTMLElement} root takes what is dropped anywhere on it
 * @param {HTMLElement} shown is marked while something is held above
 * @param {(file: File | undefined, text: string) => void} take
 */
export function takeDrops(root, shown, take) {
  for (const kind of ["dragover", "dragenter"]) {
    root.addEventListener(kind, (event) => {
      event.preventDefault();
      shown.classList.add("dk-over");
    });
  }
  root.addEventListener("dragleave", () => shown.classList.remove("dk-over"));
  root.addEventListener("drop", (event) => {
    event.preventDefault();
    shown.classList.remove("dk-over");
    const { dataTransfer } = /** @type {DragEvent} */ (event);
    take(dataTransfer?.files[0], dataTransfer?.getData("text/plain") ?? "");
  });
}
