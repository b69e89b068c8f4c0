// Places in a text: code points for the server, and where they stand on the screen. The text node is never split.

/** For each code point its offset in the units JavaScript counts in, and the length at the end. */
export function units(text) {
  const at = [0];
  for (const sign of text) at.push(at.at(-1) + sign.length);
  return at;
}

/** The stretch of a text between two code points. */
export function slice(text, start, end) {
  return Array.from(text).slice(start, end).join("");
}

/** Measures stretches of the one text node inside an element, relative to the box that holds its marks. */
export class Ruler {
  constructor(element, box, rtl) {
    [this.element, this.box, this.rtl] = [element, box, rtl];
    this.node = element.firstChild;
    this.units = units(element.textContent);
  }

  /** The rectangles of a stretch: one per line, more only where numbers in Arabic text tear it apart. */
  rects(start, end) {
    const range = document.createRange();
    range.setStart(this.node, this.units[start]);
    range.setEnd(this.node, this.units[end]);
    const origin = this.box.getBoundingClientRect();
    const sorted = Array.from(range.getClientRects()).sort((a, b) => a.bottom - b.bottom || a.left - b.left);
    const joined = [];
    for (const r of sorted) {
      const last = joined.at(-1);
      const touches = last && Math.abs(last.bottom - r.bottom) < r.height / 2 && r.left - last.right < 2;
      if (touches) Object.assign(last, { right: Math.max(last.right, r.right), top: Math.min(last.top, r.top), bottom: Math.max(last.bottom, r.bottom) });
      else joined.push({ left: r.left, right: r.right, top: r.top, bottom: r.bottom });
    }
    return joined.map((r) => ({ left: r.left - origin.left, top: r.top - origin.top, width: r.right - r.left, height: r.bottom - r.top }));
  }

  /** Where a gap stands: the trailing side of the letter before it. */
  gap(before, place) {
    const letter = this.rects(before, place).at(-1);
    return { ...letter, left: letter.left + (this.rtl ? 0 : letter.width) };
  }
}
