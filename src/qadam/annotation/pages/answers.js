// The smaller editors: a choice, a label for each word, a number, a text.

import { fill } from "./elements.js";
import { SpanEditor } from "./spans.js";

const PAUSE = 1200; // milliseconds after which a typed digit begins a new number

const buttons = (stage, act) => stage.querySelectorAll(".legend [data-label]").forEach((b) => b.addEventListener("click", (event) => act(b.dataset.label, event)));
const press = (stage, chosen) => stage.querySelectorAll(".legend [data-label]").forEach((b) => b.setAttribute("aria-pressed", b.dataset.label === chosen));
const byKey = (data, name) => data.labels.find((label) => label.key === name)?.id;

/** One label; choosing it saves and goes on. */
export class ChoiceEditor {
  constructor(stage, data, page) {
    [this.stage, this.data, this.page] = [stage, data, page];
    this.chosen = data.answer?.label ?? "";
    buttons(stage, (label) => this.choose(label));
    press(stage, this.chosen);
  }
  choose(label) {
    this.chosen = label;
    press(this.stage, label);
    this.page.save();
  }
  take({ label }) {
    this.choose(label);
  }
  payload() {
    return { label: this.chosen };
  }
  missing() {
    return this.chosen ? "" : this.data.say.label;
  }
  key(name, event) {
    const label = !event.altKey && byKey(this.data, name);
    if (label) this.choose(label);
    return Boolean(label);
  }
}

/** A label for each word: a key gives it and moves on. */
export class TokenEditor {
  constructor(stage, data, page) {
    [this.stage, this.data, this.page] = [stage, data, page];
    this.words = [...stage.querySelectorAll(".token")];
    this.labels = this.words.map(() => "");
    this.at = 0;
    this.words.forEach((word, i) => word.addEventListener("click", () => this.walkTo(i)));
    buttons(stage, (label, event) => this.give(label, event.shiftKey));
    if (data.answer) this.take(data.answer);
    this.draw();
  }
  take({ labels }) {
    this.labels = [...labels];
    this.at = this.words.length - 1;
    this.draw();
  }
  payload() {
    return { labels: [...this.labels] };
  }
  missing() {
    const open = this.labels.indexOf("");
    return open < 0 ? "" : fill(this.data.say.token, { word: this.data.tokens[open] });
  }
  key(name, event) {
    const forward = this.data.rtl ? "ArrowLeft" : "ArrowRight";
    if (name === "ArrowLeft" || name === "ArrowRight") this.walkTo(this.at + (name === forward ? 1 : -1));
    else if (name === "Home" || name === "End") this.walkTo(name === "Home" ? 0 : Infinity);
    else if (name === "Backspace") this.forget();
    else if (!event.altKey && byKey(this.data, name)) this.give(byKey(this.data, name), event.shiftKey);
    else return false;
    return true;
  }
  walkTo(place) {
    this.at = Math.max(0, Math.min(this.words.length - 1, place));
    this.draw();
    this.page.say(`${this.data.tokens[this.at]} ${this.labels[this.at]}`);
  }
  give(label, rest) {
    if (rest) this.labels = this.labels.map((old) => old || label);
    else this.labels[this.at] = label;
    const open = this.labels.indexOf("", this.at);
    this.at = open < 0 ? Math.min(this.at + 1, this.words.length - 1) : open;
    this.draw();
    this.page.say(`${label}; ${this.data.tokens[this.at]}`);
  }
  /** Step back to the word before and take its label away. */
  forget() {
    if (!this.labels[this.at]) this.at = Math.max(0, this.at - 1);
    this.labels[this.at] = "";
    this.draw();
  }
  draw() {
    this.words.forEach((word, i) => {
      word.toggleAttribute("aria-current", i === this.at);
      word.dataset.label = this.labels[i];
      word.querySelector("small").textContent = this.labels[i] || "·";
    });
  }
}

/** A number between two ends, by digits or arrows; with labels also spans of the text. */
export class RatingEditor {
  constructor(stage, data, page) {
    [this.stage, this.data, this.page] = [stage, data, page];
    this.input = stage.querySelector("#value");
    this.output = stage.querySelector("output");
    this.value = null;
    this.typed = "";
    this.input.addEventListener("input", () => this.set(Number(this.input.value)));
    this.input.addEventListener("pointerdown", () => this.set(Number(this.input.value)));
    this.spans = data.labels.length ? new SpanEditor(stage, data, page) : null;
    if (data.answer) this.take(data.answer);
    this.draw();
  }
  take(payload) {
    this.set(payload.value);
    this.spans?.take(payload);
  }
  payload() {
    return { value: this.value, ...this.spans?.payload() };
  }
  missing() {
    return this.value === null ? this.data.say.value : "";
  }
  place() {
    this.spans?.place();
  }
  key(name, event) {
    const [less, more] = this.spans ? ["ArrowDown", "ArrowUp"] : ["ArrowLeft", "ArrowRight"];
    if (name === less || name === more) this.step(name === more ? 1 : -1);
    else if (/^[0-9]$/.test(name) && !event.altKey) this.type(name);
    else return this.spans?.key(name, event) ?? false;
    return true;
  }
  step(direction) {
    const { low, high, step } = this.data;
    this.set(this.value === null ? (direction > 0 ? low : high) : this.value + direction * step);
  }
  /** Digits make a number as long as it stays within the scale. */
  type(digit) {
    clearTimeout(this.timer);
    this.typed = Number(this.typed + digit) <= this.data.high ? this.typed + digit : digit;
    this.timer = setTimeout(() => (this.typed = ""), PAUSE);
    this.set(Number(this.typed));
  }
  set(value) {
    this.value = Math.max(this.data.low, Math.min(this.data.high, value));
    this.draw();
    this.page.say(String(this.value));
  }
  draw() {
    this.input.classList.toggle("unset", this.value === null);
    if (this.value !== null) this.input.value = this.value;
    this.output.textContent = this.value ?? "–";
  }
}

/** Something written: a transcript, a translation, a text that is approved, mended or refused. */
export class TextEditor {
  constructor(stage, data, page) {
    [this.stage, this.data, this.page] = [stage, data, page];
    this.field = stage.querySelector("#answer");
    this.label = data.answer?.label ?? "";
    this.letters = [...stage.querySelectorAll("[data-letter]")];
    this.letters.forEach((b) => b.addEventListener("click", () => this.insert(b.dataset.letter)));
    this.field.addEventListener("input", () => this.changed());
    buttons(stage, (label) => this.choose(label));
    this.field.value = data.answer?.text ?? data.begin;
    press(stage, this.label);
  }
  take({ text, label }) {
    this.field.value = text;
    this.label = label ?? this.label;
    press(this.stage, this.label);
    this.field.focus();
  }
  payload() {
    return { text: this.field.value, ...(this.data.labels.length && { label: this.label }) };
  }
  missing() {
    if (this.data.labels.length && !this.label) return this.data.say.label;
    return this.field.value.trim() || this.data.labels.length ? "" : this.data.say.text;
  }
  /** A text that was changed is mended: the second label of a scheme that approves, mends or refuses. */
  changed() {
    const [approve, mend] = this.data.labels.map((label) => label.id);
    const same = this.field.value === this.data.begin;
    if (mend && (this.label === "" || this.label === approve || this.label === mend)) this.label = same ? "" : mend;
    press(this.stage, this.label);
  }
  /** Approving and refusing need no more keys; mending goes on in the text. */
  choose(label) {
    const [approve, mend] = this.data.labels.map((one) => one.id);
    if (label === approve) this.field.value = this.data.begin;
    this.label = label;
    press(this.stage, label);
    if (label === mend) this.field.focus();
    else this.page.save();
  }
  key(name, event) {
    const writing = document.activeElement === this.field;
    if (event.altKey && /^[1-9]$/.test(name) && this.letters[name - 1]) this.insert(this.letters[name - 1].dataset.letter);
    else if (!writing && !event.altKey && byKey(this.data, name)) this.choose(byKey(this.data, name));
    else return false;
    return true;
  }
  insert(letter) {
    this.field.focus();
    this.field.setRangeText(letter, this.field.selectionStart, this.field.selectionEnd, "end");
    this.changed();
  }
}
