
// The bar by which a reader sees one topic alone, such as a metric and a k, or the models of one group.

const choices = JSON.parse(document.querySelector("script.choices")?.textContent ?? "null");

/** What a setting is of: "k" of "k = 10". */
const parameter = (setting) => setting.split(" ")[0];

function buildBar({ topicTitle, topics, groupTitle, groups, subjectTitle, subjects }) {
  const bar = make("form", "bar");
  bar.setAttribute("aria-label", "What is shown");
  bar.addEventListener("submit", (event) => event.preventDefault());
  const count = make("span", "count");
  count.setAttribute("aria-live", "polite");
  const reset = make("button", "", "Show all");
  reset.type = "reset";

  /** Gives `select` these options, after the one that chooses nothing. */
  const fill = (select, none, names) => {
    const former = select.value;
    const options = names.map((name) => [name, name]);
    select.replaceChildren(...[["", none], ...options].map(([value, text]) => Object.assign(make("option", "", text), { value })));
    select.value = names.includes(former) ? former : "";
  };
  const add = (label, none, names) => {
    const select = make("select");
    select.setAttribute("aria-label", label);
    fill(select, none, names);
    bar.append(select);
    return select;
  };
  const settingsOf = (name) => [...new Set(topics.filter((topic) => !name || topic[1] === name).map((topic) => topic[2]))].filter((setting) => setting);

  const names = [...new Set(topics.map((topic) => topic[1]))];
  const topic = add(topicTitle, `Any ${topicTitle}`, names);
  const setting = add("parameter", "Any parameter", settingsOf(""));
  const group = add(groupTitle, `Any ${groupTitle}`, groups.map(([name]) => name));
  const subject = add(`mark a ${subjectTitle}`, `Mark a ${subjectTitle} …`, subjects);
  topic.hidden = topics.length < 2;
  setting.hidden = topic.hidden || !settingsOf("").length;
  group.hidden = groups.length < 2;
  subject.hidden = !subjects.length;
  bar.append(reset, count);

  /** Whether what is about a topic is left aside. */
  const isAside = (name, own) => {
    if (topic.value && name !== topic.value) return true;
    const isComparable = setting.value && own && parameter(own) === parameter(setting.value);
    return isComparable ? own !== setting.value : false;
  };
  const byID = new Map(topics.map(([id, name, own]) => [id, [name, own]]));
  const members = () => groups.find(([name]) => name === group.value)?.[1] ?? null;
  const unfolded = [...document.querySelectorAll("details")].filter((details) => details.querySelector("figure"));
  let folded = null;

  function apply() {
    for (const element of document.querySelectorAll("[data-topic]")) {
      element.classList.toggle("aside", isAside(element.dataset.topic, element.dataset.setting));
    }
    const chosen = members();
    for (const { figure, targets } of chosen || bar.classList.contains("grouped") ? drawings.values() : []) {
      const owners = targets.owners;
      figure.classList.toggle("foreign", chosen !== null && owners.length > 0 && !owners.some((owner) => chosen.includes(owner)));
    }
    bar.classList.toggle("grouped", chosen !== null);
    for (const [row, id] of topicRows) row.classList.toggle("aside", byID.has(id) && isAside(...byID.get(id)));
    unfold();
    let [shown, all] = [0, 0];
    for (const section of document.querySelectorAll("main > section")) {
      const figures = [...section.querySelectorAll("figure")].filter((figure) => folded === null || !figure.closest("details:not([open])"));
      const left = figures.filter((figure) => !figure.closest(".aside, .foreign"));
      [shown, all] = [shown + left.length, all + figures.length];
      tellEmpty(section, figures.length > 0 && left.length === 0);
    }
    count.textContent = isChosen() ? `${shown} of ${all} figures` : "";
    bar.classList.toggle("chosen", isChosen() || marked.size > 0);
    if (marked.size) outlineAll();
    readAhead();
  }

  const isChosen = () => Boolean(topic.value || setting.value || group.value);

  /** Opens what holds figures of the choice, and closes it again afterwards. */
  function unfold() {
    if (!topic.value && !setting.value) {
      (folded ?? []).forEach(([details, isOpen]) => { details.open = isOpen; });
      folded = null;
      return;
    }
    folded = folded ?? unfolded.map((details) => [details, details.open]);
    for (const details of unfolded) details.open = details.querySelector("figure:not(.aside)") !== null;
  }

  /** A sentence in a section that has nothing of what was chosen. */
  function tellEmpty(section, isEmpty) {
    section.querySelector(":scope > .empty")?.remove();
    if (!isEmpty) return;
    const chosen = [topic.value, setting.value, group.value].filter((text) => text).join(", ");
    section.querySelector("h2").after(make("p", "note empty", `Nothing is drawn here for ${chosen}.`));
  }

  topic.addEventListener("change", () => fill(setting, "Any parameter", settingsOf(topic.value)));
  for (const select of [topic, setting]) select.addEventListener("change", apply);
  group.addEventListener("change", () => {
    const chosen = members();
    if (chosen || marked.size) mark(chosen ?? [...marked]);
    apply();
  });
  subject.addEventListener("change", () => {
    if (subject.value) mark([subject.value]);
    else if (marked.size) mark([...marked]);
  });
  bar.addEventListener("reset", () => {
    fill(setting, "Any parameter", settingsOf(""));
    for (const select of [topic, setting, group, subject]) select.value = "";
    if (marked.size) mark([...marked]);
    apply();
  });
  afterMarking.push(() => {
    subject.value = marked.size === 1 && subjects.includes([...marked][0]) ? [...marked][0] : "";
    bar.classList.toggle("chosen", isChosen() || marked.size > 0);
  });
  // Paper has all that the page has, and no more.
  addEventListener("beforeprint", () => (folded ?? []).forEach(([details, isOpen]) => { details.open = isOpen; }));
  addEventListener("afterprint", () => { if (folded) apply(); });

  const topicRows = [];
  for (const table of document.querySelectorAll(".scroll > table")) {
    const column = [...table.tHead.rows[0].cells].findIndex((cell) => cell.textContent === topicTitle);
    if (column >= 0) [...table.tBodies[0].rows].forEach((row) => topicRows.push([row, row.cells[column].textContent]));
  }
  const known = new Set(subjects);
  for (const cell of document.querySelectorAll("tbody th, tbody td:not(.number)")) {
    if (known.has(cell.textContent)) cell.classList.add("subject");
  }
  for (const table of document.querySelectorAll(".scroll > table")) if (table.querySelector(".subject")) letKeysIn(table);
  if ([topic, setting, group, subject].some((select) => !select.hidden)) document.querySelector("main").before(bar);
}

if (choices) buildBar(choices);
