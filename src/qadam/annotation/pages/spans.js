// The editor of spans: a cursor walks word by word or letter by letter, Shift extends it, letters name what it holds.

import { fill, make, put } from "./elements.js";
import { Ruler, slice } from "./places.js";

const PAUSE = 1500; // milliseconds after which typed letters begin a new label

export class SpanEditor {
  constructor(stage, data, page) {
    [this.stage, this.data, this.page] = [stage, data, page];
    this.box = stage.querySelector(".marked");
    this.marks = this.box.querySelector(".marks");
    this.text = this.box.querySelector(".text");
    this.ruler = new Ruler(this.text, this.marks, data.rtl);
    this.spans = [];
    this.typed = "";
    [this.start, this.end] = data.places[0] ?? [0, 0];
    this.anchor = this.start;
    stage.querySelectorAll(".legend [data-label]").forEach((b) => b.addEventListener("click", () => this.name(b.dataset.label)));
    this.box.addEventListener("pointerup", (event) => this.pointed(event));
    if (data.answer) this.take(data.answer);
    this.draw();
  }

  payload() {
    return { spans: this.spans.map((span) => [...span]) };
  }

  missing() {
    return "";
  }

  take(payload) {
    this.spans = (payload.spans ?? []).map((span) => [...span]);
    this.draw();
  }

  key(name, event) {
    const forward = name === (this.data.rtl ? "ArrowLeft" : "ArrowRight");
    if (name === "ArrowLeft" || name === "ArrowRight") this.walk(forward ? 1 : -1, event.shiftKey, event.altKey || event.ctrlKey);
    else if (name === "Home") this.select(...this.data.places[0]);
    else if (name === "End") this.select(...this.data.places.at(-1));
    else if (name === "Backspace" || name === "Delete") this.remove();
    else if (/^[a-z0-9]$/.test(name) && !event.altKey && !event.ctrlKey) return this.type(name);
    else return false;
    return true;
  }

  /** Move the cursor, or with `extend` the end of it that moves, by a word or by a letter. */
  walk(step, extend, byLetter) {
    const { places, edges } = this.data;
    const moving = this.anchor === this.start ? this.end : this.start;
    if (extend) {
      const stops = byLetter ? edges : [...new Set(places.flat())];
      const ends = stops.filter((place) => (step > 0 ? place > moving : place < moving));
      let to = step > 0 ? ends[0] : ends.at(-1);
      if (to === undefined) return;
      if (!byLetter && moving !== this.anchor) {
        const side = (step > 0) === (to > this.anchor) ? (step > 0 ? 1 : 0) : step > 0 ? 0 : 1;
        to = (step > 0 ? places.find((p) => p[side] > moving) : places.findLast((p) => p[side] < moving))?.[side] ?? to;
      }
      if (to === this.anchor) return;
      [this.start, this.end] = to > this.anchor ? [this.anchor, to] : [to, this.anchor];
      this.draw();
    } else if (byLetter) {
      const from = edges.indexOf(step > 0 ? this.end : this.start);
      const next = this.end - this.start === 1 || edges.indexOf(this.end) - edges.indexOf(this.start) === 1 ? from : edges.indexOf(step > 0 ? this.start : this.end);
      const [a, b] = step > 0 ? [next, next + 1] : [next - 1, next];
      if (a >= 0 && b < edges.length) this.select(edges[a], edges[b]);
    } else {
      const next = step > 0 ? places.find((p) => p[0] >= this.end) : places.findLast((p) => p[1] <= this.start);
      if (next) this.select(...next);
    }
    this.page.say(slice(this.data.text, this.start, this.end));
  }

  select(start, end) {
    [this.start, this.end, this.anchor, this.typed] = [start, end, start, ""];
    this.draw();
  }

  /** A stretch selected by pointer, or the word under it. */
  pointed(event) {
    const selection = getSelection();
    const inside = selection.rangeCount && this.text.contains(selection.anchorNode) && !selection.isCollapsed;
    const edge = (unit) => this.ruler.units.findLastIndex((u) => u <= unit);
    if (inside) {
      const range = selection.getRangeAt(0);
      const [from, to] = [edge(range.startOffset), edge(range.endOffset)];
      const { edges } = this.data;
      this.select(edges.findLast((e) => e <= from), edges.find((e) => e >= to) ?? edges.at(-1));
      selection.removeAllRanges();
      return;
    }
    const at = (place) => this.ruler.rects(...place).some((r) => {
      const origin = this.marks.getBoundingClientRect();
      const [x, y] = [event.clientX - origin.left, event.clientY - origin.top];
      return x >= r.left && x <= r.left + r.width && y >= r.top && y <= r.top + r.height;
    });
    const word = this.data.places.find(at);
    if (word) this.select(...word);
  }

  /** A letter of a label's key; a label whose key is complete is given. */
  type(letter) {
    clearTimeout(this.timer);
    const keys = this.data.labels.map((label) => label.key);
    let typed = this.typed + letter;
    if (!keys.some((key) => key.startsWith(typed))) typed = letter;
    if (!keys.some((key) => key.startsWith(typed))) return false;
    const label = this.data.labels.find((one) => one.key === typed);
    if (label) this.name(label.id);
    this.typed = label ? "" : typed;
    this.timer = setTimeout(() => ((this.typed = ""), this.drawLegend()), PAUSE);
    this.drawLegend();
    return true;
  }

  /** Mark what the cursor holds; what overlapped it gives way. */
  name(label) {
    if (this.start === this.end) return;
    this.spans = this.spans.filter(([start, end]) => end <= this.start || start >= this.end);
    this.spans.push([this.start, this.end, label]);
    this.spans.sort((a, b) => a[0] - b[0]);
    this.draw();
    this.page.say(fill(this.data.say.marked, { label, text: slice(this.data.text, this.start, this.end) }));
  }

  remove() {
    const gone = this.spans.filter(([start, end]) => start < this.end && end > this.start);
    this.spans = this.spans.filter((span) => !gone.includes(span));
    this.draw();
    if (gone.length) this.page.say(fill(this.data.say.removed, { text: slice(this.data.text, gone[0][0], gone[0][1]) }));
  }

  /** The marks are measured again whenever the width changes. */
  place() {
    this.draw();
  }

  draw() {
    const marks = this.spans.flatMap(([start, end, label]) =>
      this.ruler.rects(start, end).map((rect, i) => {
        const mark = put(make("span", { class: "mark-span" }), rect);
        if (i === 0) mark.append(make("small", { dir: "ltr" }, label));
        return mark;
      }),
    );
    const cursor = this.start < this.end ? this.ruler.rects(this.start, this.end).map((rect) => put(make("span", { class: "cursor" }), rect)) : [];
    this.marks.replaceChildren(...marks, ...cursor);
    const found = this.stage.querySelector(".found");
    found.replaceChildren(...this.spans.map(([start, end, label]) => {
      const button = make("button", { type: "button", tabindex: "-1" }, make("bdi", {}, slice(this.data.text, start, end)), make("b", {}, label));
      button.addEventListener("click", () => this.select(start, end));
      return make("li", {}, button);
    }));
    this.stage.querySelector(".none")?.classList.toggle("gone", this.spans.length > 0);
    this.drawLegend();
  }

  drawLegend() {
    this.stage.querySelectorAll(".legend [data-label]").forEach((button) => {
      const key = this.data.labels.find((label) => label.id === button.dataset.label).key;
      button.classList.toggle("possible", Boolean(this.typed) && key.startsWith(this.typed));
    });
  }
}
