"""What is on the desk: a folder, the last look at it, and the watch that looks again when a file of it changes."""

from __future__ import annotations

import contextlib
import logging
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from impactmap.desk.look import Look, Surroundings, file_states, look_at
from impactmap.model.errors import ImpactMapError, InputError
from impactmap.workspace.sources import PROJECT_FILE

if TYPE_CHECKING:
    from impactmap.places.geocoder import Gazetteer

__all__ = ["Busy", "Session"]

_SECONDS_BETWEEN: Final = 0.6

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Busy:
    """What is being done: which work, its step, of how many, and how far that is."""

    what: str
    step: int = 0
    of: int = 0
    text: str = ""


class Session:
    """A folder on the desk.

    Parameters
    ----------
    folder
        Of the project; it need not hold one yet.
    around
        Clock and folders.
    editor
        Name that answers begin with.

    Attributes
    ----------
    look
        The last that could be taken: what it says stays while a file is gone, half written or wrong.
    problem
        Why no newer one could be.
    version
        Grows with every look and every problem.
    """

    def __init__(self, folder: Path, around: Surroundings, *, editor: str = "") -> None:
        self.folder = Path(folder).absolute()
        self.around, self.editor = around, editor
        self.language: str | None = None
        self.look: Look | None = None
        self.problem = ""
        self.version = 0
        self.busy: Busy | None = None
        self.working = threading.RLock()  # one piece of long work at a time
        self.editing = threading.RLock()  # what takes a moment need not wait for that
        self._gazetteer: Gazetteer | None = None
        self._tried: object = None
        self._awake = threading.Event()
        self._ended = threading.Event()

    @property
    def project_file(self) -> Path:
        """The project file, whether there is one or not."""
        return self.folder / PROJECT_FILE

    @property
    def has_project(self) -> bool:
        """Whether the folder holds a project."""
        return self.project_file.is_file()

    @property
    def fresh(self) -> bool:
        """Whether the files are as they were when they were last looked at, or tried to be."""
        return self._tried == (self.folder, file_states(self.folder) if self.has_project else None)

    def need_look(self) -> Look:
        """Return the last look.

        Raises
        ------
        InputError
            When there is none yet.
        """
        if self.look is None:
            raise InputError(self.problem or "expected a table on the desk, found none yet. Bring one first.")
        return self.look

    def open(self, folder: Path) -> None:
        """Put another folder on the desk."""
        with self.editing:
            self.folder, self.look, self.problem, self._tried = Path(folder).absolute(), None, "", None
            self.version += 1
        self.wake()

    def wake(self) -> None:
        """Look at the files now rather than a moment later."""
        self._awake.set()

    def end(self) -> None:
        """Stop watching."""
        self._ended.set()
        self._awake.set()

    def watch(self) -> None:
        """Look at the folder whenever a file of it has changed, until `end`."""
        while not self._ended.is_set():
            with contextlib.suppress(Exception):
                self.catch_up()
            self._awake.wait(_SECONDS_BETWEEN)
            self._awake.clear()

    def catch_up(self) -> None:
        """Take a new look, if the files are not as they were at the last one."""
        if self.fresh:
            return
        with self.working:
            folder, look, problem = self.folder, self.look, ""
            tried = (folder, file_states(folder) if self.has_project else None)
            try:
                look = self._look_at(folder) if tried[1] is not None else None
            except ImpactMapError as error:
                problem = str(error)
            except Exception as error:
                logger.exception("a look at the project failed")
                problem = f"impactmap itself failed ({type(error).__name__}: {error})."
            with self.editing:
                if folder == self.folder:  # no other was put on the desk meanwhile
                    self.look, self.problem, self._tried = look, problem, tried
                    self.version += 1

    def _look_at(self, folder: Path) -> Look:
        with self.doing("read") as say:
            return look_at(folder, self.around, gazetteer=self.gazetteer(), progress=say)

    @contextlib.contextmanager
    def doing(self, what: str) -> Iterator[Callable[[int, int, str], None]]:
        """Say that something is being done, and how far it is."""

        def say(step: int, of: int, text: str) -> None:
            self.busy = Busy(what, step, of, text)

        before, self.busy = self.busy, Busy(what)
        try:
            yield say
        finally:
            self.busy = before

    def gazetteer(self) -> Gazetteer:
        """Return the gazetteer, opened once."""
        from impactmap.places.gazetteer.gazetteers import open_gazetteer

        if self._gazetteer is None:
            self._gazetteer = open_gazetteer(self.around.gazetteers)
        return self._gazetteer

    def wait(self, seconds: float = 60.0) -> None:
        """Wait until the files have been looked at, for what cannot begin before."""
        end = time.monotonic() + seconds
        while not self.fresh and time.monotonic() < end:
            self.wake()
            time.sleep(0.05)

    def state(self) -> dict[str, Any]:
        """Return what every part of the page has to know."""
        look, busy = self.look, self.busy
        board = look.board if look else None
        return {
            "folder": str(self.folder),
            "name": self.folder.name,
            "project": self.has_project,
            "version": self.version,
            "fresh": self.fresh,
            "busy": None if busy is None else {"what": busy.what, "step": busy.step, "of": busy.of},
            "problem": self.problem,
            "editor": self.editor,
            "title": look.project.map.title if look else "",
            "error": look.error if look else "",
            "rows": len(look.raw.cells) if look and look.raw is not None else None,
            "faults": sum(fault.severity == "fault" for fault in look.faults) if look else 0,
            "usable": bool(look and look.reading is not None and len(look.reading.events)),
            "places": len(board.doubts) if board else 0,
        }
