// What the pointer can meet in a drawing: places, names and texts, which stand once beside each drawing (Sources/Figures/Pointer).
// Names may have been chosen by anybody: they become text and never markup.

/** A range of numbers from `start` up to `end`. */
const range = (start, end) => Array.from({ length: Math.max(0, end - start) }, (_, step) => start + step);

/** The digits of packed texts, as PackedTexts.swift has them. */
const DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz!#$%()*+,-./:;=?@[]^_`{}~";

/** Texts of many cells: the distinct ones, and for each cell the position of its own. */
class Packed {
  constructor([distinct, codes]) {
    this.distinct = distinct.split("|");
    this.codes = codes;
    this.width = Math.ceil(Math.log(this.distinct.length) / Math.log(DIGITS.length) - 1e-12);
  }

  text(place) {
    let position = 0;
    for (const digit of this.codes.slice(place * this.width, (place + 1) * this.width)) {
      position = position * DIGITS.length + DIGITS.indexOf(digit);
    }
    return this.distinct[position];
  }
}

/** The cells of a heatmap. The column after the last has the labels of rows, the row below the last those of columns. */
class Cells {
  constructor(data) {
    this.data = data;
    this.rowCount = data.rows.length;
    this.columnCount = data.columns.length;
    this.facts = data.facts.map(([title, ends]) => [title, ends.map((texts) => new Packed(texts))]);
    this.parts = data.rowParts ? [new Packed(data.rowParts), new Packed(data.columnParts)] : null;
    this.hasOwners = data.rowOwner !== undefined || data.columnOwner !== undefined;
  }

  get first() { return 0; }
  /** What the whole drawing is about; nothing where each row is by itself. */
  get owners() { return [this.data.rowOwner, this.data.columnOwner].filter((owner) => owner !== undefined); }

  target(row, column) { return row * (this.columnCount + 1) + column; }
  row(target) { return Math.floor(target / (this.columnCount + 1)); }
  column(target) { return target % (this.columnCount + 1); }

  /** What lies at a place of the drawing; null where nothing does. */
  at(x, y) {
    const { left, top, cell } = this.data;
    const [row, column] = [Math.floor((y - top) / cell), Math.floor((x - left) / cell)];
    if (row < 0 || column < 0) return null;
    const [beside, below] = [column >= this.columnCount, row >= this.rowCount];
    if (!beside && !below) return this.target(row, column);
    if (this.hasOwners || (beside && below)) return null;
    return beside ? this.target(row, this.columnCount) : this.target(this.rowCount, column);
  }

  box(target) {
    const { left, top, cell } = this.data;
    const [row, column] = [this.row(target), this.column(target)];
    if (column === this.columnCount) return this.band(row, row + 1, true);
    if (row === this.rowCount) return this.band(column, column + 1, false);
    return { x: left + column * cell, y: top + row * cell, width: cell, height: cell };
  }

  /** Whole rows, or whole columns. */
  band(start, end, isRows) {
    const { left, top, cell } = this.data;
    return isRows
      ? { x: left, y: top + start * cell, width: this.columnCount * cell, height: (end - start) * cell }
      : { x: left + start * cell, y: top, width: (end - start) * cell, height: this.rowCount * cell };
  }

  subjects(target) {
    if (this.hasOwners) return [...new Set(this.owners)];
    const names = [this.data.rows[this.row(target)], this.data.columns[this.column(target)]];
    return [...new Set(names.filter((name) => name !== undefined))];
  }

  /** What is said of a target: names in order, and facts as pairs of a title and a text. */
  words(target) {
    const { rows, columns, rowOwner, columnOwner } = this.data;
    const [row, column] = [this.row(target), this.column(target)];
    if (row === this.rowCount || column === this.columnCount) return { names: this.subjects(target), facts: [] };
    const parts = this.partsOf(row, column);
    const name = (owner, own, part) => [owner, own, part].filter((text) => text).join(" · ");
    const names = [name(rowOwner, rows[row], parts[0]), name(columnOwner, columns[column], parts[1])];
    if (this.data.diagonal !== undefined && rows[row] === columns[column] && !this.text(0, row, column)) {
      return { names: names.slice(0, 1), facts: [["", this.data.diagonal]] };
    }
    const found = this.facts.map(([title], fact) => [title, this.text(fact, row, column) || (fact === 0 ? "none" : "")]);
    return { names, facts: found.filter(([, text]) => text) };
  }

  /** Where the texts of a cell stand; -1 where there are none. */
  place(row, column) {
    if (!this.data.half) return row * this.columnCount + column;
    const [high, low] = [Math.max(row, column), Math.min(row, column)];
    return high === low ? -1 : (high * (high - 1)) / 2 + low;
  }

  text(fact, row, column) {
    const place = this.place(row, column);
    if (place < 0) return "";
    const ends = this.facts[fact][1].map((end) => end.text(place));
    return ends.every((end) => end) ? ends.join(" to ") : "";
  }

  partsOf(row, column) {
    const place = this.place(row, column);
    if (!this.parts || place < 0) return ["", ""];
    const found = this.parts.map((part) => part.text(place));
    return this.data.half && row < column ? found.reverse() : found;
  }

  step(target, key) {
    const [rows, columns] = [this.rowCount - this.hasOwners, this.columnCount - this.hasOwners];
    let [row, column] = [this.row(target), this.column(target)];
    if (key === "ArrowRight") column += 1;
    if (key === "ArrowLeft") column -= 1;
    if (key === "ArrowDown") row += 1;
    if (key === "ArrowUp") row -= 1;
    if (key === "Home") column = 0;
    if (key === "End") column = this.columnCount - 1;
    if (key === "PageUp") row = 0;
    if (key === "PageDown") row = this.rowCount - 1;
    [row, column] = [Math.min(Math.max(row, 0), rows), Math.min(Math.max(column, 0), columns)];
    return row === this.rowCount && column === this.columnCount ? target : this.target(row, column);
  }

  /** What is drawn around the marked ones: boxes, neighbours joined. */
  outlines(marked) {
    const { rows, columns } = this.data;
    if (this.hasOwners) {
      return { boxes: this.owners.some((owner) => marked.has(owner)) ? [this.band(0, this.rowCount, true)] : [], lines: [] };
    }
    const bands = (names, isRows) => {
      const found = [];
      names.forEach((name, position) => {
        if (!marked.has(name)) return;
        const last = found[found.length - 1];
        if (last && last[1] === position) last[1] += 1;
        else found.push([position, position + 1]);
      });
      return found.map(([start, end]) => this.band(start, end, isRows));
    };
    return { boxes: [...bands(rows, true), ...bands(columns, false)], lines: [] };
  }
}

/** Points, bars and values of curves. */
class Marks {
  constructor(data) {
    this.titles = data.titles;
    const column = (texts) => {
      const packed = new Packed(texts);
      return (mark) => packed.text(mark);
    };
    const [left, top, width, height] = [data.left, data.top, data.width, data.height].map(column);
    const [name, subjects, curve] = [data.name, data.subjects, data.curve].map(column);
    const facts = data.facts.map(column);
    this.marks = range(0, data.count).map((mark) => ({
      x: Number(left(mark)), y: Number(top(mark)), width: Number(width(mark)), height: Number(height(mark)),
      name: name(mark), curve: curve(mark), facts: facts.map((fact) => fact(mark)),
      subjects: [...new Set(subjects(mark).split(",").filter((text) => text).map((text) => data.names[Number(text)]))],
    }));
    const middle = (target) => {
      const { x, y, width, height } = this.marks[target];
      return [x + width / 2, y + height / 2];
    };
    const order = (first, second) => range(0, this.marks.length).sort((a, b) => {
      const [left, right] = [middle(a), middle(b)];
      return left[first] - right[first] || left[second] - right[second] || a - b;
    });
    this.order = order;
  }

  /** The marks from left to right, and from top to bottom; made when keys ask for them. */
  get byX() { return (this.fromLeft ??= this.order(0, 1)); }
  get byY() { return (this.fromTop ??= this.order(1, 0)); }

  get first() { return this.byX.length ? this.byX[0] : null; }
  get owners() { return []; }

  /** The nearest one within `reach`. */
  at(x, y, reach) {
    let [nearest, least] = [null, Infinity];
    this.marks.forEach((mark, target) => {
      const across = Math.max(mark.x - x, 0, x - mark.x - mark.width);
      const along = Math.max(mark.y - y, 0, y - mark.y - mark.height);
      const distance = Math.hypot(across, along);
      if (distance > reach) return;
      // Of marks that lie over one another, the one whose middle is nearest.
      const rank = distance + Math.hypot(x - mark.x - mark.width / 2, y - mark.y - mark.height / 2) / 1000;
      if (rank < least) [nearest, least] = [target, rank];
    });
    return nearest;
  }

  box(target) { return this.marks[target]; }
  subjects(target) { return this.marks[target].subjects; }

  words(target) {
    const { name, subjects, facts } = this.marks[target];
    const found = facts.map((text, fact) => [this.titles[fact], text]);
    return { names: name ? [name] : subjects, facts: found.filter(([, text]) => text) };
  }

  step(target, key) {
    const order = key === "ArrowUp" || key === "ArrowDown" || key.startsWith("Page") ? this.byY : this.byX;
    if (key === "Home" || key === "PageUp") return order[0];
    if (key === "End" || key === "PageDown") return order[order.length - 1];
    const next = order.indexOf(target) + (key === "ArrowRight" || key === "ArrowDown" ? 1 : -1);
    return order[Math.min(Math.max(next, 0), order.length - 1)];
  }

  outlines(marked) {
    const found = this.marks.filter((mark) => mark.subjects.some((subject) => marked.has(subject)));
    const curves = new Map();
    for (const mark of found) {
      if (!mark.curve) continue;
      const place = [mark.x + mark.width / 2, mark.y + mark.height / 2];
      curves.set(mark.curve, [...(curves.get(mark.curve) ?? []), place]);
    }
    return { boxes: found.filter((mark) => !mark.curve), lines: [...curves.values()] };
  }
}

/** A drawing of the page with what can be met in it, which is read when it is first needed. */
class Drawing {
  constructor(svg, source) {
    this.svg = svg;
    this.source = source;
    this.figure = svg.closest("figure");
    this.active = null;
  }

  get targets() {
    if (!this.read) {
      const data = JSON.parse(this.source.textContent);
      this.read = data.rows ? new Cells(data) : new Marks(data);
    }
    return this.read;
  }

  /** CSS pixels for each pixel of the drawing. */
  get scale() { return this.svg.getBoundingClientRect().width / this.svg.viewBox.baseVal.width; }

  /** What lies under the pointer; null where nothing does. */
  at(event) {
    const [bounds, scale] = [this.svg.getBoundingClientRect(), this.scale];
    if (!(scale > 0)) return null;
    const reach = (event.pointerType === "touch" ? 22 : 9) / scale;
    return this.targets.at((event.clientX - bounds.left) / scale, (event.clientY - bounds.top) / scale, reach);
  }

  /** Where a target is in the window. */
  bounds(target) {
    const [bounds, scale, box] = [this.svg.getBoundingClientRect(), this.scale, this.targets.box(target)];
    return {
      left: bounds.left + box.x * scale, top: bounds.top + box.y * scale,
      right: bounds.left + (box.x + box.width) * scale, bottom: bounds.top + (box.y + box.height) * scale,
    };
  }

  /** Where it is in the window. */
  get corner() {
    const { left, top } = this.svg.getBoundingClientRect();
    return [left, top];
  }

  /** Whether it takes part in the page: neither folded up nor left aside. */
  get isVisible() { return this.svg.checkVisibility(); }
}

const drawings = new Map();
for (const source of document.querySelectorAll("figure > script.targets")) {
  const svg = source.closest("figure").querySelector("svg");
  if (svg) drawings.set(svg, new Drawing(svg, source));
}
