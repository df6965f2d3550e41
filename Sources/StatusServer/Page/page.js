"use strict";

// Everything that a coordinator says may have been chosen by somebody else: it becomes text and never markup.

const SHOWN = { sweeps: 30, workers: 100, incidents: 50 };
const VIRIDIS = ["440154", "481a6c", "472f7d", "414487", "39568c", "31688e", "2a788e", "23888e", "1f988b", "22a884", "35b779",
  "54c568", "7ad151", "a5db36", "d2e21b", "fde725"].map((hex) => [0, 2, 4].map((at) => parseInt(hex.slice(at, at + 2), 16)));

const view = { sweep: null, isChosen: false, metric: null, matrix: null, cells: null, history: [] };
const element = (id) => document.getElementById(id);

function setText(target, text) {
  if (target.textContent !== text) target.textContent = text;
}

async function get(path) {
  const response = await fetch(path, { cache: "no-cache", signal: AbortSignal.timeout(10000) });
  if (!response.ok) {
    const failure = new Error((await response.text()).trim().slice(0, 300));
    failure.status = response.status;
    throw failure;
  }
  return response.json();
}

// MARK: Texts

const count = (number) => Math.round(number).toLocaleString("en");

function duration(seconds) {
  if (seconds === null || seconds === undefined || !isFinite(seconds)) return "unknown";
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  if (whole < 172800) return `${Math.floor(whole / 3600)} h ${Math.floor(whole % 3600 / 60)} min`;
  return `${Math.floor(whole / 86400)} d ${Math.floor(whole % 86400 / 3600)} h`;
}

function rate(perSecond) {
  if (perSecond <= 0) return "0 / s";
  return perSecond >= 10 ? `${count(perSecond)} / s` : perSecond >= 0.1 ? `${perSecond.toFixed(1)} / s` : `${(perSecond * 60).toFixed(1)} / min`;
}

// MARK: Tables

/** Makes `table` have a row of `cells(item)` for each item, reusing what is there. */
function fill(table, items, cells, prepare) {
  const body = table.tBodies[0];
  while (body.rows.length > items.length) body.deleteRow(-1);
  items.forEach((item, index) => {
    const row = body.rows[index] || body.insertRow();
    cells(item).forEach(([content, className], position) => {
      const cell = row.cells[position] || row.insertCell();
      if (cell.className !== (className || "")) cell.className = className || "";
      if (typeof content === "number") {
        const bar = cell.firstElementChild || cell.appendChild(document.createElement("progress"));
        bar.max = 1;
        bar.value = content;
        bar.title = `${Math.floor(100 * content)} %`;
      } else {
        setText(cell, content);
      }
    });
    if (prepare) prepare(row, item);
  });
}

const busy = (overview) => (overview.workers.busy || 0) > 0;

function showOverview(overview) {
  const workers = overview.workers;
  const registered = Object.values(workers).reduce((sum, number) => sum + number, 0);
  setText(element("card-workers"), count(registered));
  setText(element("card-workers-more"), [
    ...Object.entries(workers).filter(([, number]) => number).map(([state, number]) => `${count(number)} ${state}`),
    ...(overview.workersLost ? [`${count(overview.workersLost)} lost so far`] : []),
  ].join(", "));
  const now = performance.now() / 1000;
  const latest = view.history[view.history.length - 1];
  if (latest && overview.uptimeSeconds < latest.uptime) view.history = [];
  view.history.push({ now, uptime: overview.uptimeSeconds, flops: overview.flops || 0,
    tiles: overview.tilesScored, layers: overview.layersPrepared, models: overview.modelsSurveyed });
  while (view.history.length > 2 && now - view.history[0].now > 10) view.history.shift();
  const first = view.history[0];
  const span = now - first.now;
  // The rate of what is being done: tiles come last, and while layers are prepared none is scored.
  const latestEntry = view.history[view.history.length - 1];
  const stage = ["tiles", "layers", "models"].find((name) => latestEntry[name] > first[name]) || (busy(overview) ? null : "tiles");
  setText(element("card-rate"), span <= 0 ? "–" : stage ? rate((latestEntry[stage] - first[stage]) / span) : "working");
  const gigaflops = span > 0 ? ((overview.flops || 0) - first.flops) / span / 1e9 : 0;
  const doing = { tiles: "tiles", layers: "layers prepared", models: "models read" }[stage] || "nothing finished in the last seconds";
  setText(element("card-rate-more"), `${doing}; ${gigaflops < 10 ? gigaflops.toFixed(1) : count(gigaflops)} GFLOP/s`);
  const seconds = overview.backlog.seconds;
  const usable = overview.backlog.workers;
  const left = overview.backlog.items;
  setText(element("card-left"), left === 0 ? "none" : usable > 0 && seconds !== null ? duration(seconds / usable) : "unknown");
  setText(element("card-left-more"), left === 0 ? "nothing to do" : `${count(left)} work items wait or run`);
  setText(element("connection-text"), `${overview.phase}, up ${duration(overview.uptimeSeconds)}, version ${overview.version}`);
  element("connection").className = "good";
}

// MARK: Sweeps

/** The share of the work that is done, items weighed by what they take. */
const progress = (sweep) => sweep.progress || 0;

function choose(id) {
  view.sweep = id;
  view.matrix = null;
  view.metric = null;
  refreshMatrix();
}

function showSweeps(sweeps) {
  const isActive = (sweep) => sweep.state === "running" || sweep.state === "queued";
  const ordered = [...sweeps].sort((a, b) => isActive(b) - isActive(a) || b.id - a.id);
  if (!ordered.some((sweep) => sweep.id === view.sweep)) view.isChosen = false;
  const wanted = view.isChosen ? view.sweep : ordered.length ? ordered[0].id : null;
  if (wanted !== view.sweep) choose(wanted);
  fill(element("sweeps"), ordered.slice(0, SHOWN.sweeps), (sweep) => [
    [String(sweep.id)], [sweep.name, "name"], [sweep.state, `kept ${sweep.state}`], [progress(sweep), "bar-column"],
    [`${count(sweep.modelsSurveyed)} / ${count(sweep.models)}`, "number wide"],
    [`${count(sweep.layersPrepared)} / ${count(sweep.layers)}`, "number wide"],
    [`${count(sweep.tilesScored)} / ${count(sweep.tiles)}`, "number"],
    [isActive(sweep) ? duration(sweep.remainingSeconds) : "–", "number"],
  ], (row, sweep) => {
    row.tabIndex = 0;
    row.dataset.id = sweep.id;
    row.setAttribute("aria-selected", String(sweep.id === view.sweep));
  });
  const more = ordered.length - SHOWN.sweeps;
  setText(element("sweeps-more"), ordered.length === 0 ? "No sweep has been submitted." : more > 0 ? `and ${count(more)} more` : "");
  const active = sweeps.filter(isActive);
  const shown = active.length ? active : ordered.slice(0, 1);
  const sum = (part) => shown.reduce((total, sweep) => total + part(sweep), 0);
  const total = sum((sweep) => sweep.models + sweep.layers + sweep.tiles);
  const done = sum((sweep) => sweep.modelsSurveyed + sweep.layersPrepared + sweep.tilesScored);
  // Of several sweeps each counts by its items.
  const share = total ? sum((sweep) => progress(sweep) * (sweep.models + sweep.layers + sweep.tiles)) / total : 0;
  setText(element("card-done"), total ? `${Math.floor(100 * share)} %` : "–");
  setText(element("card-done-more"), shown.length ? `${count(done)} of ${count(total)} work items` : "");
}

element("sweeps").addEventListener("click", (event) => selectRow(event.target));
element("sweeps").addEventListener("keydown", (event) => {
  if (event.key === "Enter" || event.key === " ") {
    event.preventDefault();
    selectRow(event.target);
  }
});

function selectRow(target) {
  const row = target.closest("tr[data-id]");
  if (!row) return;
  view.isChosen = true;
  choose(Number(row.dataset.id));
  for (const other of row.parentElement.rows) other.setAttribute("aria-selected", String(other === row));
}

// MARK: Workers and incidents

function showWorkers(workers, registered) {
  const shown = workers.slice(0, SHOWN.workers);
  fill(element("workers"), shown, (worker) => [
    [`${worker.host} (${worker.processID})`, "name"], [worker.state, `kept ${worker.state}`],
    [worker.holds.length > 1 ? `${worker.holds[0]}, +${worker.holds.length - 1}` : worker.holds[0] || "–", "text"],
    [count(worker.tilesScored), "number"], [count(worker.failures), worker.failures ? "number wide warning" : "number wide"],
    [typeof worker.speed === "number" ? worker.speed.toFixed(2) : "–", "number wide"],
    [duration(worker.silentSeconds), "number wide"],
  ]);
  const search = element("search").value;
  const text = workers.length > SHOWN.workers ? `the first ${SHOWN.workers} of more` : `${count(workers.length)} of ${count(registered)}`;
  setText(element("workers-more"), registered === 0 && !search ? "No worker is registered." : text);
}

function showIncidents(incidents) {
  fill(element("incidents"), incidents.reverse(), (incident) => [
    [new Date(incident.time).toLocaleTimeString(), "kept"], [incident.kind, incident.warning ? "kept warning" : "kept"],
    [incident.count > 1 ? `${incident.text} (${count(incident.count)} times)` : incident.text, "text"],
  ]);
  setText(element("incidents-more"), incidents.length === 0 ? "Nothing yet." : "");
}

// MARK: The matrix

function colour(share) {
  const at = Math.min(Math.max(share, 0), 1) * (VIRIDIS.length - 1);
  const low = Math.min(Math.floor(at), VIRIDIS.length - 2);
  return VIRIDIS[low].map((part, index) => Math.round(part + (at - low) * (VIRIDIS[low + 1][index] - part)));
}

function showMatrix(matrix) {
  view.matrix = matrix;
  const select = element("metric");
  if ([...select.options].map((option) => option.value).join() !== matrix.metrics.join()) {
    select.replaceChildren(...matrix.metrics.map((name) => new Option(name, name)));
  }
  select.value = matrix.metric;
  let [low, high, filled] = [Infinity, -Infinity, 0];
  matrix.scores.forEach((row, i) => row.forEach((score, j) => {
    if (score === null) return;
    filled += 1;
    // A model with itself would take up the scale.
    if (matrix.symmetric && i === j) return;
    low = Math.min(low, score);
    high = Math.max(high, score);
  }));
  if (low > high) [low, high] = [0, 1];
  if (low === high) high = low + 1e-9;
  view.range = [low, high];
  document.body.dataset.filled = String(filled);
  draw();
  setText(element("legend-low"), low.toFixed(3));
  setText(element("legend-high"), high.toFixed(3));
  const share = matrix.tiles ? Math.floor(100 * matrix.tilesDone / matrix.tiles) : 0;
  const cells = matrix.x.length * matrix.y.length;
  setText(element("matrix-more"), (matrix.tilesDone < matrix.tiles || matrix.reading
    ? `${share} % of the tiles are scored: a cell is the maximum over those of its layer pairs that are, and may still rise. `
    : "Every tile is scored. ") + `${count(filled)} of ${count(cells)} cells have a score; layers that are decided by ties are left out.`);
}

function draw() {
  const matrix = view.matrix;
  const canvas = element("matrix");
  if (!matrix || !matrix.x.length || !matrix.y.length) return;
  const style = getComputedStyle(document.documentElement);
  const [rows, columns] = [matrix.x.length, matrix.y.length];
  const empty = style.getPropertyValue("--empty").trim();
  const [low, high] = view.range;
  const cells = document.createElement("canvas");
  [cells.width, cells.height] = [columns, rows];
  const pixels = new ImageData(columns, rows);
  matrix.scores.forEach((row, i) => row.forEach((score, j) => {
    if (score === null || (matrix.symmetric && i === j)) return;
    pixels.data.set([...colour((score - low) / (high - low)), 255], 4 * (i * columns + j));
  }));
  cells.getContext("2d").putImageData(pixels, 0, 0);
  const room = element("matrix-frame").clientWidth;
  const hasLabels = rows <= 60 && columns <= 60 && room > 420;
  const font = "12px system-ui, sans-serif";
  const context = canvas.getContext("2d");
  context.font = font;
  const widest = (names) => Math.min(180, Math.max(0, ...names.map((name) => context.measureText(name).width)) + 8);
  const left = hasLabels ? widest(matrix.x) : 0;
  const top = hasLabels ? widest(matrix.y) : 0;
  const size = Math.max(1, Math.min((Math.min(room, 900) - left) / columns, 620 / rows, 44));
  const [width, height] = [left + size * columns, top + size * rows];
  const ratio = window.devicePixelRatio || 1;
  [canvas.width, canvas.height] = [Math.round(width * ratio), Math.round(height * ratio)];
  canvas.style.width = `${width}px`;
  canvas.style.height = `${height}px`;
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.fillStyle = empty;
  context.fillRect(left, top, size * columns, size * rows);
  context.imageSmoothingEnabled = false;
  context.drawImage(cells, left, top, size * columns, size * rows);
  view.cells = { left, top, size };
  if (matrix.symmetric) {
    // A model with itself is crossed out.
    context.strokeStyle = style.getPropertyValue("--quiet").trim();
    context.beginPath();
    context.moveTo(left, top);
    context.lineTo(left + size * columns, top + size * rows);
    context.stroke();
  }
  if (hasLabels && size >= 12) label(context, matrix, style, font, { left, top, size });
  const legend = element("legend").getContext("2d");
  for (let at = 0; at < 256; at += 1) {
    legend.fillStyle = `rgb(${colour(at / 255)})`;
    legend.fillRect(at, 0, 1, 1);
  }
}

function label(context, matrix, style, font, { left, top, size }) {
  context.font = font;
  context.fillStyle = style.getPropertyValue("--text").trim();
  context.textBaseline = "middle";
  context.textAlign = "right";
  matrix.x.forEach((name, row) => context.fillText(name, left - 6, top + (row + 0.5) * size, left - 8));
  context.textAlign = "left";
  matrix.y.forEach((name, column) => {
    context.save();
    context.translate(left + (column + 0.5) * size, top - 6);
    context.rotate(-Math.PI / 2);
    context.fillText(name, 0, 0, top - 8);
    context.restore();
  });
}

element("matrix").addEventListener("pointermove", (event) => {
  const [matrix, cells] = [view.matrix, view.cells];
  if (!matrix || !cells) return;
  const column = Math.floor((event.offsetX - cells.left) / cells.size);
  const row = Math.floor((event.offsetY - cells.top) / cells.size);
  const score = matrix.scores[row] && matrix.scores[row][column];
  if (score === undefined) return;
  setText(element("matrix-cell"), `${matrix.x[row]} and ${matrix.y[column]}: ${score === null ? "nothing yet" : score.toFixed(4)}`);
});

element("metric").addEventListener("change", (event) => {
  view.metric = event.target.value;
  refreshMatrix();
});
window.addEventListener("resize", draw);
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);

async function refreshMatrix() {
  const [sweep, metric] = [view.sweep, view.metric];
  element("matrix-section").hidden = sweep === null;
  if (sweep === null) return;
  try {
    const matrix = await get(`api/v1/sweeps/${sweep}/matrix?digits=4${metric ? `&metric=${encodeURIComponent(metric)}` : ""}`);
    // Something else may have been chosen meanwhile.
    if (view.sweep === sweep && view.metric === metric) showMatrix(matrix);
  } catch (failure) {
    if (failure.status === 404) setText(element("matrix-more"), failure.message);
  }
}

// MARK: Going round

async function refresh() {
  const search = element("search").value;
  const found = search ? `&search=${encodeURIComponent(search)}` : "";
  const [overview, sweeps, workers, incidents, explanation] = await Promise.all([
    get("api/v1/overview"), get("api/v1/sweeps"), get(`api/v1/workers?limit=${SHOWN.workers + 1}${found}`),
    get(`api/v1/incidents?last=${SHOWN.incidents}`), get("api/v1/explain"),
  ]);
  showOverview(overview);
  showSweeps(sweeps);
  showWorkers(workers, Object.values(overview.workers).reduce((sum, number) => sum + number, 0));
  showIncidents(incidents);
  const isStuck = overview.backlog.items > 0 && !overview.workers.busy;
  element("explanation").hidden = !isStuck;
  setText(element("explanation"), [explanation.conclusion, ...explanation.reasons].join(" "));
}

function complain(failure) {
  element("connection").className = "bad";
  setText(element("connection-text"), failure.status === 401
    ? "a token is needed: open this page once with ?token=TOKEN"
    : failure.status ? failure.message : "the coordinator cannot be reached; what is shown may be old");
}

async function run() {
  for (let turn = 0; ; turn += 1) {
    try {
      if (!document.hidden) {
        await refresh();
        if (turn % 2 === 0) await refreshMatrix();
      }
    } catch (failure) {
      complain(failure);
    }
    await new Promise((resolve) => setTimeout(resolve, 1000));
  }
}

run();
