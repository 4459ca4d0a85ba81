"""Answers of editors put into what was read: reports that are one event, and who states a figure."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from impactmap.workspace.answers.answer_file import Answers

if TYPE_CHECKING:
    import pandas as pd

    from impactmap.reading.read import Reading

__all__ = ["apply_answers", "undecided_pairs"]


def apply_answers(reading: Reading, answers: Answers) -> Reading:
    """Give the reports of one event one identifier, and figures the speaker that an editor named.

    Parameters
    ----------
    reading
        As `read_events` gives it.
    answers
        From the project's file; those about events that are not there say nothing.

    Returns
    -------
    Reading
        A note says what was done.
    """
    from impactmap.reading.raw_table import Note

    notes: list[Note] = []
    file = reading.inputs[0].path.name if reading.inputs else ""
    events, claims = reading.events, reading.claims
    if ids := _joined(answers, set(events["event_id"].astype("str"))):
        events = events.assign(event_id=_renamed(events["event_id"], ids))
        number = (events.groupby("event_id", sort=False).cumcount() + 1).astype("Int64")
        again = events["event_id"].isin(ids.values())
        events = events.assign(place_number=events["place_number"].where(~again, number))
        claims = claims.assign(event_id=_renamed(claims["event_id"], ids))
        events.attrs |= reading.events.attrs
        notes.append(Note(file, "rows", f"Reports that are one event, as editors decided: {len(ids):,} joined."))
    said = {each.subject: each.answer for each in answers.of("claimant") if each.answer and each.subject != "*"}
    named = claims["event_id"].map(said).where(claims["claimant"].isna()) if said and len(claims) else None
    if named is not None and named.notna().any():
        claims = claims.assign(claimant=claims["claimant"].fillna(named.astype("str")))
        notes.append(Note(file, "columns", f"Figures whose speaker an editor named: {int(named.notna().sum()):,}."))
    if not notes:
        return reading
    return replace(reading, events=events, claims=claims, notes=[*reading.notes, *notes])


def undecided_pairs(pairs: pd.DataFrame, answers: Answers) -> pd.DataFrame:
    """Return the proposed pairs of reports about which nobody decided that they differ."""
    differ = {answer.key[1:] for answer in answers.of("duplicate") if answer.answer == "different"}
    if not differ or pairs.empty:
        return pairs
    keys = zip(pairs["event_id_1"].astype(str), pairs["event_id_2"].astype(str), strict=True)
    return pairs[[tuple(sorted(key)) not in differ for key in keys]]


def _renamed(column: pd.Series[str], ids: dict[str, str]) -> pd.Series[str]:
    return column.map(lambda text: ids.get(text, text), na_action="ignore").astype("str")


def _joined(answers: Answers, known: set[str]) -> dict[str, str]:
    """Return event to the event that it is one with: the first by name of all that were joined."""
    groups: dict[str, set[str]] = {}
    for answer in answers.of("duplicate"):
        if answer.answer == "same" and {answer.subject, answer.other} <= known:
            group = groups.get(answer.subject, {answer.subject}) | groups.get(answer.other, {answer.other})
            groups |= dict.fromkeys(group, group)
    return {each: min(group) for each, group in groups.items() if each != min(group)}
