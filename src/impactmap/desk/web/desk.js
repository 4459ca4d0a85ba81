/** The desk: four parts of one page, and the watch over what the program does. */
import {ask, errorText, isSending, withQuery} from "./ask.js";
import {createArticles} from "./articles.js";
import {createBring} from "./bring.js";
import {byId, element} from "./dom.js";
import {createPublish} from "./publish.js";
import {createSettle} from "./settle.js";
import {createShow} from "./show.js";
import {say, sayCount, toldText, useWords} from "./words.js";

/**
 * @typedef {{folder: string, name: string, project: boolean, version: number, fresh: boolean,
 *   busy: {what: string, step: number, of: number} | null, problem: string, told: import("./words.js").Told | null, editor: string, title: string, error: string,
 *   rows: number | null, faults: number, usable: boolean, drafts: {articles: number, waiting: number}, published: object | null}} State
 * @typedef {{show: (state: State) => Promise<void>, focus?: () => void}} Part
 */

const NAMES = ["bring", "articles", "settle", "show", "publish"];
const SLOW = 1200;
const QUICK = 250;

/** @param {string} id @param {string} value */
function text(id, value) {
  const node = byId(id);
  if (node && node.textContent !== value) node.textContent = value;
}

/** @param {string} value */
function announce(value) {
  text("dk-status", value);
}

/** @returns {string} the part that the address names */
function named() {
  const name = location.hash.slice(1);
  return NAMES.includes(name) ? name : "";
}

async function main() {
  useWords(await ask(withQuery("words.json", { reads: navigator.languages.join(",") })));
  const select = /** @type {HTMLSelectElement} */ (byId("dk-language"));
  select.value = document.documentElement.lang;
  /** @type {State} */
  let state = await ask("state.json");
  let shown = "";
  let version = -1;
  let left = -1;
  let ended = false;
  let waiting = 0;

  /** Ask for the state soon, as something was changed. */
  const soon = () => {
    clearTimeout(waiting);
    waiting = window.setTimeout(() => void watch(), 30);
  };
  const page = { announce, changed: soon, state: () => state };
  const articles = createArticles(/** @type {HTMLElement} */ (byId("dk-articles")), page);
  const bringArticle = (/** @type {File | string} */ what) => {
    location.hash = "#articles";
    articles.give(what);
  };
  /** @type {Record<string, Part>} */
  const parts = {
    bring: createBring(/** @type {HTMLElement} */ (byId("dk-bring")), { ...page, bringArticle }),
    articles,
    settle: createSettle({ ...page, counted: (/** @type {number} */ open) => { left = open; head(); } }),
    show: createShow(/** @type {HTMLElement} */ (byId("dk-show")), page),
    publish: createPublish(/** @type {HTMLElement} */ (byId("dk-publish")), page),
  };

  function head() {
    const { title, name, rows, faults, error, problem, usable, project, drafts } = state;
    text("dk-title", title || name || "impactmap");
    document.title = title ? `${title} · impactmap` : "impactmap";
    text("dk-of-bring", !project ? "" : error || problem ? say("of.wrong") : rows === null ? "" : [sayCount("of.rows", rows), faults ? sayCount("of.faults", faults) : ""].filter(Boolean).join(", "));
    text("dk-of-settle", left < 0 ? "" : left ? sayCount("of.open", left) : say("of.settled"));
    text("dk-of-articles", drafts.waiting ? sayCount("of.drafts", drafts.waiting) : drafts.articles ? say("of.decided") : "");
    const link = /** @type {HTMLElement | null} */ (document.querySelector('#dk-parts a[href="#articles"]'));
    if (link) link.hidden = !drafts.articles && shown !== "articles";
    text("dk-of-publish", state.published && "folder" in state.published ? say("of.published") : "");
    text("dk-folder", say("folder", { folder: state.folder }));
    const drafted = /** @type {[string, string]} */ (["articles", sayCount("next.articles", drafts.waiting)]);
    const next = !project ? ["bring", say("next.bring")]
      : drafts.waiting && !usable && !error && !problem ? drafted
      : error || !usable ? ["bring", say("next.mend")]
        : left > 0 ? ["settle", sayCount("next.settle", left)]
        : drafts.waiting ? drafted
          : state.published && "folder" in state.published ? ["publish", say("next.paste")] : ["publish", say("next.publish")];
    const node = byId("dk-next");
    const line = `${next[0]} ${next[1]}`;
    if (node && node.dataset.line !== line) {
      node.dataset.line = line;
      node.replaceChildren(element("span", {}, `${say("next")} `), element("a", { href: `#${next[0]}` }, next[1]));
    }
    for (const link of document.querySelectorAll("#dk-parts a")) {
      const now = link.getAttribute("href") === `#${shown}`;
      if (now) link.setAttribute("aria-current", "page");
      else link.removeAttribute("aria-current");
    }
  }

  function work() {
    const { busy, fresh } = state;
    const node = byId("dk-busy");
    const idle = !busy && fresh && !isSending();
    if (node) node.hidden = idle;
    document.documentElement.dataset.dkBusy = String(!idle);
    if (!idle) {
      text("dk-busy-text", say(`busy.${busy?.what ?? "read"}`));
      const bar = /** @type {HTMLProgressElement} */ (byId("dk-progress"));
      if (busy?.of) {
        bar.max = busy.of;
        bar.value = Math.max(0, busy.step - 0.5);
      } else bar.removeAttribute("value");
    }
    const told = byId("dk-problem");
    const shown = state.told?.text ?? "";
    if (told && told.dataset.problem !== shown) {
      told.dataset.problem = shown;
      told.replaceChildren(...(shown ? [element("p", {}, say(state.project ? "problem" : "problem.none")), toldText(state.told, { class: "im-quiet" })] : []));
    }
  }

  async function count() {
    if (!state.usable) left = -1;
    else left = (await ask("questions.json")).open.length;
  }

  async function watch() {
    clearTimeout(waiting);
    if (ended) return;
    try {
      state = await ask("state.json");
      work();
      if (state.version !== version && state.fresh) {
        version = state.version;
        await count();
        await parts[shown]?.show(state);
      }
      head();
    } catch (error) {
      if (!ended) fail(error);
      return;
    }
    clearTimeout(waiting);
    waiting = window.setTimeout(() => void watch(), state.busy || !state.fresh ? QUICK : SLOW);
  }

  /** @param {unknown} error */
  function fail(error) {
    const told = byId("dk-problem");
    told?.replaceChildren(element("p", {}, errorText(error)));
    waiting = window.setTimeout(() => void watch(), 3 * SLOW);
  }

  /** @param {string} name */
  async function go(name) {
    shown = name;
    for (const each of NAMES) {
      const section = byId(each);
      if (section) section.hidden = each !== name;
    }
    head();
    await parts[name].show(state);
  }

  window.addEventListener("hashchange", () => {
    const name = named();
    if (!name) return;
    void go(name).then(() => {
      if (parts[name].focus) parts[name].focus();
      else byId("dk-main")?.focus({ preventScroll: true });
    }).catch(fail);
  });
  select.addEventListener("change", async () => {
    useWords(await ask("language", { language: select.value }));
    location.reload();
  });
  byId("dk-done")?.addEventListener("click", async () => {
    ended = true;
    clearTimeout(waiting);
    try {
      const { folder } = await ask("done", {});
      document.body.replaceChildren(element("main", {}, element("h1", { tabindex: "-1", id: "rv-end" }, say("stopped.title")),
        element("p", {}, say("folder", { folder })), element("p", {}, say("stopped.close"))));
      byId("rv-end")?.focus();
    } catch (error) {
      fail(error);
    }
  });

  version = state.version;
  await count();
  work();
  await go(named() || (!state.project || !state.usable ? (state.drafts.waiting ? "articles" : "bring") : left > 0 ? "settle" : "show"));
  head();
  document.documentElement.dataset.dkReady = "true";
  waiting = window.setTimeout(() => void watch(), QUICK);
}

main().catch((error) => {
  byId("dk-problem")?.replaceChildren(element("p", {}, errorText(error)));
  throw error;
});
