"""Texts that are longer than a cell of a workbook holds: cut in the cell, whole in a sheet of their own."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

import pandas as pd

from impactmap.model.text import neutralise, restore

__all__ = ["LONG_TEXTS", "cut_long_texts", "cut_note", "join_long_texts"]

#: Name of the sheet; one row a part of a text.
LONG_TEXTS = "long_texts"
#: A cell holds so many halves of UTF-16 pairs; an apostrophe may come before.
CELL_CHARACTERS = 32_767
#: Characters of a part: also of those that count twice there is then room for the mark.
_PART = 16_000
_MARK = re.compile(rf" … \[cut here; whole in the sheet {LONG_TEXTS}, number (\d+)\]\Z")


def cut_long_texts(sheets: Mapping[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """Return tables whose texts fit into cells, and the sheet ``long_texts`` where any had to be cut.

    Parameters
    ----------
    sheets
        Tables by the name of their sheet.

    Returns
    -------
    dict
        The same tables; a text that is too long is its beginning, with a mark that says where the whole stands.
    """
    parts: list[tuple[int, int, str]] = []
    number = 0
    fitting = dict(sheets)
    for sheet, table in sheets.items():
        for header, long in _long_texts(table).items():
            cut = {}
            for row, text in long.items():
                number += 1
                pieces = [text[start : start + _PART] for start in range(0, len(text), _PART)]
                parts += [(number, part, piece) for part, piece in enumerate(pieces, 1)]
                cut[row] = f"{pieces[0]} … [cut here; whole in the sheet {LONG_TEXTS}, number {number}]"
            shortened = pd.Series(cut, dtype="str").reindex(table.index).fillna(table[header])
            fitting[sheet] = fitting[sheet].assign(**{header: shortened})
    if parts:
        fitting[LONG_TEXTS] = pd.DataFrame(parts, columns=["number", "part", "text"]).astype({"text": "str"})
    return fitting


def join_long_texts(cells: pd.DataFrame, kept: pd.DataFrame) -> pd.DataFrame:
    """Return a sheet's cells with the texts that `cut_long_texts` cut made whole again.

    Parameters
    ----------
    cells
        The sheet, every cell as text.
    kept
        The sheet ``long_texts``, likewise, in any order of its rows.

    Returns
    -------
    DataFrame
        A cell whose beginning is no longer that of the whole text was edited, and stays as it is.
    """
    if not {"number", "part", "text"} <= set(kept.columns):
        return cells
    pieces = kept.dropna(subset=["number", "part", "text"])
    pieces = pieces.assign(part=pd.to_numeric(pieces["part"], errors="coerce")).sort_values("part", kind="stable")
    whole = pieces["text"].map(restore).groupby(pieces["number"]).agg("".join)
    for header in cells.columns:
        marks = cells[header].str.extract(_MARK, expand=False)
        marks = marks[marks.isin(whole.index)]
        begun = {row: restore(_MARK.sub("", str(cells.loc[row, header]))) for row in marks.index}
        joined = {row: neutralise(whole[mark]) for row, mark in marks.items() if whole[mark].startswith(begun[row])}
        if joined:
            cells = cells.assign(
                **{str(header): pd.Series(joined, dtype="str").reindex(cells.index).fillna(cells[header])}
            )
    return cells


def cut_note(tables: Iterable[pd.DataFrame]) -> list[str]:
    """Return the sentence that says how many texts of the tables are cut in a workbook; empty for none."""
    number = sum(len(long) for table in tables for long in _long_texts(table).values())
    if not number:
        return []
    return [
        f"{number:,} texts are longer than a cell of a workbook holds: cut there, and whole in its sheet {LONG_TEXTS}."
    ]


def _long_texts(table: pd.DataFrame) -> dict[str, pd.Series[str]]:
    """Return the texts that do not fit into a cell, by column."""
    found = {}
    for header in table.columns:
        if header == "geometry" or not pd.api.types.is_string_dtype(table[header].dtype):
            continue
        long = table.loc[table[header].str.len() > _PART, header]
        if len(long := long[[_units(text) >= CELL_CHARACTERS for text in long]]):
            found[str(header)] = long
    return found


def _units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
