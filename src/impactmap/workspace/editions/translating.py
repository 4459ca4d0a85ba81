"""The author's words of a map in another of its languages, and what there is no translation of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from impactmap.model.header_words import header_key
from impactmap.model.languages import page_language
from impactmap.model.schema import METRICS
from impactmap.model.words import Words
from impactmap.places.names.country_names import find_country

if TYPE_CHECKING:
    from impactmap.model.project import Project
    from impactmap.model.sections.map import Translation
    from impactmap.reading.read import Reading

__all__ = [
    "Untranslated",
    "sentences",
    "translate_reading",
    "untranslated_places",
    "untranslated_terms",
    "untranslated_texts",
    "untranslated_words",
]

#: Columns of people's own texts.
_EVENT_TEXTS: Final = {name: name for name in ("summary", "note", "source_name")}
_CLAIM_TEXTS: Final = {name: name for name in ("text", "note", "claimant", "source_name")}
#: Of these the page says in which language they are, where it is not its own.
_MARKED: Final = {"summary": "summary_language", "note": "note_language"}
#: Columns of words that the catalogs know, each with their group there.
_TERMS: Final = {"sectors": "sector", "means": "means", "metric": "metric"}
#: Identifiers that are named where events lack a translation.
_NAMED = 5


@dataclass(frozen=True)
class Untranslated:
    """Texts that stand in the map's first language on a page of another one.

    Attributes
    ----------
    language
        Of the page.
    what
        The column, or the key of the project file.
    count, of
        How many different texts, of how many.
    events
        Identifiers of some of their events; none for the project's own words.
    """

    language: str
    what: str
    count: int = 1
    of: int = 1
    events: tuple[str, ...] = ()


def sentences(lacking: Sequence[Untranslated]) -> list[str]:
    """Say what lacks a translation, and how to mend it: for each language its words, and then its texts."""
    told = []
    for code in dict.fromkeys(each.language for each in lacking):
        words = [each.what for each in lacking if each.language == code and not each.events]
        if words:
            told.append(f"Not translated into {code}: {', '.join(words)}. Write them under [translations.{code}].")
        places = next((each for each in lacking if each.language == code and each.what == "place_name"), None)
        if places is not None:
            told.append(
                f"Names of places that the gazetteer does not have in {code}: {places.count:,} of {places.of:,} "
                f"({_some(places.events)}). They stand in Latin letters. Write them under [translations.{code}.labels]."
            )
        terms = [each for each in lacking if each.language == code and each.what in _TERMS]
        if terms:
            listed = "; ".join(f"{each.what} {each.count:,} of {each.of:,} ({_some(each.events)})" for each in terms)
            told.append(
                f"Words of the tables that the map does not have in {code}, by column: {listed}. They stand as they "
                f"are. It has {_known_terms(terms)}."
            )
        others = [each for each in lacking if each.language == code and each.events and each is not places]
        texts = [each for each in others if each.what not in _TERMS]
        if texts:
            listed = "; ".join(f"{each.what} {each.count:,} of {each.of:,} ({_some(each.events)})" for each in texts)
            told.append(
                f"Texts of the tables without a translation into {code}, by column: {listed}. They stand as they are. "
                f"Write them into columns such as {texts[0].what}_{code}."
            )
    return told


def _known_terms(lacking: Sequence[Untranslated]) -> str:
    """Return the words that there are in every language, of the columns that have others."""
    known = Words("en").terms()
    return "; ".join(
        f"for {each.what}: {', '.join(known[group].values() if group in known else [*METRICS])}"
        for each, group in ((each, _TERMS[each.what]) for each in lacking)
    )


def _some(events: Sequence[str]) -> str:
    return ", ".join(events[:_NAMED]) + (", ..." if len(events) > _NAMED else "")


def translate_reading(reading: Reading, project: Project) -> Reading:
    """Put the tables' texts into a project's language, where the tables have them in it.

    Parameters
    ----------
    reading
        As read, with its ``translations``.
    project
        In one of the further languages.

    Returns
    -------
    Reading
        Texts without a translation are as they were. ``summary_language`` and ``note_language`` hold the code of the
        first language for each event where they are in that one.
    """
    known = _known(reading, project)
    events = _translate(reading.events, _columns(project), known)
    for name, column in _MARKED.items():
        pairs, first = known.get(name, {}), project.map.languages[0]
        left = {text: first for text in reading.events[name].dropna().unique() if _said(text, pairs) is None}
        events[column] = reading.events[name].map(left).astype("str")
    claims = _translate(reading.claims, _CLAIM_TEXTS, known)
    events.attrs |= reading.events.attrs
    claims.attrs |= reading.claims.attrs
    return replace(reading, events=events, claims=claims)


def untranslated_texts(
    reading: Reading, project: Project, events: pd.DataFrame, claims: pd.DataFrame
) -> list[Untranslated]:
    """Return which texts of the tables have no translation.

    Parameters
    ----------
    reading, project
        As for `translate_reading`.
    events, claims
        In the first language, of what is published alone: nothing else is counted, or named.
    """
    known, code = _known(reading, project), project.map.language
    found = []
    for frame, columns in ((events, _columns(project)), (claims, _CLAIM_TEXTS)):
        for column, name in columns.items():
            texts = frame[column].dropna() if column in frame.columns else pd.Series(dtype="str")
            different = [text for text in texts.unique() if str(text).strip()]
            left = [text for text in different if _said(text, known.get(name, {})) is None]
            if left:
                ids = tuple(dict.fromkeys(map(str, frame.loc[texts.index[texts.isin(left)], "event_id"])))
                found.append(Untranslated(code, column, len(left), len(different), ids))
    # A source that stands in both tables is told of once.
    return [each for number, each in enumerate(found) if each.what not in {other.what for other in found[:number]}]


def _known(reading: Reading, project: Project) -> dict[str, dict[str, str]]:
    """Return the texts in the project's language by column; what a claim states may stand in any column."""
    known = reading.translations.get(project.map.language, {})
    everything = {text: said for column in known.values() for text, said in column.items()}
    return {**known, "text": {**everything, **known.get("text", {})}}


def _columns(project: Project) -> dict[str, str]:
    """Return the events' columns of people's own texts, each with what its translations are known by."""
    own = {
        field.column: header_key(field.column.removeprefix("source_"))
        for field in project.fields
        if field.kind in {"text", "category"}
    }
    return {**_EVENT_TEXTS, **own}


def _translate(frame: pd.DataFrame, columns: Mapping[str, str], known: Mapping[str, Mapping[str, str]]) -> pd.DataFrame:
    changed: dict[str, pd.Series[Any]] = {}
    for column, name in columns.items():
        if column in frame.columns and (pairs := known.get(name)):
            said = {text: _said(str(text), pairs) or text for text in frame[column].dropna().unique()}
            changed[column] = frame[column].map(said, na_action="ignore").astype("str")
    return frame.assign(**changed)


def _said(text: str, pairs: Mapping[str, str]) -> str | None:
    """Return a text's translation, or that of each of the several that it lists; None where there is none."""
    whole = pairs.get(text.strip())
    if whole is not None or ";" not in text:
        return whole
    parts = [pairs.get(part.strip()) for part in text.split(";")]
    return None if None in parts else "; ".join(part for part in parts if part is not None)


def untranslated_places(events: pd.DataFrame, code: str) -> list[Untranslated]:
    """Return which places have no name in the letters of a language; in Latin letters nothing can be told.

    Parameters
    ----------
    events
        Located in the language.
    code
        Its.
    """
    known = page_language(code)
    if known.is_latin or "place_name" not in events.columns:
        return []
    named = events.dropna(subset=["place_name"])
    names = named["place_name"].drop_duplicates()
    left = [name for name in names if not known.letters & set(str(name).casefold())]
    ids = tuple(dict.fromkeys(map(str, named.loc[named["place_name"].isin(left), "event_id"])))
    return [Untranslated(code, "place_name", len(left), len(names), ids)] if left else []


def untranslated_terms(events: pd.DataFrame, claims: pd.DataFrame, code: str) -> list[Untranslated]:
    """Return which words for what was hit, with what, and for figures stand as they are, as no catalog has them.

    Parameters
    ----------
    events, claims
        What is published.
    code
        Of the language.
    """
    words, found = Words(code), []
    for column, group in _TERMS.items():
        frame = claims if column == "metric" else events
        if column in frame.columns:
            listed = frame.set_index("event_id")[column].dropna().str.split("; ").explode()
            left = listed[[not words.has_term(group, value) for value in listed]]
            if len(left):
                ids = tuple(dict.fromkeys(map(str, left.index)))
                found.append(Untranslated(code, column, left.nunique(), listed.nunique(), ids))
    return found


def untranslated_words(base: Project, code: str) -> list[Untranslated]:
    """Return which of a project's own words have no translation into one of its languages.

    Parameters
    ----------
    base
        In its first language.
    code
        Of the other.
    """
    given = base.translations.get(code)
    words: list[str] = [
        name
        for name in ("title", "headline", "subtitle", "finding", "credit", "contact")
        if getattr(base.map, name) and (given is None or getattr(given, name) is None)
    ]
    words += _authors_hand(base, given)
    sides, fields, days = ({}, {}, {}) if given is None else (given.sides, given.fields, given.corrections)
    # A country is called by its name in every language.
    words += [f"sides.{each.key}" for each in base.sides if each.key not in sides and find_country(each.name) is None]
    words += [f"fields.{each.column}" for each in base.fields if each.column not in fields and not each.type]
    words += [f"corrections.{each.date}" for each in base.corrections if each.date not in days]
    # Nobody translates an address to write to.
    return [Untranslated(code, word) for word in words if word != "contact" or " " in base.map.contact.strip()]


def _authors_hand(base: Project, given: Translation | None) -> list[str]:
    """Return which of the callouts, steps, names of places and layers have no translation."""
    lacking = [
        name for name in ("notes", "steps") if getattr(base, name) and (not given or getattr(given, name) is None)
    ]
    labels, layers = ({}, {}) if given is None else (given.labels, given.layers)
    lacking += [f"labels.{name}" for name in base.labels.names if name not in labels]
    return [*lacking, *(f"layers.{each.name}" for each in base.layers if each.name not in layers)]
