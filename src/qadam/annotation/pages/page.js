// The annotation page: keys and buttons, the clock, the panels, saving in place. What is labelled is the editors' business.

import { ChoiceEditor, RatingEditor, TextEditor, TokenEditor } from "./answers.js";
import { SpanEditor } from "./spans.js";
import { WordEditor } from "./word.js";
import { fill } from "./elements.js";
import { LOCKED, ask, requestId, store, unsaved } from "./saving.js";

const EDITORS = { morphemes: WordEditor, tokens: TokenEditor, spans: SpanEditor, choice: ChoiceEditor, rating: RatingEditor, text: TextEditor };
const $ = (selector) => document.querySelector(selector);
const work = $("#work");
const sentences = JSON.parse($("#sentences").textContent);
const hazard = $("#hazard");

let data = {};
let editor = null;
let busy = false;
let spent = 0; // milliseconds on this item in earlier looks at it
let since = 0; // when the page was last looked at

const page = {
  say: (text) => ($("#say").textContent = text),
  focus: () => (work.querySelector("[data-focus]") ?? work).focus({ preventScroll: true }),
  save,
};

/** Take up the item that the page now holds. */
function begin() {
  data = JSON.parse(work.querySelector("#data").textContent);
  const stage = work.querySelector("[data-editor]");
  editor = stage ? new EDITORS[data.kind](stage, data, page) : null;
  [spent, since, busy] = [0, document.hidden ? 0 : performance.now(), false];
  work.removeAttribute("inert");
  page.focus();
  if (editor && hazard?.hidden !== false) work.querySelector("audio")?.play().catch(() => {});
}

function show(html) {
  work.innerHTML = html;
  scrollTo(0, 0);
  begin();
}

async function turnTo(address) {
  if (busy) return;
  try {
    const answer = await ask(address);
    if (answer.ok) show(answer.html);
    else fault(answer.error);
  } catch {
    fault(sentences.unreachable);
  }
}

function fault(text) {
  const line = work.querySelector("#fault");
  if (line) line.textContent = text;
  else page.say(text);
}

function seconds() {
  return Math.round((spent + (since ? performance.now() - since : 0)) / 100) / 10;
}

async function save(skip = "") {
  if (busy || !editor || (veiled() && !skip)) return; // what nobody wants to read can be skipped unread
  const why = work.querySelector("#comment");
  const bare = data.step === "settle" && !why.value.trim();
  const missing = skip ? "" : editor.missing() || (bare && data.say.why);
  if (missing) {
    if (bare) why.focus();
    return fault(fill(data.say.incomplete, { what: missing }));
  }
  const decision = {
    item: data.item,
    payload: skip ? null : editor.payload(),
    skip,
    comment: why.value,
    seconds: seconds(),
    after: data.after,
    request: requestId(),
  };
  await send(decision);
}

/** Why a decision was refused, in the language of the page where it can happen to anybody. */
function refusal({ status, error }) {
  if (LOCKED.includes(status)) return sentences.locked;
  return { 409: sentences.newer, 413: sentences.long }[status] ?? error;
}

/** Send a decision; the page waits with it, and goes on when it is stored. A newer one that stands instead is shown. */
async function send(decision) {
  busy = true;
  work.setAttribute("inert", "");
  const answer = await store(decision, () => {
    $("#unsaved").textContent = sentences.waiting;
    $("#unsaved").hidden = false;
  });
  $("#unsaved").hidden = true;
  busy = false;
  work.removeAttribute("inert");
  if (answer.html) show(answer.html);
  if (answer.ok) page.say(sentences.saved);
  else {
    fault(refusal(answer));
    page.focus();
  }
  return answer;
}

/** Send what an earlier page could not save, oldest first; what is refused for good is told at the end. */
async function sendLeft() {
  let refused = null;
  for (const decision of unsaved()) {
    const answer = await send(decision);
    if (LOCKED.includes(answer.status)) return;
    if (!answer.ok) refused = answer;
  }
  if (refused) fault(refused.status === 409 ? sentences.newer : fill(sentences.dropped, { why: refusal(refused) }));
}

// --- actions, by button and by key ---

const veiled = () => Boolean(work.querySelector(".veiled"));

const actions = {
  save: () => save(),
  undo: () => turnTo(`/work?before=${encodeURIComponent(data.item)}`),
  take() {
    if (data.proposal && !veiled()) editor.take(data.proposal);
  },
  skip() {
    const form = work.querySelector("#reasons");
    if (!form) return;
    form.hidden = !form.hidden;
    work.querySelector(".actions [data-do=skip]").setAttribute("aria-expanded", !form.hidden);
    if (form.hidden) page.focus();
    else form.querySelector("[data-reason]").focus();
  },
  comment() {
    const remark = work.querySelector("#remark");
    if (!remark) return;
    remark.hidden = false;
    work.querySelector("[data-do=comment]").setAttribute("aria-expanded", "true");
    remark.querySelector("input").focus();
  },
  guideline() {
    const open = !$("#guideline").checkVisibility();
    document.documentElement.className = open ? "with-guideline" : "";
    const beside = matchMedia("(min-width: 64rem)").matches; // on a small screen it covers the item: every time anew
    if (beside) document.cookie = `qadam-guideline=${open ? "open" : "closed"}; path=/; max-age=31536000; samesite=lax`;
    editor?.place?.();
  },
  replay() {
    const audio = work.querySelector("audio");
    if (!audio) return;
    audio.currentTime = 0;
    audio.play().catch(() => {});
  },
  larger: () => zoom(1.25),
  smaller: () => zoom(0.8),
  unveil() {
    work.querySelectorAll(".veiled").forEach((part) => part.classList.remove("veiled"));
    work.querySelector(".veil")?.classList.add("lifted");
    page.focus();
  },
  begin() {
    hazard.hidden = true;
    try {
      sessionStorage.setItem("qadam-hazard", "read");
    } catch {
      // it is shown again at the next start
    }
    document.querySelectorAll("header, .room, footer").forEach((part) => part.removeAttribute("inert"));
    page.focus();
  },
};

function zoom(factor) {
  const image = work.querySelector(".image img");
  if (!image) return;
  const now = Number(image.dataset.zoom ?? 1) * factor;
  image.dataset.zoom = Math.max(0.5, Math.min(6, now));
  image.style.width = `${image.dataset.zoom * 100}%`;
}

function skipKey(name, event) {
  const reasons = [...work.querySelectorAll("[data-reason]")];
  const field = work.querySelector("#reason");
  if (name === "Escape") actions.skip();
  else if (document.activeElement === field) {
    if (name !== "Enter" || !field.value.trim()) return;
    save(field.value.trim());
  } else if (reasons[name - 1]) save(reasons[name - 1].dataset.reason);
  else if (Number(name) === reasons.length + 1) field.focus();
  else return;
  event.preventDefault();
}

/** The action of a key: Alt and a letter, the same everywhere; or what does without Alt in this scheme. */
function action(name, event) {
  const pressed = (event.altKey ? "Alt+" : "") + name;
  return Object.keys(data.keys).find((one) => data.keys[one] === pressed || data.short[one] === pressed);
}

/** What a key is called: the letter or digit printed on it, or where it lies where another alphabet or digits' row is active. */
function keyName(event) {
  const { key, code } = event;
  if (/^[a-z0-9]$/i.test(key)) return key.toLowerCase();
  if (/^(Key|Digit|Numpad)[A-Z0-9]$/.test(code)) return code.at(-1).toLowerCase();
  return { Slash: "/", Equal: "+", Minus: "-", NumpadAdd: "+", NumpadSubtract: "-" }[code] ?? key;
}

/** Keys in the field of a remark, a reason or a search: Escape leaves it, and Enter does where it does not save. */
function fieldKey(name, event) {
  const saves = data.step === "settle" && event.target.id === "comment";
  if (name === "Enter" && saves) save();
  else if (name === "Escape" || (name === "Enter" && event.target.id === "comment")) page.focus();
  else return;
  event.preventDefault();
}

/** What a key does when nothing in particular has it: an action, a vote to take over, or the editor's own business. */
function workKey(name, event) {
  const { target, altKey, ctrlKey, metaKey, shiftKey } = event;
  const typing = target.matches?.("textarea");
  const onButton = target.matches?.("button, a, summary");
  if ((ctrlKey || metaKey) && name === "z" && !typing) return actions.undo();
  if (metaKey || (ctrlKey && !name.startsWith("Arrow"))) return false;
  if (altKey && (name === "+" || name === "-")) return zoom(name === "+" ? 1.25 : 0.8);
  if (altKey && data.votes?.[name - 1]) return editor.take(data.votes[name - 1]);
  if (onButton && (name === "Enter" || name === " ")) return false;
  if (name === "Enter" && !shiftKey) return void save();
  if (name === "Escape") return page.focus();
  if (typing && !altKey) return false;
  const wanted = !shiftKey && action(name, event);
  if (wanted && (wanted !== "take" || data.proposal)) return actions[wanted]();
  return Boolean(editor) && !target.closest?.("aside") && editor.key(name, event);
}

const QUIET = ["Tab", "Shift", "Control", "Alt", "AltGraph", "Meta", "Escape"]; // keys that lift no veil

document.addEventListener("keydown", (event) => {
  if (event.isComposing) return;
  const name = keyName(event);
  const plain = !event.ctrlKey && !event.metaKey && !event.altKey;
  if (hazard && !hazard.hidden) {
    if (name === "Enter") (actions.begin(), event.preventDefault());
  } else if (busy) {
    if (name !== "Tab") event.preventDefault();
  } else if (work.querySelector("#reasons")?.hidden === false) skipKey(name, event);
  else if (event.target.matches?.("input[type=text]")) fieldKey(name, event);
  else if (veiled() && plain && !QUIET.includes(name) && action(name, event) !== "skip" && !event.target.matches?.("button, a")) (actions.unveil(), event.preventDefault());
  else if (workKey(name, event) !== false) event.preventDefault();
});

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-do], [data-reason], [data-vote]");
  if (!button || button.disabled) return;
  if (button.dataset.vote) return editor.take(data.votes[button.dataset.vote]);
  if (button.dataset.reason) save(button.dataset.reason);
  else actions[button.dataset.do]?.();
});

// A pressed button must not take the focus away from the editor: the keys go on working.
work.addEventListener("pointerdown", (event) => {
  if (event.target.closest("button")) event.preventDefault();
});

document.addEventListener("visibilitychange", () => {
  if (document.hidden) [spent, since] = [spent + (since ? performance.now() - since : 0), 0];
  else since = performance.now();
});

new ResizeObserver(() => editor?.place?.()).observe(work);
document.fonts?.ready.then(() => editor?.place?.());

if (hazard) {
  let read = null;
  try {
    read = sessionStorage.getItem("qadam-hazard");
  } catch {
    // storage is closed: the notice is shown
  }
  hazard.hidden = Boolean(read);
  if (!read) document.querySelectorAll("header, .room, footer").forEach((part) => part.setAttribute("inert", ""));
}
begin();
if (hazard && !hazard.hidden) hazard.querySelector("button").focus();
sendLeft();
