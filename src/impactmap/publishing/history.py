"""The history of a published map: what each version changed, each entry holding the check sum of the one before."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import pandas as pd

from impactmap.claims.versions import Changes, compare_events
from impactmap.model.errors import InputError
from impactmap.model.sections.map import Correction
from impactmap.model.sections.section import Language
from impactmap.publishing.chain import HISTORY, broken_entry, chain_sum, read_entry, write_entry
from impactmap.publishing.manifest import file_record
from impactmap.reading.formats.frames import is_path
from impactmap.reading.skipped_rows import UPDATE_DATE, UPDATE_NOTE
from impactmap.telling.notes.correction_note import correction_note

if TYPE_CHECKING:
    from impactmap.reading.formats.frames import TableSource
    from impactmap.reading.read import Reading

__all__ = ["NOTE", "Earlier", "Record", "read_version", "record_changes", "withdrawn_notes"]

#: What the entries say, for people; there once something was corrected.
NOTE = "CORRECTIONS.md"
#: Whose content a version is.
_TABLES = ("events.csv", "claims.csv")


@dataclass(frozen=True)
class Earlier:
    """Which publication a new one follows.

    Attributes
    ----------
    folder
        A published folder; one that holds none begins a new history.
    day
        When the new version is published: the day of its corrections.
    named
        Whether the author named the folder. Otherwise it is where the new version is written, and followed only
        where the two have an event in common: another map may have lain there.
    tell
        Called with what the author should know.
    """

    folder: Path
    day: dt.date
    named: bool = False
    tell: Callable[[str], None] = lambda _: None


@dataclass(frozen=True)
class Record:
    """What a new version adds to the history.

    Attributes
    ----------
    text
        The whole of ``history.jsonl``.
    corrections
        What was changed and withdrawn so far, newest first, in the map's language.
    """

    text: str
    corrections: tuple[Correction, ...] = ()


def read_version(path: TableSource, **options: Any) -> Reading:
    """Read a table, or a published folder's, to be compared with another version of it.

    Parameters
    ----------
    path
        A table or a frame as for `read_events`; a published folder; or a table beside which `write_events` put its
        claims.
    options
        As for `read_events`.

    Returns
    -------
    Reading
        With what earlier updates withdrew.

    Raises
    ------
    TableError
        When it cannot be read.
    InputError
        When the folder holds no ``events.csv``.

    Examples
    --------
    >>> import pandas as pd
    >>> sheet = pd.DataFrame({"date": ["2025-03-01"], "place": ["Erdenet"]})
    >>> read_version(sheet).events["place"].tolist()
    ['Erdenet']
    """
    from impactmap.reading.read import read_events

    if not is_path(path):
        return read_events(path, withdrawn=True, **options)
    table = Path(cast("str", path))
    if table.is_dir():
        table /= "events.csv"
        if not table.is_file():
            raise InputError(f"{path}: expected a published folder with events.csv, found none. Name a table.")
    beside = [table.with_name(f"{table.stem}.claims.csv")]
    if table != Path(cast("str", path)):
        beside.append(table.with_name("claims.csv"))
    claims = next((file for file in beside if file.is_file()), None)
    return read_events(table, claims=claims, withdrawn=True, **options)


def record_changes(
    staging: Path, earlier: Earlier | None, *, withdrawn: pd.DataFrame | None = None, language: Language = "en"
) -> Record:
    """Continue the history of an earlier publication with the tables of a new one.

    Parameters
    ----------
    staging
        Folder with the new ``events.csv`` and ``claims.csv``.
    earlier
        What it follows; None begins a history.
    withdrawn
        The table's own withdrawn rows, as `Reading` has them: they say why a report was taken back.
    language
        Of the corrections.

    Returns
    -------
    Record

    Raises
    ------
    InputError
        When the author named a folder that holds no publication.

    Notes
    -----
    A version with the same tables adds nothing, so that building twice gives the same bytes. An entry holds the
    check sums of the tables, the numbers of reports, what was changed, withdrawn and published again with old and new
    words, and, as ``previous``, the SHA-256 of the line before. Earlier lines are carried as they stand.
    """
    sums = _sums(staging)
    first = Record(write_entry({"number": 1, "previous": None, "tables": sums}))
    if earlier is None or not (lines := _carried(earlier)):
        return first
    if read_entry(lines[-1])["tables"] == sums:
        return Record("".join(lines), _told(lines, language))
    old, new = read_version(earlier.folder), read_version(staging)
    if not earlier.named and not old.events["event_id"].isin(new.events["event_id"]).any():
        earlier.tell(
            f"{earlier.folder}: held another map: none of its reports is in this one. Its history is not continued; "
            "--since would."
        )
        return first
    changes = compare_events(old.events, new.events, old_claims=old.claims, new_claims=new.claims)
    if changes.made_ids and (changes.new or changes.withdrawn):
        earlier.tell(
            "The reports have no identifiers of their own: one that was corrected cannot be told from one withdrawn "
            "and one added, and no correction is printed. Add a column event_id that stays the same."
        )
    told = changes.to_dict()
    reasons = _reasons(withdrawn)
    for entry in told["withdrawn"]:
        if entry["event_id"] in reasons:
            entry["why"] = reasons[entry["event_id"]]
    lines.append(
        write_entry(
            {
                "number": len(lines) + 1,
                "previous": chain_sum(lines[-1]),
                "day": earlier.day.isoformat(),
                "tables": sums,
                "unchanged": changes.unchanged,
                "new": len(changes.new),
                **{name: told[name] for name in ("changed", "withdrawn", "returned", "made_ids")},
            }
        )
    )
    return Record("".join(lines), _told(lines, language))


def withdrawn_notes(
    withdrawn: pd.DataFrame | None, told: Sequence[Correction], language: Language = "en"
) -> list[Correction]:
    """Say what a table itself marks as withdrawn, and the history does not tell of yet.

    Parameters
    ----------
    withdrawn
        As `Reading` has them.
    told
        Corrections that are told already.
    language
        Of the notes.

    Returns
    -------
    list of Correction
        One a day on which reports were withdrawn, that day or none as its date.
    """
    if withdrawn is None or not len(withdrawn):
        return []
    known = "\n".join(correction.text for correction in told)
    days = pd.to_datetime(withdrawn[UPDATE_DATE], format="ISO8601", errors="coerce", utc=True)
    notes = []
    for day, rows in withdrawn.groupby(days.dt.strftime("%Y-%m-%d").fillna("").to_numpy(), sort=False):
        untold = rows[[f"({each})" not in known for each in rows["event_id"]]]
        if len(untold):
            note = correction_note(_withdrawn_changes(untold), language=language)
            notes.append(Correction(date=dt.date.fromisoformat(str(day)) if day else None, text=note))
    return notes


def _withdrawn_changes(rows: pd.DataFrame) -> Changes:
    ids = rows["event_id"].to_list()
    label = rows[["place", "day"]].apply(lambda row: ", ".join(row.dropna()), axis="columns")

    def named(column: pd.Series[str]) -> dict[str, str]:
        return {each: text for each, text in zip(ids, column.fillna(""), strict=True) if text}

    return Changes(
        withdrawn=tuple(ids), labels=named(label), reasons=named(rows[UPDATE_NOTE]), said=named(rows["summary"])
    )


def _reasons(withdrawn: pd.DataFrame | None) -> dict[str, str]:
    return {} if withdrawn is None or not len(withdrawn) else _withdrawn_changes(withdrawn).reasons


def _carried(earlier: Earlier) -> list[str]:
    """Return the lines of the earlier history; of a folder that was published without one, its first."""
    folder = earlier.folder
    if not all((folder / name).is_file() for name in _TABLES):
        if earlier.named:
            raise InputError(
                f"{folder}: expected a published folder, with {' and '.join(_TABLES)}; found none. Name the folder "
                "that the earlier build wrote."
            )
        return []
    path = folder / HISTORY
    try:
        text = path.read_bytes().decode("utf-8")
        lines = text.splitlines(keepends=True)
        for line in lines:
            read_entry(line)
    except FileNotFoundError:
        return [write_entry({"number": 1, "previous": None, "tables": _sums(folder)})]
    except (OSError, ValueError) as error:
        earlier.tell(f"{path}: cannot be read as a history ({error}): a new one was begun.")
        return []
    if (number := broken_entry(text.encode())) is not None:
        earlier.tell(
            f"{path}: entry {number} does not follow from the one before: the file was changed by hand. It is carried "
            "as it stands, and impactmap verify says so."
        )
    return lines


def _sums(folder: Path) -> dict[str, str]:
    return {name: file_record(folder / name, name)["sha256"] for name in _TABLES}


def _told(lines: Sequence[str], language: Language) -> tuple[Correction, ...]:
    """Return what the entries say, newest first."""
    notes = []
    for line in reversed(lines):
        entry = read_entry(line)
        if "day" not in entry or entry.get("made_ids"):
            continue
        if text := correction_note(_changes(entry), language=language):
            notes.append(Correction(date=dt.date.fromisoformat(entry["day"]), text=text))
    return tuple(notes)


def _changes(entry: Mapping[str, Any]) -> Changes:
    """Return the changes of an entry; a report that is only new is no correction."""
    rows = [
        {"event_id": event["event_id"], "before": None, "after": None, "claimant": None, **change}
        for event in entry["changed"]
        for change in event["changes"]
    ]
    gone = [*entry["changed"], *entry["withdrawn"], *entry["returned"]]
    columns = ["event_id", "what", "before", "after", "claimant"]
    return Changes(
        withdrawn=tuple(event["event_id"] for event in entry["withdrawn"]),
        returned=tuple(event["event_id"] for event in entry["returned"]),
        changed=pd.DataFrame(rows, columns=columns, dtype="str"),
        labels={event["event_id"]: event["label"] for event in gone if event["label"] != event["event_id"]},
        reasons={event["event_id"]: event["why"] for event in gone if "why" in event},
        said={event["event_id"]: event["said"] for event in gone if "said" in event},
    )
