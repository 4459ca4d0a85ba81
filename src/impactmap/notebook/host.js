/** The widget's side in the notebook: the map's page in a frame that can reach nothing, and a port to talk to it. */

/**
 * @typedef {object} Model as anywidget gives it
 * @property {(name: string) => any} get
 * @property {(name: string, value: any) => void} set
 * @property {() => void} save_changes
 * @property {(content: any) => void} send
 * @property {(event: string, hear: (...given: any[]) => void) => void} on
 * @property {(event: string, hear: (...given: any[]) => void) => void} off
 * @property {{get_model?: (id: string) => Promise<{get: (name: string) => any}>}} [widget_manager]
 */

/** How long the kernel may take to answer, in milliseconds. */
const PATIENCE = 20000;

/** @param {DataView | undefined} view @returns {Uint8Array<ArrayBuffer>} a copy, which may be given away */
const bytesOf = (view) => (view ? new Uint8Array(view.buffer, view.byteOffset, view.byteLength).slice() : new Uint8Array());

/** @param {Uint8Array<ArrayBuffer>} bytes */
const viewOf = (bytes) => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/**
 * Ask the kernel; nothing where there is none.
 * @param {Model} model
 * @param {Record<string, string>} question
 * @returns {Promise<Uint8Array<ArrayBuffer>>}
 */
function ask(model, question) {
  return new Promise((resolve) => {
    /** @param {any} answer @param {DataView[]} buffers */
    function hear(answer, buffers) {
      if (answer.answer !== question.ask || answer.name !== question.name) return;
      finish(bytesOf(buffers[0]));
    }
    /** @param {Uint8Array<ArrayBuffer>} bytes */
    function finish(bytes) {
      clearTimeout(timer);
      model.off("msg:custom", hear);
      resolve(bytes);
    }
    const timer = setTimeout(() => finish(new Uint8Array()), PATIENCE);
    model.on("msg:custom", hear);
    model.send(question);
  });
}

/**
 * The viewer's code, of which a notebook has one copy: a model beside those of the maps, or what the kernel answers
 * where the notebook's program knows no models of models.
 * @param {Model} model
 * @returns {Promise<string[]>}
 */
async function codeOf(model) {
  try {
    const id = String(model.get("viewer")).replace("IPY_MODEL_", "");
    const code = bytesOf((await model.widget_manager?.get_model?.(id))?.get("code"));
    if (code.length > 0) return await unpack(code);
  } catch {
    // Asked for below.
  }
  const answer = await ask(model, { ask: "code", name: "" });
  if (answer.length === 0) throw new Error("the map's viewer is neither in the notebook nor is there a kernel to ask for it");
  return unpack(answer);
}

/** @param {Uint8Array<ArrayBuffer>} bytes @returns {Promise<any>} what the compressed JSON says */
const unpack = (bytes) => new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"))).json();

/** @param {{model: Model, el: HTMLElement}} given */
async function render({ model, el }) {
  const frame = document.createElement("iframe");
  frame.className = "impactmap-cell";
  frame.title = model.get("title");
  frame.setAttribute("sandbox", "allow-scripts allow-popups allow-popups-to-escape-sandbox");
  Object.assign(frame.style, { display: "block", width: model.get("width"), height: `${model.get("height") + 200}px`, border: "0" });
  /** @type {MessagePort | null} */
  let port = null;
  /** What the page itself has just said is not said to it again. */
  let hearing = false;

  /** @param {string} name @param {any} value */
  function tell(name, value) {
    hearing = true;
    model.set(name, value);
    model.save_changes();
    hearing = false;
  }

  /** @param {any} message */
  async function hear(message) {
    if (message.kind === "period") tell("period", message.period);
    else if (message.kind === "picked") tell("picked", viewOf(message.picked));
    else if (message.kind === "filters") tell("kept", viewOf(message.kept));
    else if (message.kind === "view") tell("seen", message.bounds);
    else if (message.kind === "ready") frame.dataset.ready = "true";
    else if (message.kind === "texts") port?.postMessage({ kind: "texts", name: message.name, bytes: await ask(model, { ask: "texts", name: message.name }) });
  }

  const wants = {
    period: () => ({ period: model.get("period") }),
    picked: () => ({ picked: bytesOf(model.get("picked")) }),
    bounds: () => ({ bounds: model.get("bounds").slice(0, 4) }),
    colors: () => ({ colors: model.get("colors") }),
  };
  const listeners = Object.entries(wants).map(([name, want]) => {
    const change = () => hearing || port?.postMessage(want());
    model.on(`change:${name}`, change);
    return () => model.off(`change:${name}`, change);
  });

  // A frame that its notebook takes out of the page and puts back begins anew: with all that is wanted by then.
  frame.addEventListener("load", () => {
    port?.close();
    const channel = new MessageChannel();
    port = channel.port1;
    port.onmessage = ({ data }) => hear(data);
    const first = Object.assign({}, ...Object.values(wants).map((want) => want()));
    frame.contentWindow?.postMessage({
      type: "impactmap:cell", data: bytesOf(model.get("data")), texts: bytesOf(model.get("texts")), ...first,
    }, "*", [channel.port2]);
  });
  /** @param {MessageEvent} event */
  function resize({ source, data }) {
    if (source === frame.contentWindow && data?.type === "impactmap:height") frame.style.height = `${Math.min(20000, Number(data.height) || 0)}px`;
  }
  addEventListener("message", resize);

  const code = await codeOf(model);
  const fill = () => {
    delete frame.dataset.ready;
    frame.srcdoc = model.get("document").replace(/<!--im:code-(\d)-->/g, (/** @type {string} */ _, /** @type {string} */ number) => code[Number(number)]);
  };
  model.on("change:document", fill);
  listeners.push(() => model.off("change:document", fill));
  fill();
  el.append(frame);
  // The picture that stands for the map, wherever on the page it is by now or will be.
  const still = document.createElement("style");
  still.textContent = `.${model.get("still")}{display:none}`;
  document.head.append(still);
  return () => {
    still.remove();
    removeEventListener("message", resize);
    for (const stop of listeners) stop();
    port?.close();
  };
}

export default { render };
