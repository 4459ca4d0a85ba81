"""The texts of a map's reports in columns, and any one report's put together when it is asked for."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, overload

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa

from impactmap.model.arrow import codes_of, map_texts, text_column
from impactmap.model.errors import ColumnError
from impactmap.model.sections.map import FieldOptions
from impactmap.model.values import clean_text, web_url
from impactmap.telling.facts import Table, told_row, value_at
from impactmap.telling.media import told_media
from impactmap.telling.wording import Wording

__all__ = ["PARTS", "Gathered", "ReportTexts", "categories", "collect_fields", "name_other_sides", "vocabulary"]


@dataclass(frozen=True)
class Gathered:
    """Texts in an order of their own, taken from where they lie when they are asked for: a copy would double them.

    Attributes
    ----------
    texts
        Arrays of texts, one after the other.
    rows
        Which of them, in order.
    """

    texts: tuple[pa.Array, ...]
    rows: npt.NDArray[np.uint32]

    def slice(self, start: int, length: int) -> pa.Array:
        """Return a run of the texts."""
        return self.at(np.arange(start, start + length))

    def at(self, places: npt.NDArray[np.intp]) -> pa.Array:
        """Return the texts in these places."""
        rows = self.rows[places].astype(np.int64)
        ends = np.cumsum([len(texts) for texts in self.texts])
        of = np.searchsorted(ends, rows, side="right")
        order = np.argsort(of, kind="stable")
        parts = [
            texts.take(pa.array(rows[of == number] - (end - len(texts))))
            for number, (texts, end) in enumerate(zip(self.texts, ends, strict=True))
        ]
        # Each array's texts stand together now; this puts every one back into its place.
        back = np.empty(len(rows), dtype=np.int64)
        back[order] = np.arange(len(rows))
        return pa.concat_arrays(parts).take(pa.array(back))

    def __getitem__(self, row: int) -> pa.Scalar:
        """Return one text."""
        return self.slice(row, 1)[0]


#: Parts of which a report has any number.
PARTS = ("places", "claims", "disputes", "sources", "fields")


@dataclass(frozen=True)
class ReportTexts(Sequence[dict[str, Any]]):
    """Reports' texts, by column; as a sequence, one mapping an event.

    Attributes
    ----------
    events
        One item an event: ``id, summary, note, date_precision, side_basis, sectors, means, confirmation`` (texts; terms
        joined by ``"; "``), ``start, end`` (days), ``side`` (number).
    parts
        By name (see `PARTS`), a table whose rows are sorted by event.
    starts
        By the same names, where each event's rows begin in its table; one more item closes the last.
    row_place
        Where each row of the frame stands in the table of places.
    say
        Words the facts, in the map's language.
    """

    events: Table
    parts: dict[str, Table]
    starts: dict[str, npt.NDArray[np.uint32]]
    row_place: npt.NDArray[np.uint32]
    say: Wording

    def __len__(self) -> int:
        """Return the number of events."""
        return len(self.events["side"])

    @overload
    def __getitem__(self, number: int) -> dict[str, Any]: ...
    @overload
    def __getitem__(self, number: slice) -> list[dict[str, Any]]: ...
    def __getitem__(self, number: int | slice) -> dict[str, Any] | list[dict[str, Any]]:
        """Return an event: its columns and, over those of the same name, its facts (see `FACTS`) in words.

        What is missing is left out. ``places``, ``claims`` and the other `PARTS` are lists of such mappings.
        """
        if isinstance(number, slice):
            return [self[each] for each in range(*number.indices(len(self)))]
        if not -len(self) <= number < len(self):
            raise IndexError(number)
        number %= len(self)
        found = self._told(None, self.events, number)
        for name in PARTS:
            table, starts = self.parts[name], self.starts[name]
            rows = range(int(starts[number]), int(starts[number + 1]))
            found[name] = [self._told(name, table, row) for row in rows]
        return found

    def _told(self, part: str | None, table: Table, row: int) -> dict[str, Any]:
        values = mapping(table, row)
        return values | told_row(self.say, part, values)

    def at_row(self, row: int) -> tuple[dict[str, Any], dict[str, Any]]:
        """Return the event and the place that a row of the frame is about."""
        position = int(self.row_place[row])
        starts = self.starts["places"]
        number = int(np.searchsorted(starts, position, side="right")) - 1
        event = self[number]
        place: dict[str, Any] = event["places"][position - int(starts[number])]
        return event, place


def mapping(table: Table, row: int) -> dict[str, Any]:
    """Return one row of a table, without what is missing."""
    found = {name: value_at(column, row) for name, column in table.items()}
    return {name: value for name, value in found.items() if value is not None}


def collect_fields(
    events: pd.DataFrame, row_event: npt.NDArray[np.intp], fields: Sequence[FieldOptions], say: Wording
) -> tuple[Table, npt.NDArray[np.intp]]:
    """Return what the author's own columns say of each event, in the order of the fields; and the events' numbers.

    Parameters
    ----------
    events
        One row an event and place. A value that stands in several rows of an event is told once.
    row_event
        The event of each row.
    fields
        Of the project file.
    say
        Words the numbers.

    Returns
    -------
    Table
        ``label``, ``value``, and ``url`` where the value is an address to link to.
    numbers
        Sorted.

    Raises
    ------
    ColumnError
        When a field's column is missing.
    """
    if missing := [name for each in fields for name in each.columns if name not in events.columns]:
        raise ColumnError(
            f"events: expected the columns that the project's fields name, missing {', '.join(map(repr, missing))}. "
            f"The others are {', '.join(map(str, list(events.columns)[:12]))}."
        )
    parts = []
    for order, each in enumerate(fields):
        if each.kind == "media":
            parts.append(told_media(events, row_event, each, say).assign(order=order))
            continue
        texts = _values(events, each, say)
        known = texts.notna().to_numpy() & (texts != "").to_numpy()
        parts.append(
            pd.DataFrame(
                {"event": row_event[known], "order": order, "label": clean_text(each.title), "value": texts[known]}
            ).assign(url=texts[known] if each.kind == "link" else None)
        )
    if not parts:
        nothing = pa.array([], pa.large_string())
        return {"label": nothing, "value": nothing, "url": nothing}, np.array([], dtype=np.intp)
    told = (
        pd.concat(parts)
        .drop_duplicates(["event", "order", "value", "url"])
        .sort_values(["event", "order"], kind="stable")
    )
    urls = [web_url(url) if isinstance(url, str) else None for url in told["url"]]
    return {
        "label": pa.array(told["label"].tolist(), pa.large_string()),
        "value": pa.array(told["value"].tolist(), pa.large_string()),
        "url": pa.array(urls, pa.large_string()),
    }, told["event"].to_numpy(dtype=np.intp)


def _values(events: pd.DataFrame, field: FieldOptions, say: Wording) -> pd.Series[str]:
    """Return a column as the page tells it."""
    if pd.api.types.is_numeric_dtype(events[field.column].dtype):
        codes, numbers = pd.factorize(events[field.column])
        words = np.array([*map(say.exactly, numbers.tolist()), None], dtype=object)
        return pd.Series(words[codes], index=events.index, dtype="str")
    texts = pd.Series(text_column(events, field.column).to_pylist(), index=events.index, dtype="str")
    return texts.str.strip()


def name_other_sides(
    events: pd.DataFrame, known: Collection[str | None], say: Wording
) -> tuple[pd.DataFrame, FieldOptions]:
    """Return the events with the names of the sides that are shown together, and the field that tells them.

    Parameters
    ----------
    events
        With ``side``.
    known
        Keys of the sides that are shown by name.
    say
        Words the field's label.
    """
    field = FieldOptions(column="side_by_name", label=say.text("legend.other_sides_named"), kind="category")
    return events.assign(**{field.column: events["side"].mask(events["side"].isin(list(known)))}), field


def categories(
    events: pd.DataFrame, heads: npt.NDArray[np.intp] | None, fields: Sequence[FieldOptions]
) -> dict[str, tuple[list[str], pa.Array]]:
    """Return the terms by which readers choose, and each event's: of every field that is a category, by its label.

    Parameters
    ----------
    events
        One row an event and place.
    heads
        The first row of each event; None where every row is one.
    fields
        Of the project file.

    Returns
    -------
    dict
    """
    return {
        clean_text(each.title): vocabulary(text_column(events, each.column, heads))
        for each in fields
        if each.kind == "category"
    }


def vocabulary(cells: pa.Array) -> tuple[list[str], pa.Array]:
    """Return the terms by falling frequency (ties by name), and every event's terms joined by ``"; "``."""
    codes, values = codes_of(cells)
    split = [[term for term in (part.strip() for part in value.split(";")) if term] for value in values]
    counts: dict[str, int] = {}
    for terms, count in zip(split, np.bincount(codes[codes >= 0], minlength=len(values)).tolist(), strict=True):
        for term in terms:
            counts[term] = counts.get(term, 0) + count
    tidy = dict(zip(values, map("; ".join, split), strict=True))
    joined = cells if all(map(str.__eq__, tidy, tidy.values())) else map_texts(cells, tidy.__getitem__)
    return sorted(counts, key=lambda term: (-counts[term], term)), joined
