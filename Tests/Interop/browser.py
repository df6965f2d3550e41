"""A real browser without a window, driven over the Chrome DevTools protocol."""

import base64
import contextlib
import itertools
import json
import pathlib
import subprocess
import tempfile
import urllib.request

import websocket

from processes import wait_until


class Browser:
    """One page of a headless Chromium, and everything that went wrong on it."""

    def __init__(self, folder, width=1280, height=1600):
        self.process = subprocess.Popen(
            [
                "chromium", "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
                "--remote-debugging-port=0", "--remote-allow-origins=*", f"--user-data-dir={folder}",
                f"--window-size={width},{height}", "--hide-scrollbars", "about:blank",
            ],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        port_file = pathlib.Path(folder) / "DevToolsActivePort"
        wait_until(
            lambda: port_file.exists() and port_file.read_text().count("\n"), "a browser", patience=60, pause=0.05
        )
        port = int(port_file.read_text().splitlines()[0])
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/json", timeout=30) as found:
            page = next(target for target in json.load(found) if target["type"] == "page")
        self.socket = websocket.create_connection(page["webSocketDebuggerUrl"], timeout=60)
        self.numbers, self.errors, self.requests = itertools.count(1), [], []
        for domain in ["Page", "Runtime", "Log", "Network"]:
            self.call(f"{domain}.enable")

    def call(self, method, **parameters):
        number = next(self.numbers)
        self.socket.send(json.dumps({"id": number, "method": method, "params": parameters}))
        while True:
            message = json.loads(self.socket.recv())
            if message.get("method") == "Log.entryAdded" and message["params"]["entry"]["level"] == "error":
                self.errors.append(message["params"]["entry"]["text"])
            if message.get("method") == "Runtime.exceptionThrown":
                self.errors.append(str(message["params"]["exceptionDetails"]))
            if message.get("method") == "Network.requestWillBeSent":
                self.requests.append(message["params"]["request"]["url"])
            if message.get("id") == number:
                assert "error" not in message, message
                return message["result"]

    def open(self, address):
        """Opens a page and waits until it is there with what it loads."""
        self.call("Page.navigate", url=address)
        there = f"document.readyState == 'complete' && location.href.startsWith({json.dumps(address)})"
        wait_until(lambda: self.value(there), f"the page {address}", patience=60, pause=0.05)

    def value(self, expression, promise=False):
        """What a JavaScript expression is on the page, or what it promises."""
        result = self.call("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=promise)
        assert "exceptionDetails" not in result, result
        return result["result"].get("value")

    def resize(self, width, height=900):
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)

    def darken(self, scheme="dark"):
        self.call("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])

    def move(self, x, y, kind="mouseMoved", **more):
        """Moves the pointer to a place of the window."""
        self.call("Input.dispatchMouseEvent", type=kind, x=x, y=y, **more)

    def click(self, x, y):
        self.move(x, y)
        for kind in ("mousePressed", "mouseReleased"):
            self.move(x, y, kind, button="left", clickCount=1)

    def press(self, *keys):
        """Presses keys by their names, such as Tab or ArrowDown, one after the other."""
        codes = {"Enter": 13, "Tab": 9, "Escape": 27, "End": 35}
        codes |= {"ArrowLeft": 37, "ArrowUp": 38, "ArrowRight": 39, "ArrowDown": 40}
        for key in keys:
            text = {"text": "\r"} if key == "Enter" else {}
            event = {"key": key, "code": key, "windowsVirtualKeyCode": codes[key]}
            self.call("Input.dispatchKeyEvent", type="keyDown", **event, **text)
            self.call("Input.dispatchKeyEvent", type="keyUp", **event)

    def screenshot(self, path):
        found = self.call("Page.captureScreenshot", captureBeyondViewport=True)
        pathlib.Path(path).write_bytes(base64.b64decode(found["data"]))


@contextlib.contextmanager
def browser(**arguments):
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        started = Browser(folder, **arguments)
        try:
            yield started
        finally:
            started.process.terminate()
            started.process.wait(20)
