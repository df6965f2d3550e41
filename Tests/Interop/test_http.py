"""A coordinator over HTTP, asked by programs that its users have: what it says is what the commands and the results say."""

import contextlib
import http.client
import json
import math
import re
import signal
import socket
import subprocess
import threading
import time

import h5py
import numpy as np
import pytest
from prometheus_client.parser import text_string_to_metric_families

from browser import browser
from cluster import Cluster
from conftest import ROOT, write_store
from processes import resident_bytes, wait_until
from tracing import stopped_thread

TOKEN = "a-token-of-the-test-0123456789"
METRICS = ["--metric", "mutual_knn", "cka", "cycle_knn", "--k", "10"]
# A decomposition for each pair of layers.
SLOW_METRICS = ["--metric", "procrustes", "cycle_knn", "cka", "--k", "10", "20"]
# What a worker calls its host. Hosts cannot have all of it in their name, but an enemy's worker can say what it likes.
STRANGE_HOST = "<script>document.title='x'</script>"


class Shown:
    """Where a coordinator is shown."""

    def __init__(self, address):
        self.address = address.strip()
        self.host, self.port = re.fullmatch(r"http://(.+):(\d+)", self.address).groups()

    def ask(self, path, method="GET", body=None, timeout=30, **headers):
        connection = http.client.HTTPConnection(self.host, int(self.port), timeout=timeout)
        try:
            connection.request(
                method, path, body=body, headers={key.replace("_", "-"): value for key, value in headers.items()}
            )
            response = connection.getresponse()
            return response.status, response.headers, response.read().decode()
        finally:
            connection.close()

    def json(self, path, **headers):
        status, kept, body = self.ask(path, **headers)
        assert status == 200 and kept["Content-Type"] == "application/json", (status, body)
        return json.loads(body)


def start(cluster, *options, **arguments):
    cluster.start_coordinator("--http", "127.0.0.1:0", *options, **arguments)
    return Shown((cluster.state / "http").read_text())


def write_models(folder, count, layers, samples, width):
    generator = np.random.default_rng(2)
    common, ids = generator.normal(size=(samples, 8)), [f"s{i}" for i in range(samples)]
    return [
        write_store(
            folder / f"{model}.h5", f"model {model}",
            [
                (common @ generator.normal(size=(8, width)) + generator.normal(size=(samples, width))).astype(np.float32)
                for _ in range(layers)
            ], ids)
        for model in range(count)
    ]  # fmt: skip


@pytest.fixture(scope="module")
def finished(platonic, tmp_path_factory):
    """A cluster after one sweep, in which a layer of the last model is decided by ties."""
    folder = tmp_path_factory.mktemp("http")
    stores = write_models(folder, 5, 30, 120, 16)
    few = np.random.default_rng(3).normal(size=(3, 16)).astype(np.float32)
    layers = [np.repeat(few, 40, axis=0), np.random.default_rng(4).normal(size=(120, 16))]
    stores.append(write_store(folder / "tied.h5", "<b>tied</b>", layers, [f"s{i}" for i in range(120)]))
    cluster = Cluster(platonic, folder)
    try:
        shown = start(cluster)
        cluster.start_workers(2)
        sweep = cluster.submit("--x", *stores, *METRICS)
        yield cluster, shown, sweep, cluster.results(sweep)
    finally:
        cluster.end()


@pytest.fixture
def cluster(platonic, tmp_path):
    found = Cluster(platonic, tmp_path)
    yield found
    found.end()


def without(value, *names):
    return [{key: part for key, part in item.items() if key not in names} for item in value]


# MARK: JSON


def test_json_is_what_the_commands_print(finished):
    cluster, shown, sweep, _ = finished
    assert shown.json("/api/v1/sweeps") == json.loads(cluster.succeed("status", "--json"))
    assert shown.json(f"/api/v1/sweeps/{sweep}") == cluster.status(sweep)
    moving = ["silentSeconds"]
    assert without(shown.json("/api/v1/workers"), *moving) == without(cluster.workers(), *moving)
    assert shown.json("/api/v1/explain") == json.loads(cluster.succeed("explain", "--json"))
    assert shown.json(f"/api/v1/explain?sweep={sweep}") == json.loads(cluster.succeed("explain", sweep, "--json"))
    events = cluster.events()
    assert shown.json("/api/v1/incidents") == events and len(events) >= 4
    assert shown.json("/api/v1/incidents?after=2") == events[2:]
    assert shown.json("/api/v1/incidents?last=2") == events[-2:]
    backlog = shown.json("/api/v1/backlog")
    assert backlog == {
        "tiles": 0, "items": 0, "seconds": 0, "workers": 2, "activeSweeps": 0, "workerBytes": 0, "workersWanted": 0,
    }  # fmt: skip
    overview, status = shown.json("/api/v1/overview"), cluster.status(sweep)
    assert overview["backlog"] == backlog and overview["phase"] == "serving"
    assert overview["tilesScored"] == status["tiles"] and overview["layersPrepared"] == status["layers"]
    assert overview["sweeps"]["complete"] == 1 and overview["workers"]["idle"] == 2


def test_the_matrix_of_a_finished_sweep_is_that_of_its_results(finished):
    _, shown, sweep, results = finished
    with h5py.File(results) as file:
        for name in ["mutual_knn_k10", "cka", "cycle_knn_k10"]:
            path = f"/api/v1/sweeps/{sweep}/matrix?metric={name}"
            wait_until(
                lambda path=path: not shown.json(path)["reading"], "a matrix that is read", patience=60, pause=0.1
            )
            matrix = shown.json(path)
            assert matrix["metrics"] == ["mutual_knn_k10", "cka", "cycle_knn_k10"] and matrix["symmetric"]
            assert matrix["x"] == matrix["y"] == [name.decode() for name in file["x"]]
            scores = np.array(matrix["scores"], dtype=float)
            assert np.array_equal(scores, file[f"metrics/{name}/scores"][()], equal_nan=True), name
        excluded = file["x_layer_tied"][()] > 0.01
        assert excluded.any(), "no layer is tied"
    rounded = np.array(shown.json(f"/api/v1/sweeps/{sweep}/matrix?metric=cycle_knn_k10&digits=2")["scores"])
    assert np.abs(rounded - scores).max() <= 0.005 + 1e-12 and np.array_equal(rounded, np.round(rounded, 2))
    status, _, body = shown.ask(f"/api/v1/sweeps/{sweep}/matrix?metric=nonsense")
    assert status == 404 and "it has mutual_knn_k10, cka, cycle_knn_k10" in body


def test_a_load_balancer_finds_what_it_needs(finished):
    _, shown, sweep, _ = finished
    assert shown.ask("/healthz")[::2] == (200, "ok\n")
    assert shown.ask("/readyz")[::2] == (200, "ok\n")
    for path, expected in [("/nothing", 404), ("/api/v1/sweeps/77", 404), ("/api/v1/backlog?target=often", 400)]:
        status, _, body = shown.ask(path)
        assert status == expected and len(body) > 10, path
    for method in ["POST", "PUT", "DELETE", "PATCH", "OPTIONS"]:
        status, headers, _ = shown.ask("/metrics", method=method, body="x")
        assert status == 405 and headers["Allow"] == "GET, HEAD", method
    assert shown.ask("/metrics", body="x")[0] == 413
    assert shown.ask("/", Host="evil.example")[0] == 421
    status, headers, body = shown.ask("/page.js", method="HEAD")
    assert status == 200 and body == "" and int(headers["Content-Length"]) > 1000
    path = f"/api/v1/sweeps/{sweep}/matrix"
    tag = shown.ask(path)[1]["ETag"]
    assert shown.ask(path, If_None_Match=tag)[0] == 304


def test_metrics_are_the_documented_ones(finished):
    cluster, shown, sweep, _ = finished
    status, headers, body = shown.ask("/metrics")
    assert status == 200 and headers["Content-Type"].startswith("text/plain; version=0.0.4")
    families = list(text_string_to_metric_families(body))
    documented = dict(
        re.findall(r"^\| `([a-z_]+)[`{].*?\| (gauge|counter) \|", (ROOT / "Schemas/http.md").read_text(), re.M)
    )
    # The parser takes counters' names without their ending.
    names = {family.name + ("_total" if family.type == "counter" else ""): family.type for family in families}
    assert names == documented and len(documented) > 15
    assert all(family.documentation and family.samples for family in families)
    values = {(sample.name, *sample.labels.values()): sample.value for family in families for sample in family.samples}
    known = cluster.status(sweep)
    assert values["platonic_tiles_scored_total",] == known["tiles"]
    assert values["platonic_layers_prepared_total",] == known["layers"]
    assert values["platonic_models_surveyed_total",] == known["models"]
    assert math.isclose(values["platonic_flops_total",], known["flops"])
    assert values["platonic_workers", "idle"] == 2 and values["platonic_sweeps", "complete"] == 1
    assert (
        values["platonic_incidents_total", "worker-joined"] == 2
        and values["platonic_incidents_total", "worker-lost"] == 0
    )
    assert values["platonic_backlog_tiles",] == values["platonic_backlog_items",] == 0
    pid = cluster.coordinator.pid
    assert 0.5 < values["process_resident_memory_bytes",] / resident_bytes(pid) < 2
    assert abs(values["process_start_time_seconds",] - time.time()) < 3600
    assert (
        0 < values["process_cpu_seconds_total",] < 3600
        and 10 < values["process_open_fds",] < values["process_max_fds",]
    )


# MARK: Strangers


def test_strangers_see_probes_only(cluster, tmp_path):
    file = tmp_path / "token"
    file.write_text(TOKEN + "\n")
    shown = start(cluster, "--http-token-file", file)
    for path in ["/", "/page.js", "/metrics", "/api/v1/overview", "/nothing", f"/metrics?token={TOKEN}"]:
        for headers in [{}, {"Authorization": f"Bearer {TOKEN}x"}, {"Cookie": "platonic_token=x"}]:
            assert shown.ask(path, **headers)[0] == 401, path
    assert shown.ask("/healthz")[0] == shown.ask("/readyz")[0] == 200
    assert shown.ask("/metrics", Authorization=f"Bearer {TOKEN}")[0] == 200
    status, headers, _ = shown.ask(f"/?token={TOKEN}")
    assert status == 303 and headers["Location"] == "./" and "HttpOnly; SameSite=Strict" in headers["Set-Cookie"]
    assert shown.ask("/", Cookie=headers["Set-Cookie"].split(";")[0])[0] == 200


def test_what_cannot_be_is_one_complaint(cluster, platonic, tmp_path):
    shown = start(cluster)
    (tmp_path / "short").write_text("short")
    other = ["coordinator", "--state", tmp_path / "other", "--bind", f"ipc://{tmp_path}/other.sock"]
    for options, words in [
        (["--http", f"127.0.0.1:{shown.port}"], "Address already in use"),
        (["--http", "nowhere.invalid:0"], "cannot be shown over HTTP"),
        (["--http", "127.0.0.1"], "127.0.0.1"),
        (["--http-token-file", "/dev/null"], "needs --http"),
        (["--http", "127.0.0.1:0", "--http-token-file", tmp_path / "short"], "no token"),
        (["--http", "127.0.0.1:0", "--http-token-file", tmp_path / "missing"], "cannot be read"),
    ]:
        result = platonic.run(*other, *options, timeout=60)
        assert result.returncode == 2 and words in result.stderr and "trace" not in result.stderr, result.stderr
    # A second coordinator on the same state is refused, and leaves the address of the first.
    second = platonic.run("coordinator", "--state", cluster.state, "--insecure", "--http", "127.0.0.1:0", timeout=60)
    assert second.returncode != 0 and (cluster.state / "http").read_text().strip() == shown.address
    cluster.coordinator.send(signal.SIGTERM)
    assert cluster.coordinator.wait() == 0
    cluster.start_coordinator()
    assert not (cluster.state / "http").exists()
    cluster.coordinator.kill()
    cluster.start_coordinator("--http", "0.0.0.0:0")
    assert "may look" in cluster.coordinator.lines("http-open")[0]["message"]


def test_big_headers_and_slow_clients_do_no_harm(cluster):
    shown = start(cluster)
    before = resident_bytes(cluster.coordinator.pid)
    # A whole request that is too big, or one that never ends: none is answered with what it asks for, and all are closed.
    beginnings = [b"GET / HTTP/1.1\r\nX: ", b"GET /", b"\0", b"GET / HTTP/1.1\r\n"]
    clients = [
        (beginning, b"y: z\r\n" * 2_000_000 if beginning.endswith(b"\n") else b"x" * 10_000_000)
        for beginning in beginnings
    ]
    clients += [(b"GET /metrics HTTP/1.1\r\nHost: localhost\r\nX: ", b"")] * 100
    ended = []

    def be_a_nuisance(beginning, rest):
        with socket.create_connection((shown.host, int(shown.port)), timeout=60) as client:
            try:
                client.sendall(beginning + rest)
                while not rest:
                    # A little now and then.
                    client.sendall(b"x")
                    time.sleep(1)
                answer = client.recv(1000)
            except (BrokenPipeError, ConnectionResetError):
                answer = b""
            ended.append(answer)

    threads = [threading.Thread(target=be_a_nuisance, args=client, daemon=True) for client in clients]
    for thread in threads:
        thread.start()
    most = 0
    while any(thread.is_alive() for thread in threads):
        begun = time.monotonic()
        assert shown.ask("/metrics")[0] == 200 and time.monotonic() - begun < 5
        most = max(most, resident_bytes(cluster.coordinator.pid))
        time.sleep(0.5)
    assert len(ended) == len(clients) and all(not answer or b" 4" in answer.splitlines()[0] for answer in ended)
    assert most < before + (64 << 20)


def test_probes_are_answered_beside_slow_connections(cluster):
    shown = start(cluster)
    slow = [socket.create_connection((shown.host, int(shown.port)), timeout=30) for _ in range(400)]
    begun = time.monotonic()
    for client in slow:
        # Others were let in, in the place of one that is closed.
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            client.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nX: y")
    while time.monotonic() - begun < 5:
        asked = time.monotonic()
        assert shown.ask("/healthz", timeout=5)[0] == 200 and time.monotonic() - asked < 1
    # Those that were left are closed as well, though a byte comes now and then.
    for client in slow:
        try:
            client.sendall(b"z")
            while client.recv(1000):
                pass
        except (BrokenPipeError, ConnectionResetError):
            pass
        client.close()
    assert time.monotonic() - begun < 20


def test_a_loop_that_is_stuck_is_told(cluster):
    shown = start(cluster)
    with stopped_thread(cluster.coordinator.pid):
        begun = time.monotonic()
        status, _, body = shown.ask("/api/v1/overview")
        assert status == 503 and "does not answer in time" in body and time.monotonic() - begun < 8
        assert shown.ask("/healthz")[0] == 200
        wait_until(lambda: shown.ask("/healthz")[0] == 503, "a loop that has not turned", patience=30, pause=0.2)
        assert time.monotonic() - begun > 8
    wait_until(lambda: shown.ask("/healthz")[0] == 200, "a loop that turns", pause=0.1)
    assert shown.json("/api/v1/overview")["phase"] == "serving"


# MARK: People


def test_the_page_shows_a_sweep_as_it_goes_on(cluster, tmp_path):
    shown = start(cluster)
    wrap = [
        "unshare",
        "--uts",
        "python3",
        "-c",
        "import os, socket, sys; socket.sethostname(sys.argv[1]); os.execvp(sys.argv[2], sys.argv[2:])",
        STRANGE_HOST,
    ]
    victim, _ = *cluster.start_workers(1), cluster.start_workers(1, wrap=wrap)
    sweep = cluster.submit("--x", *write_models(tmp_path, 12, 32, 500, 64), *SLOW_METRICS)
    with browser() as page:
        page.open(shown.address)

        def filled():
            return int(page.value("document.body.dataset.filled") or 0)

        def text(identity):
            return page.value(f"document.getElementById('{identity}').innerText")

        counts = [wait_until(filled, lambda: text("matrix-more"), patience=120, pause=0.2)]
        victim.kill()
        killed = time.monotonic()
        wait_until(
            lambda: "worker-lost" in text("incidents") and text("card-workers") == "1",
            lambda: text("incidents"),
            pause=0.1,
        )
        assert time.monotonic() - killed < 5
        wait_until(lambda: counts.append(filled()) or counts[-1] == 144, lambda: f"{counts}", patience=180, pause=0.2)
        assert len(set(counts)) > 2 and counts == sorted(counts), "the matrix did not fill in"
        assert text("card-done") == "100 %" or wait_until(lambda: text("card-done") == "100 %", "all of it done")
        assert STRANGE_HOST in text("workers") and "1 lost so far" in text("card-workers-more")
        assert page.value("document.title") == "platonic" and page.value("document.scripts.length") == 1
        page.value("Object.assign(document.getElementById('search'), { value: 'nobody' })")
        wait_until(
            lambda: page.value("document.getElementById('workers').tBodies[0].rows.length") == 0,
            "no worker of this name",
        )
        # What is drawn is what is known: the canvas has the colours of the scale's ends.
        colours = page.value(
            "(() => { const c = document.getElementById('matrix'); const d = c.getContext('2d').getImageData(0, 0, c.width, c.height).data;"
            " const seen = new Set(); for (let i = 0; i < d.length; i += 4) seen.add(`${d[i]},${d[i + 1]},${d[i + 2]}`); return [...seen]; })()"
        )
        assert {"68,1,84", "253,231,37"} <= set(colours) and len(colours) > 20
        for width in [1280, 500]:
            page.resize(width)
            assert page.value("document.documentElement.scrollWidth") <= width
        cluster.coordinator.kill()
        wait_until(
            lambda: "cannot be reached" in text("connection"), lambda: text("connection"), patience=30, pause=0.2
        )
        # The browser itself reports what does not answer any more, and nothing else.
        assert [
            error for error in page.errors if "ERR_CONNECTION_REFUSED" not in error and "Failed to load" not in error
        ] == []
    assert sweep == "1"


def test_the_page_shows_the_rate_of_what_is_being_done(cluster):
    """Tiles come last: while layers are prepared, it is their rate that says something."""
    shown = start(cluster)
    with browser() as page:
        page.open(shown.address)

        def rate(busy, **done):
            overview = {
                "version": "1", "phase": "serving", "uptimeSeconds": 60, "workers": {"busy": busy}, "sweeps": {}, "flops": 5e9,
                "backlog": {"seconds": None, "workers": 1, "items": 3},
                "tilesScored": 7, "layersPrepared": 5, "modelsSurveyed": 2, **done,
            }  # fmt: skip
            return page.value(
                "(() => { view.history = [{ now: performance.now() / 1000 - 5, uptime: 55, flops: 0, tiles: 7, layers: 5, models: 2 }];"
                f" showOverview({json.dumps(overview)});"
                " return document.getElementById('card-rate').innerText + '; ' + document.getElementById('card-rate-more').innerText })()"
            )

        assert rate(1, layersPrepared=15) == "2.0 / s; layers prepared; 1.0 GFLOP/s"
        assert rate(1, modelsSurveyed=4).startswith("0.4 / s; models read")
        assert rate(1, layersPrepared=15, tilesScored=9).startswith("0.4 / s; tiles")
        assert rate(1).startswith("working; nothing finished")
        assert rate(0).startswith("0 / s; tiles")


def test_a_sweep_of_one_machine_is_shown(platonic, tmp_path):
    stores = write_models(tmp_path, 6, 32, 400, 32)
    command = [
        platonic.binary,
        "sweep",
        "--x",
        *stores,
        *SLOW_METRICS,
        "--workers",
        "1",
        "--output",
        tmp_path / "results.h5",
    ]
    command += ["--http", "127.0.0.1:0"]
    process = subprocess.Popen(list(map(str, command)), env=platonic.environment, stderr=subprocess.PIPE, text=True)
    try:
        shown = next(Shown(found[0]) for line in process.stderr if (found := re.findall(r"http://\S+", line)))
        wait_until(lambda: shown.ask("/readyz")[0] == 200, "a sweep that is shown", patience=30, pause=0.05)
        assert shown.json("/api/v1/sweeps")[0]["models"] == 6
        process.stderr.read()
        assert process.wait(120) == 0
    finally:
        process.kill()
        process.wait()
        process.stderr.close()


# MARK: Prometheus


def test_prometheus_scrapes_it(cluster, tmp_path):
    (tmp_path / "token").write_text(TOKEN)
    shown = start(cluster, "--http-token-file", tmp_path / "token")
    cluster.submit("--x", *write_models(tmp_path, 2, 2, 60, 8), *METRICS)
    config = (ROOT / "deploy/prometheus/prometheus.yml").read_text()
    config = config.replace("127.0.0.1:7071", f"{shown.host}:{shown.port}").replace("15s", "1s")
    (tmp_path / "prometheus.yml").write_text(config)
    (tmp_path / "alerts.yml").write_text((ROOT / "deploy/prometheus/alerts.yml").read_text())
    subprocess.run(
        ["promtool", "check", "config", tmp_path / "prometheus.yml"], check=True, capture_output=True, timeout=60
    )
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = ["prometheus", f"--config.file={tmp_path}/prometheus.yml", f"--storage.tsdb.path={tmp_path}/tsdb"]
    with (tmp_path / "prometheus.log").open("wb") as log:
        process = subprocess.Popen([*command, f"--web.listen-address=127.0.0.1:{port}"], stdout=log, stderr=log)
    try:
        prometheus = Shown(f"http://127.0.0.1:{port}")

        def values(query):
            try:
                return [
                    float(found["value"][1])
                    for found in prometheus.json(f"/api/v1/query?query={query}")["data"]["result"]
                ]
            except (OSError, AssertionError):
                return []

        tiles = wait_until(
            lambda: values("platonic_backlog_tiles"),
            lambda: (tmp_path / "prometheus.log").read_text(),
            patience=60,
            pause=0.2,
        )
        # Nobody works on it.
        assert tiles == [1] and values("platonic_backlog_items") == [2 + 4 + 1]
        assert values("up") == [1] and values("sum(platonic_workers)") == [0]
        assert values("platonic_build_info") == [1]
    finally:
        process.terminate()
        process.wait(30)
