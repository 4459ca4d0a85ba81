"""Firefox by WebDriver BiDi, which it speaks itself, and WebKit by its driver, on a display of its own."""

from __future__ import annotations

import base64
import json
import os
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

import websocket

PATIENCE = 60
DRIVER = "WebKitWebDriver"
#: Debian puts it into the folder of its library's version.
MINI_BROWSERS = "/usr/lib/*/webkit2gtk-4.*/MiniBrowser"


def _pointer(x: float, y: float) -> list[dict[str, Any]]:
    steps = [
        {"type": "pointerMove", "x": round(x), "y": round(y), "origin": "viewport"},
        {"type": "pointerDown", "button": 0},
        {"type": "pointerUp", "button": 0},
    ]
    return [{"type": "pointer", "id": "mouse", "parameters": {"pointerType": "mouse"}, "actions": steps}]


def _key(value: str) -> list[dict[str, Any]]:
    return [{"type": "key", "id": "keys", "actions": [{"type": kind, "value": value} for kind in ("keyDown", "keyUp")]}]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Firefox:
    """Headless, with a profile that is thrown away."""

    def __init__(self) -> None:
        self._home = tempfile.TemporaryDirectory()
        (Path(self._home.name) / "user.js").write_text(
            'user_pref("app.normandy.enabled", false);\nuser_pref("ui.useOverlayScrollbars", 1);\n'
            'user_pref("datareporting.policy.dataSubmissionEnabled", false);\n'
            'user_pref("network.proxy.type", 1);\nuser_pref("network.proxy.http", "127.0.0.1");\n'
            'user_pref("network.proxy.http_port", 9);\nuser_pref("network.proxy.share_proxy_settings", true);\n'
        )
        self._process = subprocess.Popen(
            ["firefox-esr", "--headless", "--no-remote", "--profile", self._home.name, "--remote-debugging-port", "0"],
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, "HOME": self._home.name},
        )
        address = next(line.split()[-1] for line in self._process.stderr if "BiDi listening on" in line)
        self._socket = websocket.create_connection(f"{address}/session", suppress_origin=True, timeout=PATIENCE)
        self._sent = 0
        self.console: list[str] = []
        self._ask("session.new", capabilities={})
        self._ask("session.subscribe", events=["log.entryAdded"])
        self._page = self._ask("browsingContext.getTree")["contexts"][0]["context"]

    def _ask(self, method: str, **parameters: Any) -> Any:
        self._sent += 1
        self._socket.send(json.dumps({"id": self._sent, "method": method, "params": parameters}))
        while True:
            heard = json.loads(self._socket.recv())
            if heard.get("method") == "log.entryAdded":
                self.console.append(f"{heard['params']['level']}: {heard['params']['text']}")
            if heard.get("id") == self._sent:
                assert heard["type"] == "success", heard
                return heard["result"]

    def size(self, width: int, height: int) -> None:
        self._ask("browsingContext.setViewport", context=self._page, viewport={"width": width, "height": height})

    def open(self, address: str) -> None:
        self._ask("browsingContext.navigate", context=self._page, url=address, wait="complete")

    def run(self, expression: str, *, framed: bool = False) -> Any:
        """Return the value of an expression in the page, or in its frame, by way of JSON."""
        where = self._page
        if framed:
            where = self._ask("browsingContext.getTree", root=self._page)["contexts"][0]["children"][0]["context"]
        told = self._ask(
            "script.evaluate", expression=f"JSON.stringify({expression})", target={"context": where}, awaitPromise=True
        )
        assert told["type"] == "success", told
        return json.loads(told["result"].get("value", "null"))

    def click(self, x: float, y: float) -> None:
        self._ask("input.performActions", context=self._page, actions=_pointer(x, y))

    def press(self, key: str) -> None:
        self._ask("input.performActions", context=self._page, actions=_key(key))

    def picture(self) -> bytes:
        return base64.b64decode(self._ask("browsingContext.captureScreenshot", context=self._page)["data"])

    def heard(self) -> list[str]:
        """Return what the console said since it was asked last."""
        self.run("1")
        told, self.console = self.console, []
        return told

    def close(self) -> None:
        self._socket.close()
        self._process.terminate()
        self._process.wait()
        self._home.cleanup()


def _screen() -> tuple[subprocess.Popen[bytes], str]:
    """Start a display; it chooses its number itself."""
    read, write = os.pipe()
    command = ["Xvfb", "-displayfd", str(write), "-screen", "0", "1600x1400x24", "-nolisten", "tcp"]
    screen = subprocess.Popen(command, stderr=subprocess.DEVNULL, pass_fds=[write])
    os.close(write)
    with os.fdopen(read) as told:
        return screen, f":{told.readline().strip()}"


def _surroundings(display: str, home: str) -> dict[str, str]:
    return {
        **os.environ,
        "DISPLAY": display,
        "HOME": home,
        "GDK_BACKEND": "x11",
        "LIBGL_ALWAYS_SOFTWARE": "1",
        "WEBKIT_DISABLE_COMPOSITING_MODE": "1",
        "http_proxy": "http://127.0.0.1:9",
        "no_proxy": "127.0.0.1",
    }


def mini_browser() -> str:
    return str(next(Path("/").glob(MINI_BROWSERS.lstrip("/"))))


def webkit_says(address: str, *, width: int, seconds: float = 5) -> list[str]:
    """Return what WebKit's console says while it opens a page by itself: the driver has no ear for it."""
    screen, display = _screen()
    command = [mini_browser(), "--enable-write-console-messages-to-stdout=true", f"--geometry={width}x900", address]
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as home:
        browser = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=_surroundings(display, home)
        )
        time.sleep(seconds)
        browser.terminate()
        told, _ = browser.communicate()
        screen.terminate()
        screen.wait()
    return [line for line in told.decode(errors="replace").splitlines() if "CONSOLE" in line]


class WebKit:
    """Debian's MiniBrowser, by its driver."""

    def __init__(self) -> None:
        self._home = tempfile.TemporaryDirectory()
        self._screen, display = _screen()
        port = _free_port()
        self._process = subprocess.Popen(
            [DRIVER, f"--port={port}"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=_surroundings(display, self._home.name),
        )
        self._address = f"http://127.0.0.1:{port}"
        self._wait_for_driver()
        options = {"binary": mini_browser(), "args": ["--automation"]}
        wanted = {"capabilities": {"alwaysMatch": {"webkitgtk:browserOptions": options}}}
        self._session = f"/session/{self._ask('POST', '/session', wanted)['sessionId']}"

    def _wait_for_driver(self) -> None:
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            try:
                self._ask("GET", "/status")
            except OSError:
                time.sleep(0.1)
            else:
                return
        raise AssertionError("the driver does not answer")

    def _ask(self, method: str, path: str, body: object = None) -> Any:
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(
            self._address + path, data, {"Content-Type": "application/json"}, method=method
        )
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with opener.open(request, timeout=PATIENCE) as answer:
                return json.load(answer)["value"]
        except urllib.error.HTTPError as fault:
            raise AssertionError(fault.read().decode()) from fault

    def size(self, width: int, height: int) -> None:
        """Set the window so that the page in it has this size, or the least one that the window can have."""
        self._ask("POST", f"{self._session}/window/rect", {"width": width, "height": height})
        inner = self.run("[innerWidth, innerHeight]")
        grown = {"width": 2 * width - inner[0], "height": 2 * height - inner[1]}
        self._ask("POST", f"{self._session}/window/rect", grown)

    def open(self, address: str) -> None:
        self._ask("POST", f"{self._session}/url", {"url": address})
        self.run("(window.imFaults ??= [], addEventListener('error', (event) => imFaults.push(event.message)))")

    def run(self, expression: str, *, framed: bool = False) -> Any:
        if framed:
            self._ask("POST", f"{self._session}/frame", {"id": 0})
        told = self._ask(
            "POST", f"{self._session}/execute/sync", {"script": f"return JSON.stringify({expression})", "args": []}
        )
        if framed:
            self._ask("POST", f"{self._session}/frame", {"id": None})
        return json.loads(told) if told else None

    def click(self, x: float, y: float) -> None:
        self._ask("POST", f"{self._session}/actions", {"actions": _pointer(x, y)})

    def press(self, key: str) -> None:
        self._ask("POST", f"{self._session}/actions", {"actions": _key(key)})

    def picture(self) -> bytes:
        return base64.b64decode(self._ask("GET", f"{self._session}/screenshot"))

    def heard(self) -> list[str]:
        """Return the faults since the page was there; `webkit_says` tells those of its beginning."""
        told: list[str] = self.run("window.imFaults.splice(0)")
        return told

    def close(self) -> None:
        try:
            self._ask("DELETE", self._session)
        finally:
            for process in (self._process, self._screen):
                process.terminate()
                process.wait()
            self._home.cleanup()
