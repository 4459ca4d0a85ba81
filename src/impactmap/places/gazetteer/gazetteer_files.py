"""Read the places of files that people have: GeoNames dumps, tables with names and coordinates."""

from __future__ import annotations

import csv
import dataclasses
import io
import zipfile
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import IO, TYPE_CHECKING, Final

from impactmap.model.errors import TableError
from impactmap.reading.formats.limits import DAMAGED_ARCHIVE

if TYPE_CHECKING:
    import pandas as pd

    from impactmap.model.schema import Column
    from impactmap.places.gazetteer.areas import Areas

__all__ = ["Place", "Refused", "is_geonames", "read_geonames", "read_table"]

_FIELDS: Final = 19
_NOT_THERE: Final = frozenset({"PPLH", "PPLCH"})  # settlements that are no more
_MOST_BYTES: Final = 4 * 1024**3
_MOST_RATIO: Final = 200
_LONGEST: Final = 200
_MOST_NAMES: Final = 200
_OUTSIDE_KM: Final = 30.0
_MOST_PEOPLE: Final = 2**31 - 1


@dataclasses.dataclass(frozen=True, slots=True)
class Place:
    """A settlement of a file."""

    number: int  # GeoNames' id, or the row of the table
    names: str  # the main one, then the others, one a line
    country: str
    admin1: str
    latitude: float
    longitude: float
    population: int
    changed: str = ""


@dataclasses.dataclass(frozen=True, slots=True)
class Refused:
    """A row that cannot be used."""

    row: int
    reason: str


def is_geonames(path: Path) -> bool:
    """Return whether a file is a GeoNames dump: nineteen fields between tabs, no header, or a ZIP of such a file."""
    if zipfile.is_zipfile(path) and path.suffix.casefold() == ".zip":
        return True
    if path.suffix.casefold() != ".txt":
        return False
    with path.open("rb") as file:
        fields = file.readline(1 << 20).decode("utf-8", "replace").split("\t")
    return len(fields) == _FIELDS and fields[0].lstrip("\ufeff").isdecimal()


def read_geonames(path: Path, refused: list[Refused], others: Counter[str]) -> Iterator[Place]:
    """Read the settlements of a GeoNames dump; rows that cannot be used are added to `refused`.

    Rows that are no settlements are counted in `others`, by what they are.

    Raises
    ------
    TableError
        The file is not such a dump, or unpacks to more than can be meant.
    """
    try:
        if not zipfile.is_zipfile(path):
            with path.open("rb") as file:
                yield from _geonames_rows(file, refused, others)
            return
        with zipfile.ZipFile(path) as archive:
            members = [one for one in archive.infolist() if one.filename.casefold().endswith(".txt")]
            members = [one for one in members if "readme" not in one.filename.casefold()]
            if len(members) != 1:
                raise TableError(f"{path}: expected one .txt file in the ZIP, a GeoNames dump, found {len(members)}.")
            (member,) = members
            if member.file_size > min(_MOST_BYTES, _MOST_RATIO * max(member.compress_size, 1)):
                raise TableError(f"{path}: {member.filename} unpacks to {member.file_size:,} bytes; that is not read.")
            with archive.open(member) as file:
                yield from _geonames_rows(file, refused, others)
    except (*DAMAGED_ARCHIVE, csv.Error) as error:
        raise TableError(f"{path}: cannot be read as a GeoNames dump ({error}).") from error


def _geonames_rows(file: IO[bytes], refused: list[Refused], others: Counter[str]) -> Iterator[Place]:
    with io.TextIOWrapper(file, "utf-8-sig", newline="\n") as text:
        yield from _places_of(text, refused, others)


def _places_of(text: Iterable[str], refused: list[Refused], others: Counter[str]) -> Iterator[Place]:
    for row, line in enumerate(text, start=1):
        fields = line.rstrip("\r\n").split("\t")
        if len(fields) != _FIELDS:
            refused.append(Refused(row, f"expected {_FIELDS} fields between tabs, found {len(fields)}"))
            continue
        if fields[6] != "P" or fields[7] in _NOT_THERE:
            others[fields[7]] += 1
            continue
        latitude, longitude, wrong = position(fields[4], fields[5])
        if not wrong and not (
            fields[0].isdecimal() and len(fields[0]) < 19 and len(fields[8]) == 2 and fields[8].isalpha()
        ):
            wrong = f"expected an id and a country, found {fields[0]!r} and {fields[8]!r}"
        names = _joined([fields[1], fields[2], *fields[3].split(",")])
        if wrong or not names:
            refused.append(Refused(row, wrong or "has no name in letters"))
            continue
        yield Place(
            int(fields[0]), names, fields[8].upper(), fields[10], latitude, longitude, people(fields[14]), fields[18]
        )


def read_table(path: Path, refused: list[Refused], areas: Areas) -> Iterator[Place]:
    """Read the places of a table; rows that cannot be used are added to `refused`.

    Raises
    ------
    TableError
        The file cannot be read, or has no columns for name, latitude and longitude.
    """
    from impactmap.model.text import restore
    from impactmap.reading.formats.files import open_table
    from impactmap.reading.headers import match_headers

    raw = open_table(path)
    cells = raw.cells.map(restore, na_action="ignore").astype("str") if raw.neutralised else raw.cells
    headers = [str(header) for header in cells.columns]
    match = match_headers(headers, _columns(), file=raw.name).columns
    if missing := [name for name in ("name", "latitude", "longitude") if name not in match]:
        raise TableError(
            f"{path}: expected columns for name, latitude and longitude, found {', '.join(map(repr, headers[:20]))}; "
            f"there is none for {', '.join(missing)}."
        )
    frame = cells.rename(columns={header: name for name, header in match.items()})
    positions = [position(*pair) for pair in zip(_texts(frame, "latitude"), _texts(frame, "longitude"), strict=True)]
    where = _areas_at([pair[:2] for pair in positions])
    texts = {name: _texts(frame, name) for name in ("name", "others", "country", "region", "population")}
    rows = zip(range(2, len(frame) + 2), positions, where, *texts.values(), strict=True)
    for row, (latitude, longitude, fault), (country, region), name, others, given, given_region, population in rows:
        names = _joined([name, *others.replace("|", ";").replace("\n", ";").split(";")])
        code = areas.find_country(given) if given else country
        wrong = fault
        if not wrong and not names:
            wrong = "has no name in letters"
        if not wrong and code is None:
            wrong = f"country {given!r} not recognised" if given else "lies in no country, and none is given"
        if not wrong and country is not None and code != country and _outside(code or "", latitude, longitude):
            wrong = f"lies in {areas.country_name(country, 'en')}, not in {given}: are latitude and longitude swapped?"
        if wrong or code is None:
            refused.append(Refused(row, wrong))
            continue
        codes = areas.find_regions(given_region, [code])[0] if given_region else []
        found = areas.regions.get(codes[0] if len(codes) == 1 else region or "")
        admin1 = found.admin1 or "" if found is not None and found.country == code else ""
        yield Place(row, names, code, admin1, latitude, longitude, people(population))


def position(latitude: object, longitude: object) -> tuple[float, float, str]:
    """Return coordinates as numbers and what is wrong with them; a decimal comma is read."""
    numbers = []
    for text, limit in ((latitude, 90.0), (longitude, 180.0)):
        try:
            number = float(str(text).strip().replace(",", "."))
        except ValueError:
            return 0.0, 0.0, f"expected coordinates in degrees, found {latitude!r} and {longitude!r}"
        if not abs(number) <= limit:
            return 0.0, 0.0, f"expected degrees from -{limit:.0f} to {limit:.0f}, found {text!r}"
        numbers.append(number)
    if numbers == [0.0, 0.0]:
        return 0.0, 0.0, "0, 0 cannot be meant"
    return numbers[0], numbers[1], ""


def people(text: str) -> int:
    """Return a number of inhabitants, 0 where there is none to read."""
    digits = "".join(text.split()).replace("\u00a0", "").partition(".")[0]
    return min(int(digits[:18]), _MOST_PEOPLE) if digits.isascii() and digits.isdigit() else 0


def _joined(names: Sequence[str]) -> str:
    from impactmap.places.names.keys import name_key
    from impactmap.places.names.toponyms import plain

    kept: dict[str, str] = {}
    for text in names[:_MOST_NAMES]:
        name = " ".join(text.split())[:_LONGEST]
        if name and name_key(name):
            kept.setdefault(plain(name), name)
    return "\n".join(kept.values())


def _texts(frame: pd.DataFrame, name: str) -> list[str]:
    if name not in frame.columns:
        return [""] * len(frame)
    return [str(text).strip() for text in frame[name].fillna("")]


def _areas_at(positions: Sequence[tuple[float, float]]) -> list[tuple[str | None, str | None]]:
    """Return the country and the region that each position lies in."""
    from impactmap.places.boundaries import countries_at, regions_at

    latitude, longitude = [point[0] for point in positions], [point[1] for point in positions]
    country = countries_at(longitude, latitude)
    return list(zip(country, regions_at(longitude, latitude, country), strict=True))


def _outside(country: str, latitude: float, longitude: float) -> bool:
    from impactmap.places.boundaries import country_outline
    from impactmap.places.shapes import distance_to_area_km

    outline = country_outline(country)
    return outline is not None and distance_to_area_km(outline, latitude, longitude) > _OUTSIDE_KM


def _columns() -> tuple[Column, ...]:
    from impactmap.model.schema import Column

    headers = {
        "name": "place, settlement, town, village, city, назва, название, населений пункт, населенный пункт",
        "latitude": "lat, y, широта",
        "longitude": "lon, lng, long, x, довгота, долгота",
        "others": "other names, alternatenames, alternate names, aliases, інші назви, другие названия",
        "country": "country code, iso2, країна, страна",
        "region": "admin1, oblast, province, область, регион, регіон",
        "population": "inhabitants, населення, население",
    }
    return tuple(Column(name, "str", name, given_headers=tuple(words.split(", "))) for name, words in headers.items())
