"""Stores in S3 and on web servers: the same bytes as from disk, and every fault told in one sentence."""

import contextlib
import http.server
import json
import re
import socket
import ssl
import subprocess
import sys
import threading
import urllib.request

import boto3
import botocore.config
import numpy as np
import pytest

from cluster import Cluster
from conftest import Program, write_store
from processes import score_bytes, wait_until

SAMPLES, MODELS, LAYERS, WIDTH = 400, 3, 3, 1024
NAMES = [f"m{model}.h5" for model in range(MODELS - 1)] + ["m 2+ä%20.h5"]
SECRET = "the-secret-of-nobody"


class Web(http.server.ThreadingHTTPServer):
    """A web server of a folder that knows ranges, and faults."""

    daemon_threads = True

    def __init__(self, folder):
        self.folder, self.lock, self.log = folder, threading.Lock(), []
        self.fault = lambda name, first: None
        super().__init__(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server_port}"
        threading.Thread(target=self.serve_forever, daemon=True).start()


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def do_GET(self):
        name = urllib.request.unquote(self.path.rpartition("/")[2])
        first, last = map(int, re.fullmatch(r"bytes=(\d+)-(\d+)", self.headers["Range"]).groups())
        with self.server.lock:
            self.server.log.append((name, first, last, self.headers.get("Authorization")))
        fault = self.server.fault(name, first)
        path = self.server.folder / name
        if not path.exists() or fault == "missing":
            self.send_error(404)
            return
        data = path.read_bytes()
        part = data[first : last + 1]
        self.send_response(206)
        self.send_header("ETag", '"replaced"' if fault == "replaced" else '"one"')
        self.send_header("Content-Range", f"bytes {first}-{first + len(part) - 1}/{len(data)}")
        self.send_header("Content-Length", str(len(part)))
        self.end_headers()
        # Where the connection is cut, the rest never comes.
        self.wfile.write(part[: len(part) // 2] if fault == "cut" else part)
        self.close_connection = fault == "cut"


@pytest.fixture(scope="module")
def stores(tmp_path_factory):
    folder = tmp_path_factory.mktemp("stores")
    generator = np.random.default_rng(5)
    for model, name in enumerate(NAMES):
        layers = [generator.normal(size=(SAMPLES, WIDTH)).astype(np.float32) for _ in range(LAYERS)]
        write_store(folder / name, f"model {model}", layers, [f"sample {i}" for i in range(SAMPLES)])
    return folder


@pytest.fixture
def web(stores):
    server = Web(stores)
    yield server
    server.shutdown()
    server.server_close()


def identify_everybody(url, after=0):
    """From so many requests on, everybody has to prove who they are."""
    request = urllib.request.Request(f"{url}/moto-api/reset-auth", b"%d" % after, {"Content-Type": "text/plain"})
    urllib.request.urlopen(request, timeout=10).close()


@pytest.fixture(scope="module")
def s3(stores, tmp_path_factory):
    """Moto as a server of its own, which checks signatures and permissions, with the stores in two buckets, one of them public."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    log = tmp_path_factory.mktemp("moto") / "log"
    with log.open("w") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)], stdout=output, stderr=output
        )
    try:

        def listens():
            assert process.poll() is None, log.read_text()
            with contextlib.suppress(OSError):
                return urllib.request.urlopen(f"{url}/moto-api/", timeout=5)

        wait_until(listens, log.read_text, patience=60, pause=0.1)

        def client(service, key="admin", secret="admin"):
            return boto3.client(
                service, endpoint_url=url, region_name="us-east-1", aws_access_key_id=key, aws_secret_access_key=secret,
                config=botocore.config.Config(s3={"addressing_style": "path"}),
            )  # fmt: skip

        admin = client("s3")
        for bucket, rights in [("private", "private"), ("public", "public-read")]:
            admin.create_bucket(Bucket=bucket)
            for name in NAMES:
                admin.upload_file(str(stores / name), bucket, f"some/stores/{name}", {"ACL": rights})
        admin.put_object(Bucket="private", Key="some/stores/notes.txt", Body=b"no store")
        iam = client("iam")
        iam.create_user(UserName="reader")
        allowed = {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}
        policy = json.dumps({"Version": "2012-10-17", "Statement": [allowed]})
        iam.put_user_policy(UserName="reader", PolicyName="read", PolicyDocument=policy)
        key = iam.create_access_key(UserName="reader")["AccessKey"]
        identify_everybody(url)
        environment = {
            "AWS_ENDPOINT_URL": url, "AWS_ACCESS_KEY_ID": key["AccessKeyId"],
            "AWS_SECRET_ACCESS_KEY": key["SecretAccessKey"], "AWS_REGION": "us-east-1",
        }  # fmt: skip
        yield environment
    finally:
        process.kill()
        process.wait()


@pytest.fixture
def started(platonic, tmp_path):
    """The program with other variables in its environment, none of which is of the tester's own account."""

    def make(**variables):
        program = Program(platonic.binary, tmp_path / "cache")
        own = ("AWS_", "CURL_CA_BUNDLE", "SSL_CERT_FILE")
        kept = {k: v for k, v in program.environment.items() if not k.startswith(own)}
        program.environment = {**kept, "HOME": str(tmp_path), "no_proxy": "127.0.0.1", **variables}
        return program

    return make


@pytest.fixture(scope="module")
def undisturbed(platonic, stores, tmp_path_factory):
    folder = tmp_path_factory.mktemp("undisturbed")
    platonic.succeed("sweep", "--x", stores, *OPTIONS, "--output", folder / "r.h5", "--artifacts", folder / "a")
    return score_bytes(folder / "r.h5")


OPTIONS = ["--metric", "mutual_knn", "cka", "cknna", "--k", "10", "--quiet"]


def sweep(program, folder, *urls):
    """Runs a sweep; the scores' bytes, and all bytes of the results and of what was logged and kept beside them."""
    program.succeed("sweep", "--x", *urls, *OPTIONS, "--output", folder / "r.h5", "--artifacts", folder / "a")
    return score_bytes(folder / "r.h5")


def everything(folder):
    return b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())


def test_signed(started, s3, undisturbed, tmp_path):
    program = started(**s3)
    assert sweep(program, tmp_path, "s3://private/some/stores/") == undisturbed
    written = everything(tmp_path)
    assert b"s3://private/some/stores/m0.h5" in written
    assert s3["AWS_SECRET_ACCESS_KEY"].encode() not in written
    assert s3["AWS_ACCESS_KEY_ID"].encode() not in written


def test_unsigned(started, s3, stores, undisturbed, tmp_path):
    program = started(AWS_ENDPOINT_URL_S3=s3["AWS_ENDPOINT_URL"])
    urls = [f"s3://public/some/stores/{name}" for name in NAMES[:2]]
    # Moto has no answer for strangers unless it trusts everybody.
    identify_everybody(s3["AWS_ENDPOINT_URL"], after=1_000_000)
    try:
        assert sweep(program, tmp_path, *urls, stores / NAMES[2]) == undisturbed
        refused = program.run("inspect", f"s3://private/some/stores/{NAMES[0]}")
        assert refused.returncode == 2 and "may not be read: the server answers 403" in refused.stderr
    finally:
        identify_everybody(s3["AWS_ENDPOINT_URL"])


def test_patterns(started, s3, stores):
    listed = json.loads(started(**s3).succeed("inspect", "s3://private/some/*/m?.h5", "--json"))
    assert [store["path"] for store in listed] == [f"s3://private/some/stores/{name}" for name in NAMES[:2]]
    assert [store["fileBytes"] for store in listed] == [(stores / name).stat().st_size for name in NAMES[:2]]


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """Of localhost, by itself."""
    folder = tmp_path_factory.mktemp("certificate")
    words = ["-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost"]
    words += ["-addext", "subjectAltName=DNS:localhost", "-keyout", folder / "key", "-out", folder / "crt"]
    subprocess.run(["openssl", "req", *words], check=True, capture_output=True)
    return folder / "crt", folder / "key"


@pytest.mark.parametrize("variable", ["SSL_CERT_FILE", "CURL_CA_BUNDLE", "AWS_CA_BUNDLE"])
def test_certificates_are_the_systems_or_those_that_are_named(started, web, certificate, variable):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate)
    web.socket = context.wrap_socket(web.socket, server_side=True)
    store = f"https://localhost:{web.server_port}/{NAMES[0]}"
    refused = started(no_proxy="localhost").run("inspect", store)
    assert refused.returncode == 1 and "no trusted encrypted connection" in refused.stderr
    assert "model 0" in started(no_proxy="localhost", **{variable: str(certificate[0])}).succeed("inspect", store)
    missing = started(no_proxy="localhost", **{variable: "/nowhere.pem"}).run("inspect", store)
    assert missing.returncode == 2 and "the certificates cannot be read" in missing.stderr


def test_web_server(started, s3, web, stores, undisturbed, tmp_path):
    urls = [f"{web.url}/{urllib.request.quote(name)}" for name in NAMES]
    assert sweep(started(**s3), tmp_path, *urls) == undisturbed
    assert web.log and not [entry for entry in web.log if entry[3]], "credentials were sent to another host"
    web.log.clear()
    started().succeed("inspect", urls[0])
    size = (stores / NAMES[0]).stat().st_size
    assert len(web.log) <= size / 2**20 + LAYERS + 1


@pytest.mark.parametrize(
    "change, message",
    [
        ({"AWS_SECRET_ACCESS_KEY": SECRET}, "SignatureDoesNotMatch"),
        ({"AWS_ACCESS_KEY_ID": "AKIANOBODY"}, "InvalidAccessKeyId"),
        ({"AWS_ENDPOINT_URL": "http://127.0.0.1:1"}, "nobody answers at that host and port"),
        ({"AWS_ENDPOINT_URL": "http://nobody.invalid"}, "the host name is not known"),
        ({"AWS_SECRET_ACCESS_KEY": ""}, "only one of AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"),
    ],
)
def test_wrong_settings(started, s3, change, message):
    for url in ("s3://private/some/stores/m0.h5", "s3://private/some/stores/"):
        result = started(**{**s3, **change}).run("inspect", url)
        assert result.returncode in (1, 2), result.stderr
        assert message in result.stderr and "private" in result.stderr
        assert SECRET not in result.stderr and len(result.stderr.splitlines()) <= 3, result.stderr


@pytest.mark.parametrize(
    "url, message",
    [
        ("s3://private/some/stores/none.h5", "the store is not there"),
        ("s3://nobucket/some.h5", "the store is not there"),
        ("s3://private/none/", "no object (*.h5) is below the prefix"),
        ("s3://private/some/stores/notes.txt", "the file is text"),
        ("http://127.0.0.1:1/a.h5?X-Amz-Signature=" + SECRET, "the URL has a query"),
        (f"http://u:{SECRET}@127.0.0.1:1/a.h5", "names a user or a password"),
        ("s3://private/" + "k" * 1025, "more than 1,024 bytes"),
    ],
)
def test_what_is_no_store(started, s3, url, message):
    result = started(**s3).run("inspect", url)
    assert result.returncode == 2, result.stderr
    assert message in result.stderr and SECRET not in result.stderr


@pytest.mark.parametrize(
    "fault, message",
    [("missing", "the store is not there"), ("cut", "could not be read to the end"), ("replaced", "the store changed")],
)
def test_a_cluster_whose_store_fails_and_is_mended(started, web, undisturbed, tmp_path, fault, message):
    cluster = Cluster(started(), tmp_path, insecure=True)
    try:
        cluster.start_coordinator()
        broken = threading.Event()
        # Submitting reads the beginning alone; a worker finds the rest of one store out of order.
        web.fault = lambda name, first: fault if broken.is_set() and name == NAMES[1] and first > 0 else None
        urls = [f"{web.url}/{urllib.request.quote(name)}" for name in NAMES]
        number = cluster.submit("--x", *urls, *OPTIONS[:-1])
        broken.set()
        cluster.start_workers(2)
        cluster.results(number, "partial.h5", expect=1)
        failures = json.dumps(cluster.status(number)) + cluster.succeed("explain", number)
        assert message in failures and urls[1] in failures
        broken.clear()
        cluster.succeed("retry", number)
        assert score_bytes(cluster.results(number)) == undisturbed
    finally:
        cluster.end()


def test_workers_read_with_credentials_of_their_own(started, s3, undisturbed, tmp_path):
    cluster = Cluster(started(**s3), tmp_path, insecure=True)
    try:
        cluster.start_coordinator()
        number = cluster.submit("--x", "s3://private/some/stores/", *OPTIONS[:-1])
        cluster.platonic = started(**{**s3, "AWS_SECRET_ACCESS_KEY": SECRET})
        cluster.start_workers(1)
        cluster.results(number, "partial.h5", expect=1)
        failures = json.dumps(cluster.status(number)) + cluster.succeed("explain", number)
        assert "SignatureDoesNotMatch" in failures and SECRET not in failures
        for member in cluster.members[1:]:
            member.kill()
        cluster.platonic = started(**s3)
        cluster.start_workers(1)
        cluster.succeed("retry", number)
        assert score_bytes(cluster.results(number)) == undisturbed
        assert s3["AWS_SECRET_ACCESS_KEY"].encode() not in everything(tmp_path)
    finally:
        cluster.end()
