"""Runs in a bare root: the tarball's program and the wheel's give the same bytes, a cluster works with keys (CURVE), and stores are read from
a server whose certificate is trusted, and from no other.
"""

import http.server
import os
import pathlib
import re
import ssl
import subprocess
import sys
import tempfile
import threading
import time

import h5py
import numpy as np

import platonic_sweep

TRIAL = pathlib.Path("/trial")


def run(*words, allowed=0, **environment):
    done = subprocess.run(
        list(map(str, words)), capture_output=True, text=True, env=os.environ | environment, timeout=300
    )
    if done.returncode != allowed:
        sys.exit(f"test-release: status {done.returncode} of {' '.join(map(str, words))}\n{done.stdout}{done.stderr}")
    return done.stdout + done.stderr


def scores(path):
    found = {}
    with h5py.File(path) as file:
        file["metrics"].visititems(
            lambda name, item: found.update({name: item[()].tobytes()} if isinstance(item, h5py.Dataset) else {})
        )
    assert found
    return found


def write_stores(folder):
    generator = np.random.default_rng(1)
    ids = [f"s{row}" for row in range(300)]
    for model in "abc":
        layers = {str(layer): generator.normal(size=(300, 24)).astype(np.float32) for layer in range(3)}
        platonic_sweep.write_store(
            folder / f"{model}.h5", layers, ids, model=model, modality="none", dataset="random numbers"
        )


class Ranges(http.server.BaseHTTPRequestHandler):
    """A server of files that knows ranges of bytes."""

    protocol_version = "HTTP/1.1"

    def do_GET(self):
        data = (self.server.folder / self.path.rpartition("/")[2]).read_bytes()
        first, last = map(int, re.fullmatch(r"bytes=(\d+)-(\d+)", self.headers["Range"]).groups())
        part = data[first : last + 1]
        self.send_response(206)
        self.send_header("ETag", '"one"')
        self.send_header("Content-Range", f"bytes {first}-{first + len(part) - 1}/{len(data)}")
        self.send_header("Content-Length", str(len(part)))
        self.end_headers()
        self.wfile.write(part)

    def log_message(self, *_):
        pass


def serve(folder):
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Ranges)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(TRIAL / "server.crt", TRIAL / "server.key")
    server.socket = context.wrap_socket(server.socket, server_side=True)
    server.folder = folder
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return f"https://localhost:{server.server_port}"


def try_cluster(program, stores, folder):
    """A coordinator, a worker and a client, each with a key of its own."""
    run(program, "keys", "create", folder / "keys")
    # It prints the directory to hand over.
    owned = {
        role: run(program, "keys", "issue", folder / "keys", role, "--role", role).splitlines()[-1]
        for role in ("worker", "client")
    }
    words = [
        program,
        "coordinator",
        "--state",
        folder / "state",
        "--keys",
        folder / "keys",
        "--bind",
        "tcp://127.0.0.1:0",
    ]
    coordinator = subprocess.Popen(list(map(str, words)), stderr=subprocess.DEVNULL)
    try:
        for _ in range(100):
            if any((folder / "state").glob("*endpoint*")):
                break
            time.sleep(0.1)
        state = f"@{folder / 'state'}"
        worker = subprocess.Popen(
            [program, "worker", "--connect", state, "--keys", owned["worker"]], stderr=subprocess.DEVNULL
        )
        try:
            run(program, "submit", "--x", stores, "--metric", "all", "--connect", state, "--keys", owned["client"],
                "--output", folder / "cluster.h5")  # fmt: skip
        finally:
            worker.terminate()
            worker.wait()
    finally:
        coordinator.terminate()
        coordinator.wait()


def main():
    program = sys.argv[1]
    folder = pathlib.Path(tempfile.mkdtemp(dir=TRIAL))
    stores = folder / "stores"
    stores.mkdir()
    write_stores(stores)
    for name, runner in (("tarball", program), ("wheel", "platonic")):
        run(
            runner,
            "sweep",
            "--x",
            stores,
            "--metric",
            "all",
            "--artifacts",
            folder / name,
            "--output",
            folder / f"{name}.h5",
        )
    assert scores(folder / "tarball.h5") == scores(folder / "wheel.h5")
    assert scores(TRIAL / "tarball/results.h5") == scores(TRIAL / "wheel/results.h5")
    try_cluster(program, stores, folder)
    assert scores(folder / "cluster.h5") == scores(folder / "tarball.h5")

    address = serve(stores)
    refused = run(program, "inspect", f"{address}/a.h5", allowed=1)
    assert "no trusted encrypted connection" in refused, refused
    run(program, "inspect", f"{address}/a.h5", SSL_CERT_FILE=str(TRIAL / "server.crt"))
    print("test-release: same bytes, CURVE and TLS work")


if __name__ == "__main__":
    main()
