"""What the data covers and what it does not, by time, place, side and source: DATASHEET.md."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pandas as pd

from impactmap.telling.markdown import plain_markdown
from impactmap.telling.notes.note_words import RecordWords
from impactmap.telling.summary import Summary

if TYPE_CHECKING:
    from impactmap.model.sections.section import Language

__all__ = ["data_sheet"]

#: Rows of a table; what is rarer is counted together.
_MOST = 20
_LANGUAGES = ("lang", "language", "source_language")


def data_sheet(
    events: pd.DataFrame,
    claims: pd.DataFrame,
    summary: Summary,
    *,
    held_back: int = 0,
    outside_period: int = 0,
    refused: int = 0,
    language: Language = "en",
) -> str:
    """Say what a map's data covers, so that its gaps are not taken for peace.

    Parameters
    ----------
    events
        What is published, one row an event and place.
    claims
        The claims about them.
    summary
        Of the same events.
    held_back, outside_period, refused
        Events and rows that are not among them.
    language
        Of the map.

    Returns
    -------
    str
        Markdown: days with and without a report, the longest run of days without one, reports by month, precision of
        the day, side, country and precision of the place, by source and by the language of the source where the table
        names it; and what was left out. Each event counts once in each table, in several places once for each of
        their countries and precisions.

    References
    ----------
    Gebru et al., Datasheets for Datasets, Communications of the ACM 64(12), 2021.
    """
    words = RecordWords(language)
    say = words.text
    lines = [f"# {say('record.sheet.title')}", "", plain_markdown(summary.title), "", say("record.sheet.lead")]
    once = events.drop_duplicates("event_id")
    lines += _time(once, words)
    place = events.drop_duplicates(["event_id", "place_country"]) if "place_country" in events else once.iloc[:0]
    lines += _table(say("record.sheet.place"), place.get("place_country"), words, {}, country=True)
    precise = events.drop_duplicates(["event_id", "place_precision"]) if "place_precision" in events else once.iloc[:0]
    terms = {name: words.term("precision", name) for name in ("exact", "settlement", "district", "region", "country")}
    lines += _table(say("record.sheet.place_precision"), precise.get("place_precision"), words, terms)
    lines += _counts(say("record.sheet.side"), summary.by_side, words)
    lines += _sources(once, claims, words)
    left = [
        words.plural("record.sheet.held_back", held_back),
        words.plural("record.sheet.outside", outside_period),
        words.plural("record.sheet.refused", refused),
        words.plural("record.sheet.not_located", summary.not_located),
    ]
    lines += ["", f"## {say('record.sheet.left_out')}", "", *(f"- {each}" for each in left)]
    return "\n".join(lines) + "\n"


def _time(once: pd.DataFrame, words: RecordWords) -> list[str]:
    lines = ["", f"## {words.text('record.sheet.time')}", ""]
    start = once["date_start"].dropna()
    if start.empty:
        return [*lines, words.text("record.none")]
    end = once["date_end"].fillna(once["date_start"]).loc[start.index]
    covered = pd.Series(data=0, index=pd.date_range(start.min(), end.max()))
    steps = pd.concat([pd.Series(1, index=start), pd.Series(-1, index=end + pd.Timedelta(days=1))])
    steps = steps.groupby(level=0).sum().cumsum()
    covered = steps.reindex(covered.index, method="ffill").fillna(0)
    empty = covered <= 0
    lines.append(
        "- "
        + words.text(
            "record.sheet.days",
            period=words.days(start.min().date(), end.max().date()),
            with_report=words.number(int((~empty).sum())),
            of=words.number(len(covered)),
        )
    )
    if empty.any():
        runs = empty.ne(empty.shift()).cumsum()[empty]
        longest = runs[runs == runs.value_counts(sort=True).index[0]].index
        period = words.days(longest[0].date(), longest[-1].date())
        lines.append("- " + words.plural("record.sheet.silence", len(longest), period=period))
    months = start.dt.strftime("%Y-%m").value_counts().sort_index()
    lines += _counts(words.text("record.sheet.month"), {str(name): int(n) for name, n in months.items()}, words)
    precision = once.get("date_precision")
    names = {} if precision is None else {str(each): words.term("date_precision", each) for each in precision.dropna()}
    return lines + _table(words.text("record.sheet.date_precision"), precision, words, names)


def _sources(once: pd.DataFrame, claims: pd.DataFrame, words: RecordWords) -> list[str]:
    names = once["source_name"] if "source_name" in once else pd.Series(pd.NA, index=once.index, dtype="str")
    if "source_url" in once:
        unnamed = once.loc[names.isna(), "source_url"]
        hosts = unnamed.map(lambda url: urlsplit(str(url)).hostname or "", na_action="ignore")
        names = names.astype("str").fillna(hosts.mask(hosts == "").astype("str"))
    lines = _table(words.text("record.sheet.source"), names, words, {}, several="; ")
    claimants = claims["claimant"] if "claimant" in claims else pd.Series(dtype="str")
    lines += _table(words.text("record.sheet.claimant"), claimants, words, {})
    spoken = next((once[name] for name in _LANGUAGES if name in once), None)
    title = words.text("record.sheet.language")
    return lines + (
        ["", f"### {title}", "", words.text("record.sheet.language_unknown")]
        if spoken is None
        else _table(title, spoken, words, {})
    )


def _table(
    title: str,
    column: pd.Series[str] | None,
    words: RecordWords,
    names: Mapping[str, str],
    *,
    country: bool = False,
    several: str = "",
) -> list[str]:
    if column is None:
        return []
    text = column.astype("str")
    if several:
        text = text.str.split(several).explode().astype("str")
    counts = text.fillna("").value_counts(sort=True)
    ordered = sorted(((str(name), int(n)) for name, n in counts.items()), key=lambda pair: (-pair[1], pair[0]))
    said = {
        (words.country(name) if country else names.get(name, name))
        if name
        else words.text("record.sheet.not_stated"): n
        for name, n in ordered
    }
    return _counts(title, said, words)


def _counts(title: str, counts: Mapping[str, int], words: RecordWords) -> list[str]:
    lines = ["", f"### {title}", ""]
    if not counts:
        return [*lines, words.text("record.none")]
    shown, rest = list(counts.items())[:_MOST], list(counts.values())[_MOST:]
    lines += [f"- {plain_markdown(name)}: {words.number(n)}" for name, n in shown]
    if rest:
        lines.append("- " + words.plural("record.sheet.others", len(rest), total=words.number(sum(rest))))
    return lines
