"""A JupyterLab of its own on the loopback address, and its notebooks driven in Chromium: for tests and measuring."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat

import impactmap

TOKEN = "only-on-this-machine"
VIEW = {"width": 1280, "height": 1000}
#: Of notebooks that are written here.
KERNEL = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}


@dataclass(frozen=True)
class Lab:
    """A running JupyterLab.

    Attributes
    ----------
    address
        Where it answers.
    folder
        What it serves.
    """

    address: str
    folder: Path

    def url(self, name: str) -> str:
        """Return the address of a notebook, in a workspace that remembers nothing."""
        return f"{self.address}/doc/tree/{name}?token={TOKEN}&reset"

    def is_own(self, url: str) -> bool:
        """Whether an address is of this server, or of nobody."""
        return url.startswith((self.address, self.address.replace("http", "ws"), "data:", "blob:", "about:"))


@contextmanager
def running_lab(home: Path) -> Iterator[Lab]:
    """Start JupyterLab with a home of its own; end it and its kernels.

    Raises
    ------
    RuntimeError
        With its log, when it does not answer within a minute.
    """
    (home / "work").mkdir(parents=True)
    news = home / "settings/@jupyterlab/apputils-extension/notification.jupyterlab-settings"
    news.parent.mkdir(parents=True)
    news.write_text('{"fetchNews": "false", "checkForUpdates": false}', encoding="utf-8")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    own = {f"JUPYTER_{name.upper()}_DIR": str(home / name) for name in ("config", "data", "runtime")}
    own |= {f"JUPYTERLAB_{name.upper()}_DIR": str(home / name) for name in ("settings", "workspaces")}
    own |= {"HOME": str(home), "IPYTHONDIR": str(home / "ipython"), "TZ": "UTC"}
    options = [
        "--no-browser", "--ip=127.0.0.1", f"--port={port}", "--ServerApp.port_retries=0", "--allow-root",
        "--expose-app-in-browser", f"--IdentityProvider.token={TOKEN}", f"--ServerApp.root_dir={home / 'work'}",
    ]  # fmt: skip
    with (home / "log").open("wb") as log:
        server = subprocess.Popen(
            [sys.executable, "-m", "jupyterlab", *options],
            env={**os.environ, **own, "PYTHONPATH": str(Path(impactmap.__file__).parents[1])},
            stdout=log, stderr=subprocess.STDOUT, start_new_session=True,
        )  # fmt: skip
        try:
            lab = Lab(f"http://127.0.0.1:{port}", home / "work")
            _wait_for(f"{lab.address}/api?token={TOKEN}", server, home / "log")
            yield lab
        finally:
            os.killpg(server.pid, signal.SIGTERM)
            try:
                server.wait(20)
            except subprocess.TimeoutExpired:
                os.killpg(server.pid, signal.SIGKILL)
                server.wait(20)


def _wait_for(address: str, server: subprocess.Popen[bytes], log: Path) -> None:
    end = time.monotonic() + 60
    while time.monotonic() < end and server.poll() is None:
        try:
            with urllib.request.urlopen(address, timeout=5):
                return
        except OSError:
            time.sleep(0.2)
    raise RuntimeError(log.read_text(encoding="utf-8", errors="replace"))


def write_notebook(path: Path, cells: list[str]) -> None:
    """Write a notebook of code cells."""
    made = [nbformat.v4.new_code_cell(source, id=f"cell-{number}") for number, source in enumerate(cells)]
    nbformat.write(nbformat.v4.new_notebook(cells=made, metadata=KERNEL), path)


def open_notebook(page: Any, lab: Lab, name: str) -> None:
    """Open a notebook in a page of the browser."""
    page.goto(lab.url(name))
    page.wait_for_function("window.jupyterapp?.shell.currentWidget?.context?.isReady")


def run_cell(page: Any, number: int) -> str:
    """Run a cell and return what it printed."""
    page.evaluate(
        """async (number) => {
            const panel = jupyterapp.shell.currentWidget;
            await panel.sessionContext.ready;
            panel.content.activeCellIndex = number;
            await jupyterapp.commands.execute("notebook:run-cell");
        }""",
        number,
    )
    printed: str = page.evaluate(
        """(number) => jupyterapp.shell.currentWidget.content.widgets[number].model.outputs.toJSON()
            .map((output) => output.text ?? output.evalue ?? "").join("")""",
        number,
    )
    return printed.strip()


def run_all(page: Any) -> list[str]:
    """Run every cell and return what went wrong."""
    page.evaluate(
        """async () => {
            await jupyterapp.shell.currentWidget.sessionContext.ready;
            await jupyterapp.commands.execute("notebook:run-all-cells");
        }"""
    )
    faults: list[str] = page.evaluate(
        """() => jupyterapp.shell.currentWidget.content.widgets.flatMap((cell) => cell.model.outputs?.toJSON() ?? [])
            .filter((output) => output.output_type === "error").map(({ename, evalue}) => `${ename}: ${evalue}`)"""
    )
    return faults


def save(page: Any) -> None:
    """Save the notebook."""
    page.evaluate("jupyterapp.commands.execute('docmanager:save')")


def map_frame(page: Any, number: int = 0) -> Any:
    """Return the frame of one of the maps of `im.explore`, once it is drawn."""
    found = page.locator("iframe.impactmap-cell[data-ready]").nth(number)
    found.wait_for()
    return found.element_handle().content_frame()
