"""Keep what online geocoders answered, so that no question is asked twice.

One SQLite file in a folder of its own. Only answers are kept, "nothing found" among them for a while; a failure never
is. A question is the text that was asked, the service and its address: no key, no URL, no name of the asker.
"""

from __future__ import annotations

import contextlib
import dataclasses
import json
import math
import sqlite3
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final, Self

from impactmap.errors import InputError, ProviderUnavailable

__all__ = ["Answer", "AnswerCache"]

_VERSION: Final = 1
_FILE: Final = "answers.sqlite"
_TURN: Final = "turn.sqlite"
_BUSY_SECONDS: Final = 30.0
_DAY: Final = 86_400.0
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
        self.path = Path(folder) / _FILE
        self._miss_seconds = miss_days * _DAY
        self._clock = clock
        self._turn_seconds = turn_seconds
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise InputError(
                f"{folder}: expected a folder for the answers of online geocoders ({error.strerror})."
            ) from None
        self._connection = self._open()

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
        rows = self._run(
            "SELECT asked_at, answer FROM answers WHERE service = ? AND server = ? AND question = ?",
            (service, server, question),
        )
        for asked_at, text in rows:
            if text is None:
                return 0 <= self._clock() - asked_at < self._miss_seconds, None
            if (answer := _read(text)) is not None:
                return True, answer
        return False, None

    def put(self, service: str, server: str, question: str, answer: Answer | None) -> None:
        """Keep an answer; None where the service said that it knows no such place."""
        text = None if answer is None else json.dumps(dataclasses.asdict(answer), ensure_ascii=False, allow_nan=False)
        self._run(
            "INSERT OR REPLACE INTO answers VALUES (?, ?, ?, ?, ?)", (service, server, question, self._clock(), text)
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

    # ---- looking after ------------------------------------------------------------------------------------------

    def entries(self) -> list[dict[str, Any]]:
        """Return all answers, the oldest first: service, server, question, asked_at (seconds since 1970), answer."""
        rows = self._run(
            "SELECT service, server, question, asked_at, answer FROM answers "
            "ORDER BY asked_at, service, server, question",
            (),
        )
        names = ("service", "server", "question", "asked_at")
        return [dict(zip(names, row[:4], strict=True)) | {"answer": _as_dict(row[4])} for row in rows]

    def clear(self) -> int:
        """Forget all answers; return how many there were."""
        (count,) = self._run("SELECT count(*) FROM answers", ())[0]
        self._run("DELETE FROM answers", ())
        self._run("VACUUM", ())
        return int(count)

    # ---- the file -----------------------------------------------------------------------------------------------

    def _run(self, statement: str, values: tuple[object, ...]) -> list[tuple[Any, ...]]:
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
        connection.execute("PRAGMA journal_mode = WAL")
        if (found := connection.execute("PRAGMA quick_check(1)").fetchone()[0]) != "ok":
            raise sqlite3.DatabaseError(f"malformed: {found}")
        if version < _VERSION:
            connection.executescript(_SCHEMA)
        connection.execute("SELECT service, server, question, asked_at, answer FROM answers LIMIT 0")

    def _set_aside(self) -> None:
        number = 1
        while (aside := self.path.with_name(f"{self.path.stem}.unreadable-{number}.sqlite")).exists():
            number += 1
        self.path.rename(aside)
        for ending in ("-wal", "-shm"):
            self.path.with_name(self.path.name + ending).unlink(missing_ok=True)


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
