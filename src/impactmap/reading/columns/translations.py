"""Columns that say in another language what the column beside them says: ``summary_uk``, ``What happened (ru)``."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace

import pandas as pd

from impactmap.model.header_words import header_key
from impactmap.reading.raw_table import RawTable
from impactmap.reading.typed import Table

__all__ = ["Translated", "gather_translations", "part_translations"]

#: By language, by the header that is translated: the cells of the column that translates it.
Translated = Mapping[str, Mapping[str, "pd.Series[str]"]]


def part_translations(raw: RawTable, languages: Collection[str]) -> tuple[RawTable, Translated]:
    """Take the columns that translate another one out of a table, before its columns are judged.

    Parameters
    ----------
    raw
        As it stands in the file.
    languages
        Codes of the map's further languages.

    Returns
    -------
    raw : RawTable
        Without these columns.
    translated : dict
        By language and header.

    Notes
    -----
    A column translates another where its header is the other's with a language's code behind it, however the two are
    joined. One whose header only ends in a code, with no column to translate, stays what it is.
    """
    keys = {header_key(header): header for header in raw.cells.columns}
    translated: dict[str, dict[str, pd.Series[str]]] = {}
    for header in raw.cells.columns:
        for code in languages:
            other = keys.get(header_key(f"{header} {code}"))
            if other is not None and other != header:
                translated.setdefault(code, {})[header] = raw.cells[other]
    taken = [str(cells.name) for columns in translated.values() for cells in columns.values()]
    return (replace(raw, cells=raw.cells.drop(columns=taken)) if taken else raw), translated


def gather_translations(tables: Iterable[tuple[Table, Translated]]) -> dict[str, dict[str, dict[str, str]]]:
    """Return what each text is in each language, by the column that it stands in.

    Parameters
    ----------
    tables
        Tables as built, each with the columns that were taken out of it.

    Returns
    -------
    dict
        Language to column (ours, else the header's key) to text to translation.
    """
    found: dict[str, dict[str, dict[str, str]]] = {}
    for table, translated in tables:
        ours = {header: name for name, header in (table.columns | table.columns_said).items()}
        for code, columns in translated.items():
            for header, cells in columns.items():
                texts, said = table.raw.cells[header].str.strip(), cells.str.strip()
                known = (texts.notna() & said.notna() & (said != "")).reindex(texts.index, fill_value=False)
                pairs = dict(zip(texts[known], said.reindex(texts.index)[known], strict=True))
                for name in {ours.get(header, header_key(header)), header_key(header)}:
                    found.setdefault(code, {}).setdefault(name, {}).update(pairs)
    return found
