
// What is marked, such as one model, is marked in all drawings and tables.

/** An element of a drawing. */
const shape = (svg, name) => document.createElementNS(svg.namespaceURI, name);

const marked = new Set();
const afterMarking = [];

/** Elements of tables by the names that they say: rows by their texts, and headings of columns. */
let named = null;

function namedElements() {
  if (named) return named;
  named = new Map();
  const add = (name, element) => {
    if (named.has(name)) named.get(name).push(element);
    else named.set(name, [element]);
  };
  for (const cell of document.querySelectorAll("tbody th, tbody td:not(.number)")) add(cell.textContent, cell.parentElement);
  for (const heading of document.querySelectorAll("thead th")) add(heading.textContent, heading);
  return named;
}

/** Marks just `names`; unmarks all where these are marked already. */
function mark(names) {
  const isSame = names.length === marked.size && names.every((name) => marked.has(name));
  for (const name of marked) {
    for (const element of namedElements().get(name) ?? []) element.classList.remove("marked");
  }
  marked.clear();
  if (!isSame) names.forEach((name) => marked.add(name));
  for (const name of marked) {
    for (const element of namedElements().get(name) ?? []) element.classList.add("marked");
  }
  outlineAll();
  for (const tell of afterMarking) tell();
}

/** Draws around what is marked in every drawing that is seen. */
function outlineAll() {
  for (const drawing of drawings.values()) outline(drawing);
}

function outline(drawing) {
  const { svg } = drawing;
  svg.querySelector(":scope > g.outlines")?.remove();
  if (!marked.size || !drawing.isVisible) return;
  const { boxes, lines } = drawing.targets.outlines(marked);
  if (!boxes.length && !lines.length) return;
  const group = shape(svg, "g");
  group.setAttribute("class", "outlines");
  // Twice: the ground's colour around the mark's own, so that it is seen on every colour.
  for (const className of ["around", ""]) {
    for (const { x, y, width, height } of boxes) {
      const rect = shape(svg, "rect");
      const values = { x: x - 2, y: y - 2, width: width + 4, height: height + 4, rx: 3, class: className };
      for (const [name, value] of Object.entries(values)) rect.setAttribute(name, value);
      group.append(rect);
    }
    for (const points of lines) {
      const line = shape(svg, "polyline");
      line.setAttribute("points", points.map((point) => point.join(",")).join(" "));
      line.setAttribute("class", className);
      group.append(line);
    }
  }
  svg.append(group);
}

// A drawing that was folded up is outlined when it is seen.
document.addEventListener("toggle", () => { if (marked.size) outlineAll(); }, true);
