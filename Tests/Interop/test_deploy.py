"""What an operator is given in deploy/: manifests and units that are valid, and say what the program understands.

No cluster and no container engine is needed: manifests go through the schemas, and their arguments, probes and URLs through the program.
"""

import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import urllib.error
import urllib.request

import jsonschema
import pytest
import yaml

import keda
from conftest import ROOT
from processes import score_bytes, wait_until
from test_cluster import METRICS, models, undisturbed  # noqa: F401

DEPLOY = ROOT / "deploy"
KUBERNETES = DEPLOY / "kubernetes"
BUILDS = ["base", "overlays/keda", "overlays/hpa"]
COMPONENTS = ["s3", "stores-volume"]
AUTOSCALERS = {"ScaledObject", "HorizontalPodAutoscaler"}


# Installed by scripts/setup with the other Python packages: Debian 12 has none that is new enough.
KUBECTL = pathlib.Path(sys.executable).with_name("kubectl")


def kustomize(folder):
    made = subprocess.run([KUBECTL, "kustomize", folder], capture_output=True, text=True)
    assert made.returncode == 0, made.stderr
    return list(yaml.safe_load_all(made.stdout))


@pytest.fixture(scope="module", params=BUILDS + [f"components/{name}" for name in COMPONENTS])
def objects(request, tmp_path_factory):
    """What `kubectl apply -k` would send; a component as somebody adds it to an overlay."""
    if request.param in BUILDS:
        return kustomize(KUBERNETES / request.param)
    tree = tmp_path_factory.mktemp("kubernetes") / "kubernetes"
    shutil.copytree(KUBERNETES, tree)
    overlay = tree / "overlays/mine"
    overlay.mkdir()
    with (overlay / "kustomization.yaml").open("w") as file:
        yaml.safe_dump(
            {
                "apiVersion": "kustomize.config.k8s.io/v1beta1",
                "kind": "Kustomization",
                "resources": ["../../base"],
                "components": [f"../../{request.param}"],
            },
            file,
        )
    return kustomize(overlay)


@pytest.fixture(scope="module")
def base():
    return kustomize(KUBERNETES / "base")


def one(objects, kind, name):
    (found,) = [item for item in objects if item["kind"] == kind and item["metadata"]["name"] == name]
    return found


def pod(item):
    return item["spec"]["template"]["spec"]


def container(item):
    (found,) = pod(item)["containers"]
    return found


# MARK: Schemas


def test_every_object_is_one_of_kubernetes_or_keda(objects, tmp_path):
    own, other = [], []
    for item in objects:
        (other if item["apiVersion"].startswith("keda.sh/") else own).append(item)
    path = tmp_path / "objects.yaml"
    path.write_text(yaml.safe_dump_all(own))
    validator = pathlib.Path(sys.executable).parent / "kubernetes-validate"
    checked = subprocess.run([validator, "--strict", path], capture_output=True, text=True)
    assert checked.returncode == 0, checked.stdout + checked.stderr
    for item in other:
        bare = dict(item, metadata={"name": item["metadata"]["name"]})
        jsonschema.validate(bare, keda.SCHEMAS[item["kind"]])


def test_a_misspelt_field_would_be_found(base, tmp_path):
    workers = one(base, "Deployment", "workers")
    pod(workers)["terminationGracePeriodSecond"] = 5
    path = tmp_path / "wrong.yaml"
    path.write_text(yaml.safe_dump(workers))
    validator = pathlib.Path(sys.executable).parent / "kubernetes-validate"
    assert subprocess.run([validator, "--strict", path], capture_output=True).returncode != 0


def test_no_overlay_has_two_autoscalers_or_a_number_beside_one(objects):
    scalers = [item for item in objects if item["kind"] in AUTOSCALERS]
    assert len(scalers) <= 1
    workers = one(objects, "Deployment", "workers")
    assert "replicas" not in workers["spec"]
    for scaler in scalers:
        assert scaler["spec"]["scaleTargetRef"]["name"] == "workers"


# MARK: What holds between objects


def test_names_labels_and_ports_meet(objects):
    coordinator, workers = one(objects, "StatefulSet", "coordinator"), one(objects, "Deployment", "workers")
    service = one(objects, "Service", "coordinator")
    for item in (coordinator, workers):
        labels = item["spec"]["template"]["metadata"]["labels"]
        assert item["spec"]["selector"]["matchLabels"].items() <= labels.items()
        # The policies that deny and allow choose by these.
        assert labels["app.kubernetes.io/part-of"] == "platonic"
    assert service["spec"]["selector"].items() <= coordinator["spec"]["template"]["metadata"]["labels"].items()
    assert coordinator["spec"]["serviceName"] == service["metadata"]["name"]
    ports = {port["name"]: port["containerPort"] for port in container(coordinator)["ports"]}
    assert {port["name"]: port["port"] for port in service["spec"]["ports"]} == ports
    arguments = container(coordinator)["args"]
    assert f"--bind=tcp://0.0.0.0:{ports['zeromq']}" in arguments and f"--http=0.0.0.0:{ports['http']}" in arguments
    assert f"--connect=tcp://{service['metadata']['name']}:{ports['zeromq']}" in container(workers)["args"]
    assert f"--advertise={service['metadata']['name']}" in arguments
    allowed = one(objects, "NetworkPolicy", "coordinator")["spec"]["ingress"]
    assert {port["port"] for rule in allowed for port in rule["ports"]} == set(ports.values())
    assert one(objects, "PodDisruptionBudget", "workers")["spec"]["selector"]["matchLabels"].items() <= (
        workers["spec"]["template"]["metadata"]["labels"].items()
    )


def test_pods_may_do_little(objects):
    for item in (one(objects, "StatefulSet", "coordinator"), one(objects, "Deployment", "workers")):
        assert pod(item)["automountServiceAccountToken"] is False
        security = pod(item)["securityContext"]
        assert security["runAsNonRoot"] and security["seccompProfile"] == {"type": "RuntimeDefault"}
        assert security["runAsUser"] == 10001, "the user of deploy/Containerfile"
        for each in pod(item)["containers"] + pod(item)["initContainers"]:
            own = each["securityContext"]
            assert own["readOnlyRootFilesystem"] and not own["allowPrivilegeEscalation"]
            assert own["capabilities"] == {"drop": ["ALL"]}
            assert each["resources"]["requests"] and each["resources"]["limits"]["memory"]


def seconds(text):
    number, unit = re.fullmatch(r"(\d+)([smh])", text).groups()
    return int(number) * {"s": 1, "m": 60, "h": 3600}[unit]


def test_a_pod_has_time_for_the_tile_it_is_at(objects):
    workers = one(objects, "Deployment", "workers")
    (grace,) = [word.partition("=")[2] for word in container(workers)["args"] if word.startswith("--grace=")]
    assert pod(workers)["terminationGracePeriodSeconds"] >= seconds(grace) + 10


# MARK: The program runs as it is told


class Stage:
    """The container's paths as folders of the test, its ports as free ones."""

    def __init__(self, folder, platonic):
        self.folder, self.platonic = folder, platonic
        for name in ("state", "http", "secret", "keys", "scratch", "bin"):
            (folder / name).mkdir(mode=0o700)
        (folder / "http/token").write_text("0123456789abcdef\n")
        (folder / "bin/platonic").symlink_to(platonic.binary)
        self.environment = dict(platonic.environment, PATH=f"{folder / 'bin'}:{os.environ['PATH']}")
        self.started = []

    def translated(self, word):
        word = re.sub(r"(?<![\w.])/(state|http|secret|keys|scratch)\b(?!:)", rf"{self.folder}/\1", word)
        word = word.replace("--bind=tcp://0.0.0.0:7070", "--bind=tcp://127.0.0.1:0")
        word = word.replace("--http=0.0.0.0:7071", "--http=127.0.0.1:0").replace("=coordinator", "=127.0.0.1")
        return word.replace("tcp://coordinator:7070", self.endpoint if self.started else "")

    @property
    def endpoint(self):
        return (self.folder / "state/coordinator/endpoint").read_text().strip()

    @property
    def http(self):
        return (self.folder / "state/coordinator/http").read_text().strip()

    def prepare(self, item):
        """Runs the init containers."""
        for each in pod(item)["initContainers"]:
            command = [self.translated(word) for word in each["command"]]
            made = subprocess.run(command, env=self.environment, capture_output=True, text=True, timeout=60)
            assert made.returncode == 0, made.stderr

    def start(self, item):
        arguments = [self.translated(word) for word in container(item)["args"]]
        log = (self.folder / f"{arguments[0]}.log").open("ab")
        process = subprocess.Popen(
            [self.platonic.binary, *arguments], env=self.environment, stderr=log, start_new_session=True
        )
        self.started.append(process)
        return process

    def get(self, path, token=None):
        request = urllib.request.Request(self.http + path)
        if token:
            request.add_header("Authorization", f"Bearer {token}")
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:
                return answer.status, answer.read()
        except urllib.error.HTTPError as error:
            return error.code, error.read()

    def client(self, *words):
        keys = ["--connect", self.endpoint, "--keys", self.folder / "state/keys"]
        return self.platonic.succeed(*words, *keys)

    def end(self):
        for process in self.started:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()


@pytest.fixture
def stage(tmp_path, platonic):
    found = Stage(tmp_path, platonic)
    yield found
    found.end()


def test_manifests_run_a_sweep_and_their_probes_and_scaler_get_answers(stage, models, undisturbed):  # noqa: F811
    objects = kustomize(KUBERNETES / "overlays/keda")
    coordinator, workers = one(objects, "StatefulSet", "coordinator"), one(objects, "Deployment", "workers")
    stage.prepare(coordinator)
    stage.prepare(coordinator)  # A pod that is moved finds its keys.
    server = stage.start(coordinator)
    wait_until(lambda: (stage.folder / "state/coordinator/endpoint").exists(), "a coordinator", patience=30)

    kinds = ("startupProbe", "livenessProbe", "readinessProbe")
    probes = {container(coordinator)[kind]["httpGet"]["path"] for kind in kinds}
    assert probes == {"/healthz", "/readyz"}
    for path in probes:
        wait_until(lambda path=path: stage.get(path)[0] == 200, f"200 at {path}", patience=20)

    trigger = one(objects, "ScaledObject", "workers")["spec"]["triggers"][0]
    address = trigger["metadata"]["url"]
    host, path = re.fullmatch(r"http://([\w.]+):7071(/.*)", address).groups()
    assert host.split(".")[:2] == ["coordinator", "platonic"]
    reference = one(objects, "TriggerAuthentication", trigger["authenticationRef"]["name"])["spec"]["secretTargetRef"]
    volumes = {volume["name"]: volume for volume in pod(coordinator)["volumes"]}
    assert reference == [{"parameter": "token", "name": volumes["http"]["secret"]["secretName"], "key": "token"}]

    def wanted():
        status, body = stage.get(path, token="0123456789abcdef")
        assert status == 200
        return json.loads(body)[trigger["metadata"]["valueLocation"]]

    assert stage.get(path)[0] == 401
    assert wanted() == 0
    sweep = str(json.loads(stage.client("submit", "--x", *models.values(), *METRICS, "--json"))["sweep"])
    wait_until(lambda: wanted() >= 1, "a wish for workers", patience=10, pause=0.2)

    # The hpa overlay's metric is one of those that Prometheus gets.
    scaler = one(kustomize(KUBERNETES / "overlays/hpa"), "HorizontalPodAutoscaler", "workers")
    name = scaler["spec"]["metrics"][0]["external"]["metric"]["name"]
    assert f"\n{name} " in stage.get("/metrics", token="0123456789abcdef")[1].decode()

    # The worker's Secret, as a pod sees it: links to files that the group may read.
    issued = stage.platonic.succeed("keys", "issue", stage.folder / "state/keys", "nodes", "--role", "worker").strip()
    for file in pathlib.Path(issued).iterdir():
        hidden = stage.folder / f"secret/..{file.name}"
        shutil.copy(file, hidden)
        hidden.chmod(0o440)
        (stage.folder / "secret" / file.name).symlink_to(hidden)
    stage.prepare(workers)
    stage.prepare(workers)
    worker = stage.start(workers)
    results = stage.folder / "results.h5"
    stage.client("results", sweep, "--output", results, "--wait", "--quiet")
    assert score_bytes(results) == undisturbed
    wait_until(lambda: wanted() == 0, "no wish for workers", patience=10, pause=0.2)
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(30) == 0
    server.send_signal(signal.SIGTERM)
    assert server.wait(30) == 0


# MARK: systemd

UNITS = sorted((DEPLOY / "systemd").glob("*.service"))


@pytest.fixture
def units(tmp_path, platonic):
    """The units with the program where it is here, templates with an instance."""
    if shutil.which("systemd-analyze") is None:
        pytest.skip("systemd is not installed")
    for unit in UNITS:
        text = unit.read_text().replace("/usr/local/bin/platonic", str(platonic.binary))
        (tmp_path / unit.name.replace("@.", "@head.")).write_text(text)
    return sorted(tmp_path.glob("*.service"))


def test_units_are_valid_and_hardened(units):
    assert len(units) == 2
    for unit in units:
        checked = subprocess.run(["systemd-analyze", "verify", unit], capture_output=True, text=True)
        assert (checked.returncode, checked.stderr) == (0, ""), checked.stderr
        # Exposure from 0 to 10; below 2 is what is left with a network and a disk.
        command = ["systemd-analyze", "security", "--offline=true", "--threshold=20", unit]
        rated = subprocess.run(command, capture_output=True, text=True)
        assert rated.returncode == 0, rated.stdout[-400:]


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_a_unit_starts_what_the_program_understands(unit, platonic):
    text = unit.read_text()
    (command,) = re.findall(r"^ExecStart=(.*)$", text, re.MULTILINE)
    words = command.split()
    understood = platonic.run(words[1], "--help").stdout
    for option in re.findall(r"--[a-z-]+", command):
        assert f"{option} " in understood, option
    given = dict(re.findall(r"([A-Z_]+)=(\S+)", "\n".join(re.findall(r"^Environment=(.*)$", text, re.MULTILINE))))
    assert set(re.findall(r"\$\{(\w+)\}", command)) <= set(given)
    (stop,) = re.findall(r"^TimeoutStopSec=(\d+)$", text, re.MULTILINE)
    assert int(stop) >= seconds(given.get("GRACE", "20s")) + 10


# MARK: The image


def stages():
    lines = (DEPLOY / "Containerfile").read_text().replace("\\\n", " ")
    build, run = re.split(r"^FROM .*slim$", lines, flags=re.MULTILINE)
    return build, run


def packages(text):
    (words,) = re.findall(r"--no-install-recommends +(.*?)(?:&&|$)", text, re.MULTILINE)
    return set(words.split())


def test_the_image_is_built_with_what_a_host_is(platonic):
    setup = (ROOT / "scripts/setup").read_text()
    (needed,) = re.findall(r"^packages=\((.*)\)$", setup, re.MULTILINE)
    assert packages(stages()[0]) == set(needed.split())


def test_the_image_has_every_library_that_the_program_asks_for(platonic):
    if shutil.which("readelf") is None or shutil.which("dpkg") is None:
        pytest.skip("neither readelf nor dpkg here")
    found = subprocess.run(["ldd", platonic.binary], capture_output=True, text=True, check=True).stdout
    where = dict(re.findall(r"^\s*(\S+) => (\S+)", found, re.MULTILINE))
    asked = re.findall(
        r"NEEDED.*\[(.*)\]", subprocess.run(["readelf", "-d", platonic.binary], capture_output=True, text=True).stdout
    )
    # The Swift runtime is linked into the image's program; the C library is in every image.
    brought = re.compile(r"lib(swift|_?Foundation|dispatch|BlocksRuntime)|ld-|libc\.|libm\.")
    own = [name for name in asked if not brought.match(name)]
    assert len(own) >= 6
    for name in own:
        path = os.path.realpath(where[name])
        owners = subprocess.run(["dpkg", "-S", path], capture_output=True, text=True).stdout
        assert {line.split(":")[0] for line in owners.splitlines()} & packages(stages()[1]), f"nobody brings {name}"


def test_the_image_runs_as_the_user_of_the_manifests(base):
    run = stages()[1]
    assert "USER 10001:10001" in run and "--uid 10001" in run
    assert 'ENTRYPOINT ["/usr/local/bin/platonic"]' in run
