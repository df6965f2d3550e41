
// The box beside the pointer, and the same in words for those who hear the page.

/** An element with a class and a text. */
function make(name, className, text) {
  const element = document.createElement(name);
  if (className) element.className = className;
  if (text !== undefined) element.textContent = text;
  return element;
}

const tip = make("div", "tip");
tip.hidden = true;
const voice = make("div", "voice");
voice.setAttribute("aria-live", "polite");
document.body.append(tip, voice);

/** Shows `words` beside a box of the window, where there is room. */
function showTip({ names, facts }, bounds) {
  const list = make("dl");
  for (const [title, text] of facts) list.append(make("dt", "", title), make("dd", "", text));
  tip.replaceChildren(...names.map((name) => make("b", "", name)), ...(facts.length ? [list] : []));
  tip.hidden = false;
  const gap = 12;
  const { width, height } = tip.getBoundingClientRect();
  const right = bounds.right + gap + width <= innerWidth ? bounds.right + gap : bounds.left - gap - width;
  const below = bounds.bottom + gap + height <= innerHeight ? bounds.bottom + gap : bounds.top - gap - height;
  tip.style.left = `${Math.max(6, Math.min(right, innerWidth - width - 6))}px`;
  tip.style.top = `${Math.max(6, below)}px`;
}

function hideTip() {
  tip.hidden = true;
}

/** Says `words` to a screen reader. */
function say({ names, facts }) {
  voice.textContent = [...names, ...facts.map(([title, text]) => `${title} ${text}`.trim())].join(", ");
}
