
// From pointer and keyboard to what is said and marked.

/** The frame around the target that is looked at: not in the drawing, which would have to be drawn again for it. */
const frame = make("div", "frame");
frame.hidden = true;
document.body.append(frame);

let looked = null;
/** Where the drawing that is looked at was then: a page that scrolls takes it away from the pointer. */
let lookedFrom = [0, 0];

/** Looks at a target of a drawing; `null` at nothing. Its words stand beside `bounds`, or beside the target. */
function look(drawing, target, bounds) {
  looked = target === null ? null : drawing;
  frame.hidden = target === null;
  if (target === null) {
    hideTip();
    return;
  }
  drawing.active = target;
  lookedFrom = drawing.corner;
  const { left, top, right, bottom } = drawing.bounds(target);
  Object.assign(frame.style, {
    left: `${left - 1}px`, top: `${top - 1}px`, width: `${right - left + 2}px`, height: `${bottom - top + 2}px`,
  });
  showTip(drawing.targets.words(target), bounds ?? { left, top, right, bottom });
}

const pointed = (event) => drawings.get(event.target.closest?.("svg"));
const around = (event) => ({ left: event.clientX, right: event.clientX, top: event.clientY, bottom: event.clientY });

function pointTo(event) {
  const drawing = pointed(event);
  const target = drawing ? drawing.at(event) : null;
  if (drawing) {
    const isClickable = target !== null && drawing.targets.subjects(target).length > 0;
    drawing.svg.classList.toggle("clickable", isClickable);
  }
  if (target !== null) look(drawing, target, around(event));
  else if (looked) look(looked, null);
}

document.addEventListener("pointermove", pointTo);
document.addEventListener("scroll", () => {
  if (!looked) return;
  const [left, top] = looked.corner;
  if (Math.hypot(left - lookedFrom[0], top - lookedFrom[1]) === 0) return;
  // Keys stay with their target; a pointer is somewhere else now.
  look(looked, looked.svg.matches(":focus-visible") ? looked.active : null);
}, true);
document.documentElement.addEventListener("pointerleave", () => { if (looked) look(looked, null); });

document.addEventListener("click", (event) => {
  const drawing = pointed(event);
  if (drawing) {
    const target = drawing.at(event);
    if (target === null) return;
    look(drawing, target, around(event));
    const subjects = drawing.targets.subjects(target);
    if (subjects.length) mark(subjects);
    return;
  }
  const cell = event.target.closest?.(".subject");
  if (cell) mark([cell.textContent]);
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  if (looked) look(looked, null);
  if (marked.size) mark([...marked]);
});

const KEYS = ["ArrowRight", "ArrowLeft", "ArrowDown", "ArrowUp", "Home", "End", "PageUp", "PageDown"];

/** Scrolls what holds a drawing sideways, and the page, until a target is seen. */
function reveal(drawing, target) {
  const [bounds, holder] = [drawing.bounds(target), drawing.svg.closest(".scroll")];
  const area = holder.getBoundingClientRect();
  if (bounds.left < area.left) holder.scrollLeft -= area.left - bounds.left + 20;
  if (bounds.right > area.right) holder.scrollLeft += bounds.right - area.right + 20;
  const top = document.querySelector("form.bar")?.getBoundingClientRect().bottom ?? 0;
  if (bounds.top < top) scrollBy(0, bounds.top - top - 40);
  if (bounds.bottom > innerHeight) scrollBy(0, bounds.bottom - innerHeight + 40);
}

function lookByKey(drawing, target) {
  reveal(drawing, target);
  look(drawing, target);
  say(drawing.targets.words(target));
}

for (const drawing of drawings.values()) {
  const { svg } = drawing;
  // The browser's own tooltips would lie over this one: what they say becomes the drawing's name.
  const [title, text] = [svg.querySelector(":scope > title"), svg.querySelector(":scope > desc")];
  svg.setAttribute("aria-label", `${title?.textContent ?? ""}. Arrow keys go through it, Enter marks.`);
  if (text) svg.setAttribute("aria-description", text.textContent);
  for (const tooltip of svg.querySelectorAll("title")) tooltip.remove();
  svg.setAttribute("role", "application");
  svg.tabIndex = 0;
  svg.closest(".scroll").removeAttribute("tabindex");
  svg.addEventListener("focus", () => {
    const target = drawing.active ?? drawing.targets.first;
    if (target !== null && svg.matches(":focus-visible")) lookByKey(drawing, target);
  });
  svg.addEventListener("blur", () => look(drawing, null));
  svg.addEventListener("keydown", (event) => {
    const target = drawing.active ?? drawing.targets.first;
    if (target === null || event.ctrlKey || event.altKey || event.metaKey || event.shiftKey) return;
    if (KEYS.includes(event.key)) {
      lookByKey(drawing, drawing.targets.step(target, event.key));
      event.preventDefault();
    }
    if (event.key === "Enter" || event.key === " ") {
      const subjects = drawing.targets.subjects(target);
      // A key that is held marks once.
      if (subjects.length && !event.repeat) mark(subjects);
      event.preventDefault();
    }
  });
}

const whenIdle = globalThis.requestIdleCallback ?? ((work) => setTimeout(() => work({ timeRemaining: () => 0 }), 50));

/** Reads what the drawings that are seen have before the pointer comes to them, when there is nothing else to do. */
function readAhead() {
  const waiting = [...drawings.values()].filter((drawing) => !drawing.read && drawing.isVisible);
  whenIdle(function next(deadline) {
    do waiting.shift()?.targets; while (waiting.length && deadline.timeRemaining() > 20);
    if (waiting.length) whenIdle(next);
  });
}

readAhead();
document.addEventListener("toggle", readAhead, true);
