"""Gazetteers of the user's own, beside the one that ships: checked, indexed, named with their date in results.

A gazetteer is a GeoNames dump or any table with names and coordinates. It is kept as one file in a folder; who opens
that folder finds its places beside the shipped ones.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from impactmap.model.errors import InputError, TableError
from impactmap.places.gazetteer.gazetteer_files import Place, Refused, is_geonames, read_geonames, read_table

if TYPE_CHECKING:
    from impactmap.model.sections.section import Language
    from impactmap.places.gazetteer.table import PlaceTable
    from impactmap.places.geocoder import Gazetteer

__all__ = [
    "AddedGazetteer",
    "add_gazetteer",
    "added_files",
    "list_gazetteers",
    "open_gazetteer",
    "remove_gazetteer",
]

_ENDING: Final = ".gazetteer.parquet"
_KEY: Final = b"impactmap.gazetteer"
_NAME: Final = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")
_RESERVED: Final = frozenset({"cldr", "decision", "geonames", "iso", "katottg", "natural_earth", "source"})
_FEW: Final = 5


@dataclasses.dataclass(frozen=True, kw_only=True)
class AddedGazetteer:
    """A gazetteer of the user's own.

    Attributes
    ----------
    name, title, date
        What results call it, its file's name, and the day it is of (ISO).
    places
        How many it has.
    sha256
        Of the file that it was made from.
    refused
        Its rows that could not be used, each with its reason; empty when it is listed later.
    known
        Places of a GeoNames dump that ship with impactmap already, and were left out.
    other
        Rows of a GeoNames dump that are no settlements, such as hills and rivers, and were left out.
    """

    name: str
    title: str
    date: str
    places: int
    sha256: str
    refused: tuple[Refused, ...] = ()
    known: int = 0
    other: int = 0


def add_gazetteer(
    path: str | Path, folder: str | Path, *, name: str | None = None, date: str | None = None, replace: bool = False
) -> AddedGazetteer:
    r"""Check a file of places and index it.

    Parameters
    ----------
    path
        A GeoNames dump (``UA.txt``, ``UA.zip``: settlements are taken) or a table with columns for name, latitude and
        longitude (degrees, WGS 84), and, where it has them, other names, country, region, population.
    folder
        Where the user's gazetteers are kept; made when it is not there.
    name
        What results call it: small letters, digits, hyphens; made from the file's name otherwise.
    date
        The day it is of, ISO; otherwise a dump's latest change, a table's date as a file.
    replace
        Whether one of that name is replaced.

    Returns
    -------
    AddedGazetteer
        With the rows that were refused.

    Raises
    ------
    TableError
        The file is no gazetteer, or none of its rows can be used.
    InputError
        A name or a date that cannot be, or a name that is taken.
    PublishError
        The folder cannot be written to.

    Examples
    --------
    >>> import tempfile
    >>> home = Path(tempfile.mkdtemp())
    >>> _ = (home / "mines.csv").write_text("name,latitude,longitude,country\nOld Mine,49.02,104.05,MN\n")
    >>> added = add_gazetteer(home / "mines.csv", home / "gazetteers")
    >>> added.name, added.places
    ('mines', 1)
    """
    import pyarrow.parquet as pq

    from impactmap.model.atomic import replace_file
    from impactmap.places.gazetteer.areas import Areas
    from impactmap.places.gazetteer.table import PlaceTable

    path, folder = Path(path), Path(folder)
    name = _checked_name(name or re.sub(r"[^a-z0-9_-]+", "-", path.name.partition(".")[0].casefold()).strip("-_"))
    target = folder / f"{name}{_ENDING}"
    if target.exists() and not replace:
        raise InputError(f"A gazetteer called {name!r} is there already. Remove it, replace it, or give another name.")
    if date is not None and not _is_day(date):
        raise InputError(f"The date of a gazetteer: expected a day as 2025-11-10, found {date!r}.")
    if date is not None and date > (tomorrow := dt.datetime.now(dt.UTC).date() + dt.timedelta(days=1)).isoformat():
        raise InputError(f"The date of a gazetteer: expected a day before {tomorrow}, found {date!r}.")
    if not path.is_file():
        raise TableError(f"{path}: there is no such file.")
    refused: list[Refused] = []
    others: Counter[str] = Counter()
    known = 0
    areas = Areas()
    if is_geonames(path):
        shipped = set(PlaceTable.shipped().ids.tolist())
        found = list(read_geonames(path, refused, others))
        places = [place for place in found if place.number not in shipped]
        known = len(found) - len(places)
        date = date or max((place.changed for place in found), default="")
    else:
        places = list(read_table(path, refused, areas))
    if not places:
        raise TableError(f"{path}: no place of it can be used{_why(refused, known)}.")
    date = date or dt.datetime.fromtimestamp(path.stat().st_mtime, dt.UTC).date().isoformat()
    places.sort(key=lambda place: (place.country, place.admin1, place.names, place.number))
    with path.open("rb") as file:
        checksum = hashlib.file_digest(file, "sha256").hexdigest()
    added = AddedGazetteer(
        name=name,
        title=path.name,
        date=date,
        places=len(places),
        sha256=checksum,
        refused=tuple(refused),
        known=known,
        other=others.total(),
    )
    told = {key: value for key, value in dataclasses.asdict(added).items() if key not in {"refused", "known", "other"}}
    told["geonames"] = is_geonames(path)
    table = _columns(places).replace_schema_metadata({_KEY: json.dumps(told, sort_keys=True)})
    folder.mkdir(parents=True, exist_ok=True)
    with replace_file(target, inputs=[path]) as temporary:
        pq.write_table(table, temporary, compression="zstd", write_statistics=False)
    return added


def list_gazetteers(folder: str | Path) -> list[AddedGazetteer]:
    """Return the gazetteers that a folder holds, by name; none when there is no such folder.

    Raises
    ------
    TableError
        One of the files is damaged.

    Examples
    --------
    >>> import tempfile
    >>> list_gazetteers(tempfile.mkdtemp())
    []
    """
    told = [_told(path) for path in added_files(folder)]
    return [AddedGazetteer(**{key: value for key, value in one.items() if key != "geonames"}) for one in told]


def remove_gazetteer(folder: str | Path, name: str) -> None:
    r"""Remove a gazetteer of the user's own.

    Raises
    ------
    InputError
        There is none of that name.

    Examples
    --------
    >>> import tempfile
    >>> home = Path(tempfile.mkdtemp())
    >>> _ = (home / "mines.csv").write_text("name,latitude,longitude,country\nOld Mine,49.02,104.05,MN\n")
    >>> added = add_gazetteer(home / "mines.csv", home / "gazetteers")
    >>> remove_gazetteer(home / "gazetteers", added.name)
    >>> list_gazetteers(home / "gazetteers")
    []
    """
    path = Path(folder) / f"{_checked_name(name)}{_ENDING}"
    if not path.is_file():
        names = ", ".join(repr(one.name) for one in list_gazetteers(folder)) or "none"
        raise InputError(f"No gazetteer is called {name!r}. There are: {names}.")
    path.unlink()


def open_gazetteer(folder: str | Path | None = None, *, language: Language = "en") -> Gazetteer:
    """Return the shipped gazetteer with those of a folder beside it.

    Parameters
    ----------
    folder
        Where the user's gazetteers are kept; none when left out.
    language
        Of the names given back.

    Raises
    ------
    TableError
        One of the files is damaged.

    Examples
    --------
    >>> open_gazetteer().geocode("Erdenet").address
    'Erdenet, Orkhon, Mongolia'
    """
    from impactmap.places.gazetteer.table import PlaceTable
    from impactmap.places.geocoder import Gazetteer

    table = PlaceTable.shipped()
    for path in added_files(folder):
        table = table.beside(_read(path))
    return Gazetteer(table, language=language)


def added_files(folder: str | Path | None) -> Sequence[Path]:
    """Return the files of a folder's gazetteers, by name; none without a folder."""
    return [] if folder is None else sorted(Path(folder).glob(f"*{_ENDING}"))


def _told(path: Path) -> dict[str, Any]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        told: dict[str, Any] = json.loads((pq.read_schema(path).metadata or {})[_KEY])
        told["name"] = path.name.removesuffix(_ENDING)
        AddedGazetteer(**{key: value for key, value in told.items() if key != "geonames"})
    except (OSError, pa.ArrowException, KeyError, ValueError, TypeError):
        raise TableError(f"{path}: the gazetteer is damaged. Remove the file and add it again.") from None
    return told


def _read(path: Path) -> PlaceTable:
    import pyarrow as pa
    import pyarrow.parquet as pq

    from impactmap.places.gazetteer.table import Origin, PlaceTable

    told = _told(path)
    try:
        table = pq.ParquetFile(path).read(use_threads=False).combine_chunks()
        prefix = "geonames" if told["geonames"] else told["name"]
        return PlaceTable(
            origins=(Origin(prefix, told["title"], told["date"], f"{told['name']} ({told['date']})"),),
            origin=np.zeros(len(table), np.int8),
            ids=table["id"].to_numpy(),
            country=table["country"].combine_chunks().dictionary_encode(),
            admin1=table["admin1"].combine_chunks().dictionary_encode(),
            latitude=table["latitude"].to_numpy(),
            longitude=table["longitude"].to_numpy(),
            population=table["population"].to_numpy(),
            names=table["names"],
            radius_km=np.zeros(len(table), np.float32),
        )
    except (OSError, pa.ArrowException, KeyError, ValueError):
        raise TableError(f"{path}: the gazetteer is damaged. Remove the file and add it again.") from None


def _columns(places: Sequence[Place]) -> Any:
    import pyarrow as pa

    return pa.table(
        {
            "id": pa.array([place.number for place in places], pa.int64()),
            "country": pa.array([place.country for place in places], pa.string()),
            "admin1": pa.array([place.admin1 for place in places], pa.string()),
            "latitude": pa.array([place.latitude for place in places], pa.float64()),
            "longitude": pa.array([place.longitude for place in places], pa.float64()),
            "population": pa.array([place.population for place in places], pa.int32()),
            "names": pa.array([place.names for place in places], pa.string()),
        }
    )


def _checked_name(name: str) -> str:
    if not _NAME.fullmatch(name) or name in _RESERVED:
        raise InputError(
            f"The name of a gazetteer: expected small letters, digits and hyphens, 40 at most, found {name!r}. "
            f"These are taken: {', '.join(sorted(_RESERVED))}."
        )
    return name


def _is_day(text: str) -> bool:
    try:
        return dt.date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _why(refused: Iterable[Refused], known: int) -> str:
    listed = list(refused)
    if not listed:
        return ": all of it ships with impactmap" if known else ""
    return ": " + "; ".join(f"row {one.row}: {one.reason}" for one in listed[:_FEW])
