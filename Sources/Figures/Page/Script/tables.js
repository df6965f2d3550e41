
// Tables sort by a click on a heading, and show the rows alone that say what is asked for.

const FEWEST_TO_FILTER = 6;

/** A number as tables write it; NaN where there is none. */
function number(text) {
  const plain = text.trim().replace("−", "-").replace(/inf$/, "Infinity");
  return plain === "" ? NaN : Number(plain);
}

/** How two cells of a column compare; what is missing comes last in either direction. */
function comparison(isNumeric, direction) {
  return (a, b) => {
    if (!isNumeric) return direction * a.localeCompare(b, "en", { numeric: true });
    const [first, second] = [number(a), number(b)];
    if (isNaN(first) || isNaN(second)) return isNaN(first) - isNaN(second);
    return direction * (first > second ? 1 : first === second ? 0 : -1);
  };
}

/** Sorts by a column: up, then down, then as it was. */
function sort(table, heading, original) {
  const former = heading.getAttribute("aria-sort");
  const next = former === null ? "ascending" : former === "ascending" ? "descending" : null;
  for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
  if (next) heading.setAttribute("aria-sort", next);
  const compare = comparison(heading.classList.contains("number"), next === "descending" ? -1 : 1);
  const column = heading.cellIndex;
  const texts = new Map(original.map((row) => [row, row.cells[column].textContent]));
  const rows = next ? [...original].sort((a, b) => compare(texts.get(a), texts.get(b))) : original;
  table.tBodies[0].append(...rows);
}

function addFilter(table, rows) {
  const field = make("input", "filter");
  field.type = "search";
  field.placeholder = "Filter rows";
  field.setAttribute("aria-label", `Filter rows: ${table.caption?.textContent ?? table.closest(".scroll").getAttribute("aria-label") ?? ""}`);
  const count = make("span", "count");
  count.setAttribute("aria-live", "polite");
  const line = make("div", "filters");
  line.append(field, count);
  table.closest(".scroll").before(line);
  field.addEventListener("input", () => {
    const words = field.value.toLowerCase().split(/\s+/).filter((word) => word);
    let shown = 0;
    for (const row of rows) {
      const text = [...row.cells].map((cell) => cell.textContent).join(" ").toLowerCase();
      const isShown = words.every((word) => text.includes(word));
      row.classList.toggle("out", !isShown);
      shown += isShown;
    }
    count.textContent = words.length ? `${shown} of ${rows.length}` : "";
  });
}

/** Lets keys go through the names of a table that can be marked: Enter leads from the table to the first, arrows to others, Enter marks. */
function letKeysIn(table) {
  const holder = table.closest(".scroll");
  holder.setAttribute("aria-description", "Enter goes to its first name, arrow keys to others, Enter marks.");
  holder.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.shiftKey) return;
    const names = [...table.querySelectorAll("tbody .subject")].filter((cell) => cell.checkVisibility());
    const place = names.indexOf(document.activeElement);
    if (place < 0 && !(event.key === "Enter" && document.activeElement === holder)) return;
    if (place >= 0 && (event.key === "Enter" || event.key === " ")) {
      // A key that is held marks once.
      if (!event.repeat) mark([names[place].textContent]);
    } else {
      const next = place < 0 ? names[0] : nextName(names, place, event.key);
      if (!next) return;
      next.tabIndex = -1;
      next.focus();
    }
    event.preventDefault();
  });
}

/** Where a key leads from a name: along the rows, or within its column. */
function nextName(names, place, key) {
  const column = names.filter((cell) => cell.cellIndex === names[place].cellIndex);
  const row = column.indexOf(names[place]);
  return {
    ArrowRight: names[place + 1], ArrowLeft: names[place - 1], ArrowDown: column[row + 1], ArrowUp: column[row - 1],
    Home: column[0], End: column[column.length - 1],
  }[key];
}

for (const table of document.querySelectorAll(".scroll > table")) {
  const rows = [...table.tBodies[0].rows];
  if (rows.length < 2) continue;
  for (const heading of table.tHead.rows[0].cells) {
    const button = make("button", "sort", heading.textContent);
    button.type = "button";
    heading.replaceChildren(button);
    button.addEventListener("click", () => sort(table, heading, rows));
  }
  if (rows.length >= FEWEST_TO_FILTER) addFilter(table, rows);
}
