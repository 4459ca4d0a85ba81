"""A map that is built again when its source changes, and stays as it is while the source cannot be used."""

from __future__ import annotations

import datetime as dt
import json
import time
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Unpack

from impactmap.model.atomic import MANIFEST
from impactmap.model.errors import ImpactMapError, InputError
from impactmap.model.text import restore
from impactmap.workspace.build import BuildReport, build
from impactmap.workspace.live.fetching import Fetcher
from impactmap.workspace.opened import Opened
from impactmap.workspace.opening import need_rows
from impactmap.workspace.options import OpenOptions

if TYPE_CHECKING:
    from impactmap.reading.online.client import HttpClient

__all__ = ["Look", "Watcher", "watch"]

#: Seconds between two looks at an address at least, and after many that failed at most.
LEAST_SECONDS: Final = 60.0
MOST_SECONDS: Final = 3600.0
#: Share of the published reports that a new table may lack before it is believed only at a later look.
LOST_SHARE: Final = 0.5
#: Looks at the same table after which it is believed.
BELIEVED_AFTER: Final = 3
#: Seconds after which a file that was just written is looked at once more.
SETTLED_SECONDS: Final = 2.0


@dataclass(frozen=True)
class Look:
    """What one look at a source gave.

    Attributes
    ----------
    kind
        ``built``, ``same``, ``kept`` (the source could not be used) or ``waiting`` (it lacks too much to be believed
        yet).
    reason
        Why it was kept or is waited for; empty otherwise.
    report
        Of the build.
    changes
        What changed against the publication before: numbers of reports by ``new``, ``changed``, ``withdrawn`` and
        ``returned``.
    published
        Whether there is a publication to keep.
    """

    kind: str
    reason: str = ""
    report: BuildReport | None = None
    changes: dict[str, int] = field(default_factory=dict)
    published: bool = True

    def sentence(self) -> str:
        """Say it in one line."""
        if self.kind == "same":
            return "Nothing has changed."
        if self.kind == "built":
            counts = ", ".join(f"{number:,} {name}" for name, number in self.changes.items() if number)
            return f"Built: {self.report.events if self.report else 0:,} events ({counts or 'no report changed'})."
        return f"{'Kept as it was' if self.kind == 'kept' and self.published else 'Not published yet'}: {self.reason}"


class Watcher:
    """Looks at a source, and builds its map where it has changed.

    Parameters
    ----------
    source
        As for `build`; a project file, a table, or an address.
    folder
        Where to publish.
    state
        Folder that keeps what was fetched, so that the next run asks only for what has changed; one that goes with
        the watcher when not given.
    hosts
        Hosts that a table may have moved to.
    client, sleep
        Who asks, and who waits.
    **said
        See `OpenOptions`.
    """

    def __init__(
        self,
        source: str | Path,
        folder: str | Path,
        *,
        state: Path | None = None,
        hosts: Collection[str] = (),
        client: HttpClient | None = None,
        sleep: Callable[[float], None] = time.sleep,
        **said: Unpack[OpenOptions],
    ) -> None:
        self._source, self._folder = source, Path(folder)
        self._fetch = Fetcher(state, hosts=hosts, client=client, sleep=sleep)
        self._said: OpenOptions = {**said, "fetch": self._fetch}
        self._sleep = sleep
        self._doubted: tuple[object, int] = (None, 0)
        self.failures = 0

    @property
    def least(self) -> float:
        """Seconds from one look to the next at least: a look at a file costs nobody anything."""
        return LEAST_SECONDS if self._fetch.used else 1.0

    def look(self) -> Look:
        """Look at the source once, and build where it has changed."""
        try:
            found = self._look()
        except (ImpactMapError, OSError) as error:
            self.failures += 1
            return Look("kept", str(error), published=(self._folder / "manifest.json").exists())
        self.failures = 0
        return found

    def _look(self) -> Look:
        opened = self._open()
        print_ = _fingerprint(opened)
        if print_ == _published_print(self._folder) and _due(opened) == _published_ids(self._folder):
            return Look("same")
        while (settled := self._settled(opened, print_)) is not None:
            opened, print_ = settled
        need_rows([opened.reading])
        if reason := self._doubt(opened, print_):
            return Look("waiting", reason)
        before = _entries(self._folder)
        report = build(opened, self._folder)
        return Look("built", report=report, changes=_changes(_entries(self._folder), before, report))

    def _open(self) -> Opened:
        opened = Opened(self._source, **self._said)
        opened.read()
        return opened

    def _settled(self, opened: Opened, print_: tuple[str, ...]) -> tuple[Opened, tuple[str, ...]] | None:
        """Return the source as it is a moment later, where a file of it was being written; None where it rests."""
        files = [path for path in opened.read().inputs if not self._fetch.holds(path)]
        newest = max((path.stat().st_mtime for path in files), default=0.0)
        if time.time() - newest > SETTLED_SECONDS:
            return None
        self._sleep(SETTLED_SECONDS)
        again = self._open()
        later = _fingerprint(again)
        return None if later == print_ else (again, later)

    def _doubt(self, opened: Opened, print_: tuple[str, ...]) -> str:
        """Say why a table is not believed yet: it lacks most of what is published, and says so for the first time."""
        published = _published_ids(self._folder)
        here = set(opened.reading.events["event_id"].astype(str)) | set(
            opened.reading.withdrawn["event_id"].dropna().astype(str)
        )
        lost = len(published - here)
        if not published or lost <= LOST_SHARE * len(published):
            return ""
        known, looks = self._doubted
        self._doubted = (print_, looks + 1 if known == print_ else 1)
        if self._doubted[1] >= BELIEVED_AFTER:
            return ""
        return (
            f"{lost:,} of {len(published):,} published reports are no longer in the table, as if it were half saved. "
            f"It is published when it says the same at {BELIEVED_AFTER} looks; build it yourself if it is right."
        )


def watch(
    watcher: Watcher, *, every: float, rounds: int | None = None, sleep: Callable[[float], None]
) -> Iterator[Look]:
    """Look at a source again and again.

    Parameters
    ----------
    watcher
        Of the source.
    every
        Seconds from one look to the next, a minute at least where an address is asked. After looks that
        fail it is twice as long each time, up to an hour.
    rounds
        How many looks; without end when not given.
    sleep
        Waits.

    Yields
    ------
    Look
        Of each look.

    Raises
    ------
    InputError
        For less than a second.
    """
    if every < 1:
        raise InputError(f"every: expected at least a second, found {every:g}.")
    done = 0
    while rounds is None or done < rounds:
        if done:
            usual = max(every, watcher.least)
            sleep(max(usual, min(usual * 2 ** min(watcher.failures, 10), MOST_SECONDS)))
        yield watcher.look()
        done += 1


def _fingerprint(opened: Opened) -> tuple[str, ...]:
    """Return what a map is made from: the program and its inputs, by their check sums, in any order."""
    from impactmap import __version__
    from impactmap.publishing.manifest import file_record

    return (__version__, *sorted(file_record(path, path.name)["sha256"] for path in opened.read().inputs))


def _published_print(folder: Path) -> tuple[str, ...] | None:
    """Return the same of what is published, as its manifest has it."""
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        return (manifest["tool"]["version"], *sorted(each["sha256"] for each in manifest["inputs"]))
    except (OSError, ValueError, LookupError, TypeError):
        return None


def _due(opened: Opened) -> set[str]:
    """Return which events may be published now: the embargo ends for some without any change of the table."""
    from impactmap.workspace.preparing import hold_back

    kept, _, _ = hold_back(opened.reading.events, opened.project, now=opened.now)
    return set(kept["event_id"].astype(str))


def _published_ids(folder: Path) -> set[str]:
    import csv

    try:
        with (folder / "events.csv").open(encoding="utf-8-sig", newline="") as file:
            return {restore(row["event_id"]) for row in csv.DictReader(file)}
    except (OSError, LookupError, ValueError):
        return set()


def _entries(folder: Path) -> list[dict[str, Any]]:
    from impactmap.publishing.chain import HISTORY

    try:
        return [json.loads(line) for line in (folder / HISTORY).read_text(encoding="utf-8").splitlines()]
    except (OSError, ValueError):
        return []


def _changes(now: list[dict[str, Any]], before: list[dict[str, Any]], report: BuildReport) -> dict[str, int]:
    """Return what the newest entry of the history counts; of a first publication all reports are new."""
    if len(now) <= len(before) or "day" not in now[-1]:
        return {} if before else {"new": report.events}
    entry = now[-1]
    return {"new": entry["new"], **{name: len(entry[name]) for name in ("changed", "withdrawn", "returned")}}


def present_time() -> str:
    """Return the present for a line of a log, in UTC to the second."""
    return f"{dt.datetime.now(dt.UTC):%Y-%m-%d %H:%M:%S}Z"
