"""What the author says of a table: which column is which, where its header is, of which country and time zone it is."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace

from impactmap.model.errors import TableError
from impactmap.model.faults import nearest
from impactmap.model.header_words import header_key, header_words
from impactmap.model.schema import CLAIM_COLUMNS, EVENT_COLUMNS, METRICS, PLACE_COLUMNS
from impactmap.reading.columns.judging import EXTRAS, UNREAD, metric_of

__all__ = ["TableOptions", "own_column"]

_EVENTS = [column.name for column in (*EVENT_COLUMNS, *PLACE_COLUMNS)]
_OTHERS = [column.name for column in CLAIM_COLUMNS]


@dataclass(frozen=True)
class TableOptions:
    """What the author says of a table, and the file does not.

    Attributes
    ----------
    columns
        Our column to their header: ``{"date": "recording_date"}``; `own_column` says which names are ours.
    sheet
        Of a workbook or GeoPackage: the sheet or layer with the events; ``*`` for all sheets of one layout.
    header_row
        Number of the row that holds the headers, the file's first being 1.
    country
        Of rows that name a place and no country.
    countries
        ISO codes of several, where rows that name a place alone are in one of these.
    timezone
        IANA name of the zone in which a day ends.
    """

    columns: Mapping[str, str] = field(default_factory=dict)
    sheet: str | None = None
    header_row: int | None = None
    country: str | None = None
    timezone: str | None = None
    countries: tuple[str, ...] | None = None

    def over(self, other: TableOptions) -> TableOptions:
        """Return what this one says, and what the other says where this one does not.

        Examples
        --------
        >>> TableOptions(sheet="May").over(TableOptions(sheet="April", country="SD"))
        TableOptions(columns={}, sheet='May', header_row=None, country='SD', timezone=None, countries=None)
        """
        said = {each.name: value for each in fields(self) if (value := getattr(self, each.name)) is not None}
        return replace(other, **{**said, "columns": {**other.columns, **self.columns}})

    def headers(self) -> dict[str, str]:
        """Return their header to the name of our column.

        Raises
        ------
        TableError
            When a name is none of ours, or one header is said to be two columns.

        Examples
        --------
        >>> TableOptions({"date": "recording_date", "killed": "Tote"}).headers()
        {'recording_date': 'date_start', 'Tote': 'killed'}
        """
        found: dict[str, str] = {}
        for ours, theirs in self.columns.items():
            name = own_column(ours)
            if found.setdefault(theirs, name) != name:
                raise TableError(
                    f"expected one column for the header {theirs!r}, found {found[theirs]!r} and {name!r}. Keep one."
                )
        return found


def own_column(name: str) -> str:
    """Return the name of our column that a word means: its own name, or a usual header of it.

    ``unread``, ``unread_2`` and so on are headers that mean nothing of ours.

    Raises
    ------
    TableError
        When there is none.

    Examples
    --------
    >>> own_column("date"), own_column("city"), own_column("killed_low"), own_column("район")
    ('date_start', 'place', 'killed_low', 'district')
    """
    plain = name.strip()
    if re.fullmatch(rf"{UNREAD}(_\d+)?", plain):
        return UNREAD
    if plain in {*_EVENTS, *_OTHERS, *EXTRAS} or metric_of(plain):
        return plain
    key = header_key(plain)
    words = header_words()
    for names, usual in (
        (_EVENTS, words.columns),
        (EXTRAS, words.columns),
        (list(METRICS), words.metrics),
        (_OTHERS, words.columns),
    ):
        for ours in names:
            if key in {header_key(ours), *map(header_key, usual.get(ours, ()))}:
                return ours
    known = sorted({*_EVENTS, *_OTHERS, *METRICS, "district", "community"})
    guess = nearest(plain, known)
    raise TableError(
        f"expected one of our columns, found {name!r}. "
        + (f"Did you mean {guess!r}?" if guess else f"They are {', '.join(known)}.")
    )
