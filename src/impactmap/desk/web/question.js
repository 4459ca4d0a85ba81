/** One question that is not about a place: what it is, the reports it is about, and its answers, each with a key. */
import {errorText} from "./ask.js";
import {element} from "./dom.js";
import {say, sayCount} from "./words.js";

/**
 * @typedef {import("./settle.js").Question} Question
 * @typedef {{value: string, text: string, reason?: boolean, input?: boolean, go?: string}} Choice
 */

/** @param {Question} question */
export function questionTitle({ kind, subject, other, label, options }) {
  if (kind === "check") return label ?? subject;
  if (kind === "claimant" && subject === "*") return say("ask.claimant_all");
  if (kind === "duplicate") return say("ask.duplicate");
  if (kind === "claimant") return say("ask.claimant");
  return say(`ask.${kind}`, { subject: options.length && kind === "place" ? options[0] : subject, other });
}

/** @param {Question} question @returns {HTMLElement | null} what editors said differently */
export function conflictNote({ conflict }) {
  return conflict.length ? element("div", { class: "dk-conflict" }, element("p", {}, say("conflict")),
    element("ul", {}, ...conflict.map((each) => element("li", { dir: "auto" }, `${each.editor}: ${each.answer} ${each.reason}`)))) : null;
}

/** @param {Question} question @returns {Choice[]} */
function choicesOf({ kind, subject, other, names = [], room = false, options }) {
  switch (kind) {
    case "side":
      return [...names.map(({ key, name }) => ({ value: key, text: name })), ...(room ? [{ value: "", text: say("answer.new_side", { subject }) }] : [])];
    case "same_side":
      return [{ value: "same", text: say("answer.same_side", { other }) }, { value: "different", text: say("answer.two_sides") }];
    case "duplicate":
      return [{ value: "same", text: say("answer.same") }, { value: "different", text: say("answer.different") }];
    case "claimant":
      return subject === "*"
        ? [...options.map((header) => ({ value: header, text: say("answer.column", { header }) })), { value: "", text: say("answer.nobody_all") }]
        : [{ value: "*text", text: say("answer.name"), input: true }, { value: "", text: say("answer.nobody") }];
    case "total":
      return [{ value: "total", text: say("answer.total") }, { value: "*go", text: say("answer.no_total"), go: "#bring" }];
    default:
      return [{ value: "*right", text: say("answer.right"), reason: true }, { value: "*go", text: say("answer.mend"), go: "#bring" }];
  }
}

/**
 * @param {HTMLElement} root
 * @param {{answer: (given: object) => Promise<void>, skip: () => void, takeBack: () => Promise<void>, name: HTMLInputElement}} page
 */
export function createQuestion(root, { answer, skip, takeBack, name }) {
  const fault = element("p", { id: "dk-ask-fault", class: "dk-fault", role: "alert" });
  const why = element("input", { type: "text", id: "dk-why", maxlength: "500", autocomplete: "off" });
  /** @type {Choice[]} */
  let choices = [];

  /** @param {Choice} choice @param {HTMLInputElement | null} input */
  async function choose(choice, input) {
    fault.textContent = "";
    if (choice.go) {
      location.hash = choice.go;
      return;
    }
    if (!name.value.trim()) {
      fault.textContent = say("settle.name_needed");
      name.focus();
      return;
    }
    if (choice.reason && !why.value.trim()) {
      fault.textContent = say("settle.reason_needed");
      why.focus();
      return;
    }
    if (choice.input && !input?.value.trim()) {
      fault.textContent = say("settle.text_needed");
      input?.focus();
      return;
    }
    const value = choice.input ? input?.value.trim() : choice.value.startsWith("*") ? "" : choice.value;
    try {
      await answer({ answer: value, reason: why.value });
    } catch (error) {
      fault.textContent = errorText(error);
    }
  }

  root.addEventListener("keydown", (event) => {
    const at = Number(event.key) - 1;
    const field = /** @type {HTMLElement} */ (event.target).closest("input, select, textarea");
    if (field || !(at >= 0 && at < choices.length) || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    const button = /** @type {HTMLButtonElement | undefined} */ (root.querySelectorAll(".dk-choice")[at]);
    button?.click();
  });

  /** @param {import("./settle.js").Report} report */
  function reportItem({ row, day, place, what, who, figures }) {
    return element("li", { dir: "auto" },
      element("small", {}, [row === null ? "" : say("bring.row_title", { row }), day, place, who].filter(Boolean).join(" · ")),
      what ? element("span", {}, what) : null,
      ...figures.map((each) => element("span", { class: "dk-figure" }, `${each.metric}: ${each.value}${each.who ? ` (${each.who})` : ""}`)));
  }

  return {
    /** @param {Question} question @param {boolean} focus */
    show(question, focus) {
      const settled = question.seen !== "";
      choices = settled ? [] : choicesOf(question);
      why.value = "";
      fault.textContent = "";
      const wantsReason = choices.some(({ reason }) => reason);
      const buttons = choices.slice(0, 40).map((choice, at) => {
        const input = choice.input ? element("input", { type: "text", class: "dk-answer-text", maxlength: "500", autocomplete: "off", "aria-label": choice.text }) : null;
        const button = element("button", { type: "button", class: "dk-choice", dir: "auto", click: () => void choose(choice, input) },
          at < 9 ? element("kbd", { "aria-hidden": "true" }, String(at + 1)) : null, element("span", {}, choice.text));
        input?.addEventListener("keydown", (event) => {
          if (event.key === "Enter") void choose(choice, input);
        });
        return element("li", {}, input, button);
      });
      const { said } = question;
      root.replaceChildren(
        element("p", { class: "im-kicker" }, [say(`kind.${question.kind}`), question.weight ? sayCount("count.reports", question.weight) : ""].filter(Boolean).join(" · ")),
        element("h3", { id: "dk-asked", tabindex: "-1", dir: "auto" }, questionTitle(question)),
        element("p", {}, say(`why.${question.kind}${question.subject === "*" ? "_all" : ""}`)),
        conflictNote(question) ?? "",
        element("ul", { class: "dk-reports", "aria-label": say("settle.reports") }, ...question.reports.map(reportItem)),
        settled ? element("p", { id: "dk-said", dir: "auto" }, say("settle.answered", { answer: answerText(question) }), said?.editor ? ` · ${said.editor}` : "", said?.reason ? `: ${said.reason}` : "") : "",
        wantsReason ? element("label", { class: "rv-field" }, element("span", {}, say("settle.why")), why, element("small", {}, say("settle.reason_note"))) : "",
        element("ol", { class: "dk-choices" }, ...buttons),
        fault,
        element("div", { class: "im-row" }, settled ? element("button", { type: "button", id: "dk-back", click: () => void takeBack().catch((error) => { fault.textContent = errorText(error); }) }, say("place.undo")) : element("button", { type: "button", id: "dk-skip", click: skip }, say("settle.skip"))),
      );
      if (focus) this.focus();
    },
    /** Put the keyboard on the first answer. */
    focus() {
      const wanted = /** @type {HTMLElement | null} */ (root.querySelector(".dk-choice") ?? root.querySelector("#dk-back") ?? root.querySelector("h3"));
      wanted?.focus();
    },
  };
}

/** @param {Question} question */
function answerText({ kind, seen, said, other }) {
  const answer = said?.answer || seen;
  if (kind === "duplicate") return say(answer === "same" ? "answer.same" : "answer.different");
  if (kind === "same_side") return answer === "same" ? say("answer.same_side", { other }) : say("answer.two_sides");
  if (kind === "total") return say("answer.total");
  if (kind === "check") return say("answer.right");
  if (kind === "claimant" && (answer === "-" || !answer)) return say("answer.nobody");
  return answer;
}
