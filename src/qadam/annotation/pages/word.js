// The editor of one word: walk the gaps between its letters, cut, label the parts, name the part of speech.

import { fill, make, put } from "./elements.js";
import { Ruler, slice } from "./places.js";

const NEAR = 9; // labels that have a digit
const STRANGE = 40; // bits: a label the suffix inventory does not know for these letters
const OUT_OF_ORDER = 12; // bits: a label that cannot follow the one before it
const JOINER = "\u200d"; // keeps the joined shape of an Arabic letter that stands beside a cut

export class WordEditor {
  constructor(stage, data, page) {
    [this.stage, this.data, this.page] = [stage, data, page];
    this.box = stage.querySelector(".word-box");
    this.marks = this.box.querySelector(".marks");
    this.ruler = new Ruler(this.box.querySelector(".word"), this.marks, data.rtl);
    this.gaps = data.edges.slice(1, -1);
    this.at = Math.max(0, this.gaps.length - 1); // the gap the cursor is on; it starts at the end, where suffixes are
    this.labels = new Map(); // "start:end" -> label
    this.chosen = null; // the part to be labelled, if not the first open one
    this.cuts = [];
    this.pos = "";
    this.gapButtons = this.gaps.map((place) => {
      const button = make("button", { type: "button", tabindex: "-1", class: "gap", "aria-label": fill(data.say.gap, { before: slice(data.text, 0, place) }) });
      button.addEventListener("click", () => (this.walkTo(this.gaps.indexOf(place)), this.cut()));
      return button;
    });
    this.marks.replaceChildren(...this.gapButtons);
    stage.querySelector("#find").addEventListener("keydown", (event) => this.find(event));
    stage.querySelectorAll(".pos [data-label]").forEach((b) => b.addEventListener("click", () => this.namePos(b.dataset.label)));
    if (data.answer) this.take(data.answer);
    this.place();
    this.draw();
  }

  parts() {
    const edges = [0, ...this.cuts, this.data.edges.at(-1)];
    return edges.slice(1).map((end, i) => ({ start: edges[i], end, key: `${edges[i]}:${end}`, text: slice(this.data.text, edges[i], end) }));
  }

  /** The label of a part; what a word begins with is its stem until somebody says otherwise. */
  label(part) {
    return this.labels.get(part.key) ?? (part.start === 0 ? "STEM" : "");
  }

  open() {
    const parts = this.parts();
    if (this.chosen !== null && parts[this.chosen]) return this.chosen;
    return parts.findIndex((part) => !this.label(part));
  }

  payload() {
    return { cuts: this.cuts, labels: this.parts().map((part) => this.label(part)), pos: this.pos };
  }

  missing() {
    const bare = this.parts().findIndex((part) => !this.label(part));
    if (bare >= 0) return fill(this.data.say.part, { number: bare + 1 });
    return this.pos || !this.data.pos.length ? "" : this.data.say.pos;
  }

  take(payload) {
    this.cuts = [...payload.cuts];
    this.pos = payload.pos ?? "";
    this.labels.clear();
    this.parts().forEach((part, i) => this.labels.set(part.key, payload.labels[i]));
    this.chosen = null;
    if (this.gapButtons) this.draw();
  }

  key(name, event) {
    const forward = this.data.rtl ? "ArrowLeft" : "ArrowRight";
    const count = this.gaps.length;
    if (name === "ArrowLeft" || name === "ArrowRight") {
      if (count) this.walkTo((this.at + (name === forward ? 1 : count - 1)) % count);
    } else if (name === "Home" || name === "End") this.walkTo(name === "Home" ? 0 : count - 1);
    else if (name === " ") this.cut();
    else if (name === "ArrowUp") this.choose(this.open() <= 0 ? this.parts().length - 1 : this.open() - 1);
    else if (/^[1-9]$/.test(name)) this.give(this.ranked(this.open())[Number(name) - 1]);
    else if (name === "Backspace") this.forget();
    else if (name === "/") this.stage.querySelector("#find").focus();
    else if (/^[a-z]$/.test(name) && !event.altKey) return this.namePos(this.data.pos.find((label) => label.key === name)?.id);
    else return false;
    return true;
  }

  walkTo(gap) {
    if (!this.gaps.length) return;
    this.at = gap;
    this.draw();
    this.announce("at");
  }

  cut() {
    if (!this.gaps.length) return;
    const place = this.gaps[this.at];
    const there = this.cuts.includes(place);
    this.cuts = there ? this.cuts.filter((cut) => cut !== place) : [...this.cuts, place].sort((a, b) => a - b);
    this.chosen = null;
    this.draw();
    this.announce(there ? "joined" : "cut");
  }

  announce(how) {
    const place = this.gaps[this.at];
    const before = Math.max(0, ...this.cuts.filter((cut) => cut < place));
    const after = Math.min(this.data.edges.at(-1), ...this.cuts.filter((cut) => cut > place));
    this.page.say(fill(this.data.say[how], { before: slice(this.data.text, before, place), after: slice(this.data.text, place, after) }));
  }

  choose(part) {
    this.chosen = part;
    this.draw();
  }

  give(label) {
    const part = this.parts()[this.open()];
    if (!part || !label) return;
    this.labels.set(part.key, label);
    this.chosen = null;
    this.draw();
    this.page.say(`${part.text}: ${this.title(label)}`);
  }

  /** Take back the last label; where there is none, the cut at the cursor. */
  forget() {
    const parts = this.parts();
    const last = this.pos ? null : parts.findLast((part) => this.labels.has(part.key));
    if (this.pos) this.pos = "";
    else if (last) this.labels.delete(last.key);
    this.draw();
  }

  namePos(id) {
    if (!id) return false;
    this.pos = id;
    this.draw();
    return true;
  }

  find(event) {
    if (event.key === "Escape") this.page.focus();
    if (event.key !== "Enter") return;
    const typed = event.target.value.trim().toLowerCase();
    const fits = (text) => text.toLowerCase().startsWith(typed);
    const label = typed && (this.data.labels.find((l) => fits(l.id)) ?? this.data.labels.find((l) => fits(l.title)));
    event.target.value = "";
    if (label) this.give(label.id);
    this.page.focus();
    event.preventDefault();
    event.stopPropagation();
  }

  title(id) {
    return this.data.labels.find((label) => label.id === id)?.title ?? id;
  }

  /** Every label for a part, likeliest first: by the letters, by what stands before, and by what can follow. */
  ranked(number) {
    const parts = this.parts();
    const part = parts[number];
    if (!part) return [];
    const { after } = this.data.hints;
    const before = number ? this.label(parts[number - 1]) : "";
    const next = parts[number + 1];
    const following = next && (this.label(next) ? [this.label(next)] : this.known(next).map(([label]) => label));
    const costs = new Map(this.known(part));
    const cost = (label, order) => {
      let bits = costs.get(label) ?? STRANGE + order / 10;
      if (label === "STEM") bits = number ? 2 * STRANGE : 0;
      if (before && !(after[before] ?? []).includes(label)) bits += OUT_OF_ORDER;
      if (following?.length && !following.some((f) => (after[label] ?? []).includes(f))) bits += OUT_OF_ORDER;
      return bits;
    };
    const all = this.data.labels.map(({ id }, order) => [id, cost(id, order)]);
    return all.sort((a, b) => a[1] - b[1]).map(([id]) => id);
  }

  known(part) {
    return this.data.hints.parts[part.key] ?? [];
  }

  /** Measure where the gaps are; again whenever the width changes. */
  place() {
    this.gaps.forEach((place, i) => {
      const { left, top, height } = this.ruler.gap(this.data.edges[i], place);
      const before = i ? this.ruler.gap(this.data.edges[i - 1], this.gaps[i - 1]).left : this.ruler.rects(0, this.gaps[0]).at(0).left;
      const width = Math.max(14, Math.min(44, Math.abs(left - before) || 44));
      put(this.gapButtons[i], { left: left - width / 2, top, width, height });
    });
  }

  draw() {
    this.gapButtons.forEach((button, i) => {
      button.setAttribute("aria-pressed", this.cuts.includes(this.gaps[i]));
      button.classList.toggle("here", i === this.at);
    });
    const parts = this.parts();
    const open = this.open();
    this.stage.querySelector(".parts").replaceChildren(...parts.map((part, i) => this.drawPart(part, i, i === open)));
    this.drawWarnings(parts);
    this.drawCandidates(parts[open], open);
    this.stage.querySelectorAll(".pos [data-label]").forEach((b) => b.setAttribute("aria-pressed", b.dataset.label === this.pos));
  }

  drawPart(part, i, open) {
    const label = this.label(part);
    const joined = this.data.rtl ? (i ? JOINER : "") + part.text + (part.end < this.data.edges.at(-1) ? JOINER : "") : part.text;
    const button = make("button", { type: "button", tabindex: "-1", "aria-current": open && "true", class: this.data.hints.broken[part.key] && "broken" },
      make("bdi", {}, joined), make("b", { dir: "ltr" }, label || "?"), make("small", { lang: document.documentElement.lang }, label ? this.title(label) : this.data.say.unlabelled));
    button.addEventListener("click", () => this.choose(i));
    return make("li", {}, button);
  }

  drawWarnings(parts) {
    const broken = parts.find((part) => part.start && this.data.hints.broken[part.key]);
    this.stage.querySelector(".warning").textContent = broken
      ? fill(this.data.say.broken, { part: broken.text, before: slice(this.data.text, 0, broken.start), expected: this.data.hints.broken[broken.key] })
      : "";
  }

  drawCandidates(part, number) {
    this.stage.querySelector("#choose").textContent = part ? fill(this.data.say.choose, { part: part.text }) : "\u00a0";
    const labels = part ? this.ranked(number).slice(0, NEAR) : [];
    this.stage.querySelector(".candidates").replaceChildren(...labels.map((id, i) => {
      const button = make("button", { type: "button", tabindex: "-1" }, make("kbd", {}, String(i + 1)), make("b", {}, id), make("span", {}, this.title(id)));
      button.addEventListener("click", () => this.give(id));
      return make("li", {}, button);
    }));
  }
}
