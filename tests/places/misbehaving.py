"""A local geocoding service that misbehaves on purpose, and a clock that nobody has to wait for."""

from __future__ import annotations

import contextlib
import json
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Answer = tuple[int, dict[str, str], bytes]


class Clock:
    """Monotonic and wall clock in one; sleeping moves it on."""

    def __init__(self) -> None:
        self.now, self.slept = 1_000_000.0, []

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


class Server:
    """Gives its answers one after the other, the last for ever; `reply` may answer by the path instead."""

    def __init__(self) -> None:
        self.answers: list[Answer] = []
        self.reply: Callable[[str], Answer] | None = None
        self.raw: bytes | None = None  # sent as it is, in place of any answer
        self.paths: list[str] = []
        self.times: list[float] = []
        self.agents: list[str | None] = []
        self.pause = 0.0
        self.trickle = 0.0  # seconds between two bytes
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                outer.paths.append(self.path)
                outer.times.append(time.monotonic())
                outer.agents.append(self.headers["User-Agent"])
                time.sleep(outer.pause)
                with contextlib.suppress(BrokenPipeError, ConnectionResetError):  # the client did not wait
                    self.give()

            def give(self) -> None:
                if outer.raw is not None:
                    self.wfile.write(outer.raw)
                    return
                if outer.reply is not None:
                    status, headers, body = outer.reply(self.path)
                else:
                    status, headers, body = outer.answers.pop(0) if len(outer.answers) > 1 else outer.answers[0]
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                if "Content-Length" not in headers:
                    self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                if not outer.trickle:
                    self.wfile.write(body)
                    return
                for byte in body:
                    self.wfile.write(bytes([byte]))
                    self.wfile.flush()
                    time.sleep(outer.trickle)

            def log_message(self, *_: Any) -> None:
                pass

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.domain = f"127.0.0.1:{self.http.server_port}"
        threading.Thread(target=self.http.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()

    def close(self) -> None:
        self.http.shutdown()
        self.http.server_close()

    @staticmethod
    def ok(body: Any) -> Answer:
        """Return an answer in JSON."""
        return 200, {"Content-Type": "application/json"}, json.dumps(body).encode()
