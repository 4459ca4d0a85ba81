"""Keep what online geocoders answered, so that no question is asked twice.

One SQLite file in a folder of its own. Only answers are kept, "nothing found" among them for a while; a failure never
is. A question is the text that was asked, the service and its address: no key, no URL, no name of the asker.
"""

from __future__ import annotations

import contextlib
import dataclasses
import json
import logging
import math
import sqlite3
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final, Self

from impactmap.model.errors import InputError, ProviderUnavailable

__all__ = ["Answer", "AnswerCache"]

_log = logging.getLogger(__name__)

_VERSION: Final = 1
_FILE: Final = "answers.sqlite"
_TURN: Final = "turn.sqlite"
_BUSY_SECONDS: Final = 30.0
_DAY: Final = 86_400.0
_LONGEST_PAUSE: Final = 7 * _DAY
_SCHEMA: Final = f"""
BEGIN IMMEDIATE;
CREATE TABLE IF NOT EXISTS answers (
    service TEXT NOT NULL,
    server TEXT NOT NULL,
    question TEXT NOT NULL,
    asked_at REAL NOT NULL,
    answer TEXT,
    PRIMARY KEY (service, server, question)
);
CREATE TABLE IF NOT EXISTS pace (
    service TEXT NOT NULL,
    server TEXT NOT NULL,
    asked_at REAL NOT NULL DEFAULT 0,
    pause_until REAL NOT NULL DEFAULT 0,
    PRIMARY KEY (service, server)
);
PRAGMA user_version = {_VERSION};
COMMIT;
"""


@dataclasses.dataclass(frozen=True, slots=True)
class Answer:
    """Where a service says that a place is: degrees, WGS 84, and the radius of what it found, in km."""

    address: str
    latitude: float
    longitude: float
    radius_km: float


class AnswerCache:
    """Answers of online geocoders, shared by all processes that name the same folder.

    Parameters
    ----------
    folder
        Made when missing.
    miss_days
        How long "nothing found" is believed: services learn.
    clock
        Seconds since 1970; ``time.time`` unless given.
    turn_seconds
        How long to wait while another process asks.

    Raises
    ------
    InputError
        The folder cannot be used, or a newer impactmap has written the file.

    Notes
    -----
    Write-ahead logging: a process that is killed leaves the file as it was before or after a whole answer. A file that
    SQLite cannot read is set aside under another name, never deleted, and begun anew.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     with AnswerCache(folder) as cache:
    ...         cache.put("nominatim", "geo.example", "Mala Vovcha", Answer("Mala Vovcha", 49.5, 36.9, 2.7))
    ...         cache.get("nominatim", "geo.example", "Mala Vovcha")
    (True, Answer(address='Mala Vovcha', latitude=49.5, longitude=36.9, radius_km=2.7))
    """

    def __init__(
        self,
        folder: str | Path,
        *,
        miss_days: float = 30.0,
        clock: Callable[[], float] = time.time,
        turn_seconds: float = 600.0,
    ) -> None:
        self.path = self.file_in(folder)
        self._miss_seconds = miss_days * _DAY
        self.clock = clock
        self._turn_seconds = turn_seconds
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise InputError(
                f"{folder}: expected a folder for the answers of online geocoders ({error.strerror})."
            ) from None
        self._connection = self._open()

    @staticmethod
    def file_in(folder: str | Path) -> Path:
        """Return the file that a folder's answers are in, whether it exists or not."""
        return Path(folder) / _FILE

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    # ---- asking -------------------------------------------------------------------------------------------------

    def get(self, service: str, server: str, question: str) -> tuple[bool, Answer | None]:
        """Return whether the question was answered, and with what; None says that nothing was found."""
        rows = self.run(
            "SELECT asked_at, answer FROM answers WHERE service = ? AND server = ? AND question = ?",
            (service, server, question),
        )
        for asked_at, text in rows:
            if text is None:
                return 0 <= self.clock() - asked_at < self._miss_seconds, None
            if (answer := _read(text)) is not None:
                return True, answer
        return False, None

    def put(self, service: str, server: str, question: str, answer: Answer | None) -> None:
        """Keep an answer; None where the service said that it knows no such place."""
        text = None if answer is None else json.dumps(dataclasses.asdict(answer), ensure_ascii=False, allow_nan=False)
        self.run(
            "INSERT OR REPLACE INTO answers VALUES (?, ?, ?, ?, ?)", (service, server, question, self.clock(), text)
        )

    @contextlib.contextmanager
    def turn(self) -> Iterator[None]:
        """Ask alone: while one process is inside, the others wait, and then find its answer.

        Raises
        ------
        ProviderUnavailable
            Another process is still at it after `turn_seconds`.
        """
        # A lock that SQLite keeps is given back when its holder is killed, on every system.
        with contextlib.closing(
            sqlite3.connect(self.path.with_name(_TURN), timeout=self._turn_seconds, isolation_level=None)
        ) as lock:
            try:
                lock.execute("BEGIN EXCLUSIVE")
            except sqlite3.OperationalError:
                raise ProviderUnavailable(
                    "Another run is asking the online geocoder. Try again when it has finished; what is done is kept."
                ) from None
            yield

    def pace(self, service: str, server: str) -> KeptPace:
        """Return when a service was last asked, kept for all processes."""
        return KeptPace(self, service, server)

    # ---- looking after ------------------------------------------------------------------------------------------

    def entries(self) -> list[dict[str, Any]]:
        """Return all answers, the oldest first: service, server, question, asked_at (seconds since 1970), answer."""
        rows = self.run(
            "SELECT service, server, question, asked_at, answer FROM answers "
            "ORDER BY asked_at, service, server, question",
            (),
        )
        names = ("service", "server", "question", "asked_at")
        return [dict(zip(names, row[:4], strict=True)) | {"answer": _as_dict(row[4])} for row in rows]

    def clear(self) -> int:
        """Forget all answers; return how many there were."""
        (count,) = self.run("SELECT count(*) FROM answers", ())[0]
        self.run("DELETE FROM answers", ())
        self.run("VACUUM", ())
        return int(count)

    # ---- the file -----------------------------------------------------------------------------------------------

    def run(self, statement: str, values: tuple[object, ...]) -> list[tuple[Any, ...]]:
        """Run one statement; a file that has gone bad meanwhile is set aside first."""
        try:
            return self._connection.execute(statement, values).fetchall()
        except sqlite3.DatabaseError as error:
            if not _corrupt(error):
                raise InputError(f"{self.path}: the answers of online geocoders cannot be used ({error}).") from error
        self._connection.close()
        self._connection = self._open()
        return self._connection.execute(statement, values).fetchall()

    def _open(self) -> sqlite3.Connection:
        try:
            return self._connect()
        except sqlite3.DatabaseError as error:
            if not _corrupt(error):
                raise InputError(f"{self.path}: the answers of online geocoders cannot be used ({error}).") from error
        with self.turn():
            try:
                return self._connect()  # another process may have mended it
            except sqlite3.DatabaseError:
                self._set_aside()
            return self._connect()

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self.path, timeout=_BUSY_SECONDS, isolation_level=None)
        try:
            self._prepare(connection)
        except BaseException:
            connection.close()
            raise
        return connection

    def _prepare(self, connection: sqlite3.Connection) -> None:
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        if version > _VERSION:
            raise InputError(
                f"{self.path}: expected answers of version {_VERSION}, found version {version}, written by a newer "
                "impactmap. Update impactmap, or use another cache folder."
            )
        if (found := connection.execute("PRAGMA quick_check(1)").fetchone()[0]) != "ok":
            raise sqlite3.DatabaseError(f"malformed: {found}")
        if version < _VERSION:
            connection.executescript(_SCHEMA)
        connection.execute("SELECT service, server, question, asked_at, answer FROM answers LIMIT 0")
        connection.execute("SELECT service, server, asked_at, pause_until FROM pace LIMIT 0")
        connection.execute("PRAGMA journal_mode = WAL")  # last: a file that is not ours is not changed

    def _set_aside(self) -> None:
        number = 1
        while (aside := self.path.with_name(f"{self.path.stem}.unreadable-{number}.sqlite")).exists():
            number += 1
        self.path.rename(aside)
        _log.warning(
            "%s: the answers kept of online geocoders could not be read. They were set aside as %s and are asked for "
            "anew.",
            self.path,
            aside.name,
        )
        for ending in ("-wal", "-shm"):
            self.path.with_name(self.path.name + ending).unlink(missing_ok=True)


class KeptPace:
    """When a service was last asked and when it may be asked again, for all processes that share a cache.

    Parameters
    ----------
    cache
        Keeps it.
    service, server
        Whom it is about.
    """

    def __init__(self, cache: AnswerCache, service: str, server: str) -> None:
        self._cache, self._whom = cache, (service, server)

    def seconds_since_request(self) -> float | None:
        """Return how long ago any process asked; None when none did."""
        asked_at, _ = self._read()
        return None if asked_at == 0 else self._cache.clock() - asked_at

    def seconds_of_pause(self) -> float:
        """Return how much is left of a pause that the service asked for."""
        _, until = self._read()
        left = until - self._cache.clock()
        return left if 0 < left <= _LONGEST_PAUSE else 0.0  # more would be a clock that was put back

    def note_request(self) -> None:
        """Remember that the service is asked now."""
        self._write("asked_at", self._cache.clock())

    def note_pause(self, seconds: float) -> None:
        """Remember that the service is to be left alone; for a week at most."""
        self._write("pause_until", self._cache.clock() + min(seconds, _LONGEST_PAUSE))

    def _read(self) -> tuple[float, float]:
        rows = self._cache.run("SELECT asked_at, pause_until FROM pace WHERE service = ? AND server = ?", self._whom)
        return (float(rows[0][0]), float(rows[0][1])) if rows else (0.0, 0.0)

    def _write(self, column: str, value: float) -> None:
        self._cache.run(
            f"INSERT INTO pace (service, server, {column}) VALUES (?, ?, ?) "  # noqa: S608 -- one of two names above
            f"ON CONFLICT (service, server) DO UPDATE SET {column} = excluded.{column}",
            (*self._whom, value),
        )


def _corrupt(error: sqlite3.DatabaseError) -> bool:
    """Return whether the file itself is at fault, not its being busy, full or read-only."""
    if type(error) is sqlite3.DatabaseError:
        return True
    return isinstance(error, sqlite3.OperationalError) and "no such" in str(error)


def _read(text: str) -> Answer | None:
    """Return a kept answer, None where somebody has meddled with it."""
    try:
        fields = json.loads(text)
        answer = Answer(
            str(fields["address"]), float(fields["latitude"]), float(fields["longitude"]), float(fields["radius_km"])
        )
    except (ValueError, KeyError, TypeError):
        return None
    sound = abs(answer.latitude) <= 90 and abs(answer.longitude) <= 180 and 0 <= answer.radius_km < math.inf
    return answer if sound else None


def _as_dict(text: str | None) -> dict[str, Any] | None:
    answer = None if text is None else _read(text)
    return None if answer is None else dataclasses.asdict(answer)
