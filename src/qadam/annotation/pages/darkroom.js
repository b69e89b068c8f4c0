// Draws the rectangles of the form over the photograph, with mouse, finger or keys. What counts are the numbers of the form.

import { fill, make } from "./elements.js";

const SMALLEST = 6; // pixels of the screen; less is a press, not a rectangle
const STEPS = 100; // presses of an arrow from one end of the longer side to the other
const SIDES = ["left", "top", "width", "height"];
const WAYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

const form = document.querySelector("#rectangles");
const list = form.querySelector(".rectangles");
const sheet = form.querySelector(".sheet");
const photo = sheet.querySelector("img");
const add = form.querySelector("#add");
const preview = form.querySelector("#preview");
const plain = photo.src.replace(/&hide=[^&]*/, "");
const sentences = JSON.parse(document.querySelector("#sentences").textContent);
const wide = Number(photo.getAttribute("width"));
const high = Number(photo.getAttribute("height"));
const step = Math.max(1, Math.round(Math.max(wide, high) / STEPS));
const boxes = new Map(); // row of the form -> its rectangle on the photograph

let drag = null;
let changed = false;

const fields = (row) => SIDES.map((side) => row.querySelector(`[name=${side}]`));
const numbers = (row) => fields(row).map((field) => Number(field.value));
const rows = () => [...boxes.keys()];
const between = (low, value, top) => Math.round(Math.min(Math.max(value, low), top));

/** Say a sentence about a rectangle to those who listen. */
function tell(sentence, row) {
  const values = Object.fromEntries(fields(row).map((field) => [field.name, field.value]));
  document.querySelector("#say").textContent = fill(sentences[sentence], { number: rows().indexOf(row) + 1, ...values });
}

/** Put the rectangle of a row where its numbers say. */
function place(row) {
  const [left, top, width, height] = numbers(row);
  const share = (part, whole) => `${(100 * part) / whole}%`;
  Object.assign(boxes.get(row).style, {
    left: share(left, wide), top: share(top, high), width: share(width, wide), height: share(height, high),
  });
}

/** Write four numbers into a row, kept within the photograph. */
function write(row, [left, top, width, height]) {
  const at = [between(0, left, wide - 1), between(0, top, high - 1)];
  const size = [between(1, width, wide - at[0]), between(1, height, high - at[1])];
  fields(row).forEach((field, index) => { field.value = [...at, ...size][index]; });
  place(row);
  changed = true;
}

/** Name rectangles by their places in the list, and show what they paint over. */
function refresh() {
  rows().forEach((row, index) => {
    const name = fill(sentences.rectangle, { number: index + 1 });
    row.querySelector("legend").textContent = name;
    row.querySelector(".remove").setAttribute("aria-label", `${sentences.remove}: ${name}`);
    boxes.get(row).setAttribute("aria-label", name);
  });
  const shown = preview.getAttribute("aria-pressed") === "true";
  const hide = rows().map((row) => numbers(row).join(",")).join(" ");
  const wanted = shown && hide ? `${plain}&hide=${encodeURIComponent(hide)}` : plain;
  if (photo.src !== wanted) photo.src = wanted;
  for (const box of boxes.values()) box.classList.toggle("previewed", shown);
}

/** Give a row of the form its rectangle on the photograph. */
function join(row) {
  const box = make("button", { type: "button", "aria-describedby": "keys" }, make("i"));
  boxes.set(row, box);
  sheet.append(box);
  row.querySelector(".remove").hidden = false;
  place(row);
  return row;
}

function appended(values) {
  const row = document.querySelector("#row").content.firstElementChild.cloneNode(true);
  list.append(row);
  join(row);
  write(row, values);
  return row;
}

function remove(row) {
  tell("removed", row);
  const index = rows().indexOf(row);
  boxes.get(row).remove();
  boxes.delete(row);
  row.remove();
  changed = true;
  refresh();
  (boxes.get(rows()[Math.min(index, boxes.size - 1)]) ?? add).focus();
}

/** Where a pointer is, in pixels of the photograph. */
function point(event) {
  const seen = photo.getBoundingClientRect();
  return [
    between(0, ((event.clientX - seen.left) / seen.width) * wide, wide),
    between(0, ((event.clientY - seen.top) / seen.height) * high, high),
  ];
}

const span = ([x, y], [toX, toY]) => [Math.min(x, toX), Math.min(y, toY), Math.abs(toX - x), Math.abs(toY - y)];
const rowOf = (box) => rows().find((row) => boxes.get(row) === box);

sheet.addEventListener("pointerdown", (event) => {
  if (event.button || !event.isPrimary) return;
  const box = event.target.closest("button");
  const row = box ? rowOf(box) : null;
  drag = { row, start: point(event), from: row && numbers(row), way: row ? (event.target.matches("i") ? "size" : "move") : "draw" };
  sheet.setPointerCapture(event.pointerId);
  box?.focus();
  event.preventDefault();
});

sheet.addEventListener("pointermove", (event) => {
  if (!drag) return;
  const at = point(event);
  const [x, y] = [at[0] - drag.start[0], at[1] - drag.start[1]];
  if (drag.way === "draw") {
    const least = (SMALLEST * wide) / photo.getBoundingClientRect().width;
    if (!drag.row && Math.min(Math.abs(x), Math.abs(y)) < least) return;
    drag.row ??= appended(span(drag.start, at));
    write(drag.row, span(drag.start, at));
  } else if (drag.way === "size") {
    write(drag.row, [drag.from[0], drag.from[1], drag.from[2] + x, drag.from[3] + y]);
  } else {
    write(drag.row, moved(drag.from, x, y));
  }
});

/** A rectangle moved, whole, as far as the photograph goes. */
function moved([left, top, width, height], x, y) {
  return [between(0, left + x, Math.max(0, wide - width)), between(0, top + y, Math.max(0, high - height)), width, height];
}

function settle(event) {
  if (!drag) return;
  const { row, way } = drag;
  drag = null;
  if (!row) return;
  if (event.type === "pointercancel" && way === "draw") return remove(row); // two fingers enlarge the photograph instead
  refresh();
  boxes.get(row).focus();
  tell("at", row);
}

sheet.addEventListener("pointerup", settle);
sheet.addEventListener("pointercancel", settle);

sheet.addEventListener("keydown", (event) => {
  const row = rowOf(event.target);
  if (!row || event.ctrlKey || event.altKey || event.metaKey) return;
  const way = WAYS[event.key];
  if (way) {
    const [left, top, width, height] = numbers(row);
    const [x, y] = way.map((direction) => direction * step);
    write(row, event.shiftKey ? [left, top, width + x, height + y] : moved([left, top, width, height], x, y));
    refresh();
    tell("at", row);
  } else if (event.key === "Delete" || event.key === "Backspace") {
    remove(row);
  } else {
    return;
  }
  event.preventDefault();
});

list.addEventListener("change", (event) => {
  const row = event.target.closest("li");
  if (numbers(row).every((number) => Number.isFinite(number))) write(row, numbers(row));
  refresh();
});

list.addEventListener("click", (event) => {
  if (event.target.closest(".remove")) remove(event.target.closest("li"));
});

form.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && event.target.matches("input")) event.preventDefault(); // a number is no reason to save
});

add.addEventListener("click", () => {
  const row = appended([wide * 0.4, high * 0.4, wide * 0.2, high * 0.2]);
  refresh();
  boxes.get(row).focus();
  tell("at", row);
});

preview.addEventListener("click", (event) => {
  event.preventDefault();
  preview.setAttribute("aria-pressed", preview.getAttribute("aria-pressed") !== "true");
  refresh();
});

form.addEventListener("submit", () => { changed = false; });
window.addEventListener("beforeunload", (event) => { if (changed) event.preventDefault(); });

for (const row of [...list.children]) {
  if (fields(row).some((field) => field.value)) join(row);
  else row.remove();
}
preview.setAttribute("aria-pressed", photo.src !== plain);
sheet.classList.add("drawn");
add.hidden = form.querySelector("#keys").hidden = false;
refresh();
