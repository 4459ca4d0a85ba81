"""What editors decided about doubtful places, which wins over everything later."""

from __future__ import annotations

import dataclasses
import datetime as dt
import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final, Literal, Self, get_args

import numpy as np
import numpy.typing as npt
import pandas as pd

from impactmap.model.errors import InputError
from impactmap.model.text import compare_key
from impactmap.places.boundaries import areas_at
from impactmap.places.gazetteer.areas import Areas, Language
from impactmap.places.settle.decision import Decision, Precision, Query

__all__ = ["Decisions", "EditorDecision", "Key", "Way", "read_sentence"]

Way = Literal["accept", "choose", "pin", "area", "reject"]
#: What a decision is found by: place, region, country and district as reported, and the source's coordinates.
Key = tuple[str, str, str, str, float | None, float | None]

_DECIMALS: Final = 2  # about a kilometre: a pin says no more, and coordinates of a source leave no finer
_GAZETTEER_DECIMALS: Final = 4
_RADIUS_KM: Final = {"settlement": 5.0, "district": 30.0}
_WAYS: Final = {
    "accept": "What the gazetteer proposed was accepted",
    "choose": "One of several candidates was chosen",
    "pin": "A pin was set on the map",
    "area": "An area was chosen",
    "reject": "No place that could be located was found",
}


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class EditorDecision:
    """One decision of an editor.

    Attributes
    ----------
    place, region, country, district
        As reported; empty where the report says nothing.
    given_latitude, given_longitude
        The source's coordinates that were in doubt, to two decimals; None where it gave none.
    decision
        ``accept``, ``choose``, ``pin``, ``area`` or ``reject``.
    name, place_id, region_code, country_code
        Of what was decided for: the id is the gazetteer's, the codes are ISO 3166-2 and ISO 3166-1 alpha-2.
    latitude, longitude
        Degrees, WGS 84; None for a region, a country and a rejection.
    precision
        ``settlement``, ``district`` (a circle around the position), ``region`` or ``country``; None for a rejection.
    radius_km
        Within which the true position lies; None for a region and a country.
    editor, reason
        Who decided, and why.
    decided_on
        The day, UTC.
    """

    place: str
    region: str = ""
    country: str = ""
    district: str = ""
    given_latitude: float | None = None
    given_longitude: float | None = None
    decision: Way
    name: str = ""
    place_id: str = ""
    region_code: str = ""
    country_code: str = ""
    latitude: float | None = None
    longitude: float | None = None
    precision: Precision | None = None
    radius_km: float | None = None
    editor: str
    reason: str = ""
    decided_on: dt.date | None = None

    def __post_init__(self) -> None:
        """Refuse what could not be drawn.

        Raises
        ------
        InputError
            Naming the field, what was expected and what was found.
        """
        for name in ("latitude", "given_latitude"):
            _within(name, getattr(self, name), 90)
        for name in ("longitude", "given_longitude"):
            _within(name, getattr(self, name), 180)
        if self.decision not in get_args(Way):
            raise InputError(f"decision: expected {', '.join(get_args(Way))}, found {self.decision!r}.")
        if not self.editor.strip():
            raise InputError("editor: expected the name of who decided, found none.")
        if self.decision == "reject":
            return
        if self.precision not in {"settlement", "district", "region", "country"}:
            raise InputError(f"precision: expected settlement, district, region or country, found {self.precision!r}.")
        if self.precision in {"settlement", "district"} and (self.latitude is None or self.longitude is None):
            raise InputError(f"latitude, longitude: expected both for a {self.precision}, found one or none.")
        if self.radius_km is not None and not 0 <= self.radius_km <= 1000:
            raise InputError(f"radius_km: expected 0 to 1000, found {self.radius_km!r}.")
        if self.precision == "region" and not self.region_code:
            raise InputError("region_code: expected the ISO 3166-2 code of the region, found none.")
        if self.precision == "country" and not self.country_code:
            raise InputError("country_code: expected the ISO 3166-1 code of the country, found none.")

    @property
    def answer(self) -> tuple[object, ...]:
        """What it says of the place, whoever said it, when and why."""
        left = {"place", "region", "country", "district", "given_latitude", "given_longitude", "editor", "reason"}
        names = [field.name for field in dataclasses.fields(self) if field.name not in left | {"decided_on"}]
        return tuple(getattr(self, name) for name in names)

    @property
    def key(self) -> Key:
        """What the decision is found by; equal for texts that read the same."""
        texts = (compare_key(self.place), compare_key(self.region), compare_key(self.country))
        return (*texts, compare_key(self.district), *_given(self.given_latitude, self.given_longitude))

    def sentence(self) -> str:
        """Return who decided what, when and why."""
        when = f" on {self.decided_on.isoformat()}" if self.decided_on else ""
        why = f": {self.reason.strip()}" if self.reason.strip() else ""
        text = f"{_WAYS[self.decision]} by an editor, {self.editor.strip()}{when}{why}"
        return text if text.endswith((".", "!", "?")) else f"{text}."


class Decisions:
    """Decisions of editors, each about one text with its hints.

    Parameters
    ----------
    entries
        A later one about the same text takes an earlier one's place.
    conflicts
        Of texts that editors decided about differently: each stays open until one of them, or another, is decided on.

    Examples
    --------
    >>> pinned = EditorDecision(
    ...     place="Mala Vovcha", decision="pin", latitude=49.5, longitude=36.9, precision="settlement", editor="A. K."
    ... )
    >>> Decisions([pinned]).find(Query("MALA  VOVCHA")).sentence()
    'A pin was set on the map by an editor, A. K.'
    """

    def __init__(
        self,
        entries: Iterable[EditorDecision] = (),
        conflicts: Mapping[Key, Sequence[EditorDecision]] | None = None,
    ) -> None:
        self._entries = {entry.key: entry for entry in entries}
        self.conflicts = {key: tuple(each) for key, each in (conflicts or {}).items() if key not in self._entries}
        self._used: set[Key] = set()

    def __len__(self) -> int:
        return len(self._entries)

    def __bool__(self) -> bool:
        """Return whether editors said anything, be it that they differ."""
        return bool(self._entries or self.conflicts)

    def __iter__(self) -> Iterator[EditorDecision]:
        return iter(sorted(self._entries.values(), key=_order))

    def find(
        self, query: Query, given_latitude: float | None = None, given_longitude: float | None = None
    ) -> EditorDecision | None:
        """Return what was decided about a report's place, None when nothing was."""
        return self._entries.get(_query_key(query, given_latitude, given_longitude))

    def with_entries(self, entries: Iterable[EditorDecision]) -> Self:
        """Return these decisions with others added."""
        return type(self)([*self._entries.values(), *entries], self.conflicts)

    def without(self, key: Key) -> Self:
        """Return these decisions but for one."""
        return type(self)((entry for own, entry in self._entries.items() if own != key), self.conflicts)

    def differing(
        self, query: Query, given_latitude: float | None = None, given_longitude: float | None = None
    ) -> tuple[EditorDecision, ...]:
        """Return the decisions about a report's place that differ, none where they do not."""
        return self.conflicts.get(_query_key(query, given_latitude, given_longitude), ())

    def lines(self) -> list[EditorDecision]:
        """Return every decision as it stands in the file, those that differ included, in its order."""
        return sorted(
            [*self._entries.values(), *(each for some in self.conflicts.values() for each in some)], key=_order
        )

    def unused(self) -> list[EditorDecision]:
        """Return the decisions about texts that no row had of the tables that `apply` was given so far."""
        return [entry for entry in self if entry.key not in self._used]

    def settles(self, query: Query) -> bool:
        """Return whether a text without coordinates beside it is settled, so that nobody need be asked about it."""
        return self.find(query) is not None

    def apply(
        self,
        events: pd.DataFrame,
        queries: Sequence[Query],
        asked: npt.NDArray[np.intp],
        decided: tuple[list[Decision], npt.NDArray[np.intp]],
        areas: Areas,
        *,
        language: Language = "en",
    ) -> tuple[list[Decision], npt.NDArray[np.intp]]:
        """Let the editors' decisions take the place of the geocoder's.

        Parameters
        ----------
        events
            ``latitude, longitude`` in degrees where the source gives them.
        queries, asked
            What was asked, and which of it is each row's.
        decided
            The geocoder's decisions, and which of them is each row's.
        areas
            Names and outlines of regions.
        language
            Of their names.

        Returns
        -------
        list of Decision, numpy.ndarray
            The decisions with the editors' at the end, and which of them is each row's.
        """
        decisions, inverse = list(decided[0]), decided[1].copy()
        about: dict[tuple[str, ...], list[EditorDecision]] = {}
        for entry in (*self._entries.values(), *(each[0] for each in self.conflicts.values())):
            about.setdefault(entry.key[:4], []).append(entry)
        latitude, longitude = _source_coordinates(events)
        for number, query in enumerate(queries):
            for entry in about.get(_query_key(query)[:4], ()):
                rows = asked == number
                rows &= _same(latitude, entry.given_latitude) & _same(longitude, entry.given_longitude)
                if rows.any():
                    self._used.add(entry.key)
                    before = decisions[int(inverse[np.flatnonzero(rows)[0]])]
                    inverse[rows] = len(decisions)
                    differing = self.conflicts.get(entry.key)
                    made = _open(differing, before) if differing else _decision(entry, before, areas, language)
                    decisions.append(made)
        return decisions, inverse


def read_sentence(text: str) -> tuple[str, dt.date | None, str] | None:
    """Take apart what `EditorDecision.sentence` says.

    Parameters
    ----------
    text
        A row's ``place_reason``.

    Returns
    -------
    tuple or None
        The editor, the day and why; None for another sentence.

    Examples
    --------
    >>> read_sentence("A pin was set on the map by an editor, Olena K. on 2025-11-10: the council's map.")
    ('Olena K.', datetime.date(2025, 11, 10), "the council's map.")
    """
    for way in _WAYS.values():
        if text.startswith(f"{way} by an editor, "):
            rest = text.removeprefix(f"{way} by an editor, ")
            break
    else:
        return None
    dated = re.match(r"(.+?) on (\d{4}-\d{2}-\d{2})(?:: (.*)|\.)\Z", rest, flags=re.DOTALL)
    if dated:
        return dated[1], dt.date.fromisoformat(dated[2]), dated[3] or ""
    editor, _, why = rest.partition(": ")
    return editor if why else editor.removesuffix("."), None, why


def _decision(entry: EditorDecision, before: Decision, areas: Areas, language: Language) -> Decision:
    """Return an editor's decision as a geocoder's."""
    from impactmap.places.shapes import area_radius_km

    known: dict[str, Any] = {"provider": "decision", "score": 1.0, "alternatives": before.alternatives}
    reason, code = entry.sentence(), entry.region_code or None
    country = entry.country_code or before.country
    if entry.decision == "reject":
        return Decision("not_found", reason, country=before.country, provider="decision")
    if code and code not in areas.regions:
        raise InputError(
            f"The decision about {entry.place!r} names the region {code!r}, which is not known. Use its ISO 3166-2 "
            "code, for example UA-63."
        )
    if entry.latitude is not None and entry.longitude is not None and not entry.country_code:
        # A pin on the map says none: it lies where it lies, whatever the name would have meant.
        at = areas_at([entry.longitude], [entry.latitude])
        country, code = at.country[0], code or at.region[0]
    known |= {"region": areas.region_name(code, language), "region_code": code, "country": country}
    if entry.precision == "region" and code:
        known |= {"name": known["region"], "country": areas.regions[code].country, "place_id": f"iso:{code}"}
        return Decision("area", reason, precision="region", radius_km=area_radius_km(areas.polygon(code)), **known)
    if entry.precision == "country":
        known |= {"name": areas.country_name(entry.country_code, language), "place_id": f"iso:{entry.country_code}"}
        return Decision("area", reason, precision="country", **known)
    latitude, longitude = _position(entry)
    known |= {"name": entry.name or entry.place, "place_id": entry.place_id or None}
    known["radius_km"] = _RADIUS_KM[entry.precision or "settlement"] if entry.radius_km is None else entry.radius_km
    if entry.precision == "district":
        return Decision("area", reason, precision="district", circle=(latitude, longitude), **known)
    return Decision("matched", reason, precision="settlement", latitude=latitude, longitude=longitude, **known)


def _open(differing: Sequence[EditorDecision], before: Decision) -> Decision:
    """Return a place that editors decided about differently: open, whatever the gazetteer would take it for."""
    told = "; ".join(entry.sentence().rstrip(".") for entry in differing)
    return Decision(
        "ambiguous", f"Editors decided differently: {told}.", alternatives=before.alternatives, named=len(differing)
    )


def _position(entry: EditorDecision) -> tuple[float, float]:
    """Return a decision's position: as fine as the gazetteer's own are, any other to about a kilometre."""
    latitude, longitude = float(entry.latitude or 0.0), float(entry.longitude or 0.0)
    if entry.place_id:
        return round(latitude, _GAZETTEER_DECIMALS), round(longitude, _GAZETTEER_DECIMALS)
    return round(latitude, _DECIMALS), round(longitude, _DECIMALS)


def _query_key(query: Query, latitude: float | None = None, longitude: float | None = None) -> Key:
    texts = (compare_key(query.place), compare_key(query.region), compare_key(query.country))
    return (*texts, compare_key(query.district), *_given(latitude, longitude))


def _given(latitude: float | None, longitude: float | None) -> tuple[float | None, float | None]:
    # Adding zero makes -0.0 the same as 0.0.
    parts = [
        None if value is None or math.isnan(value) else round(value, _DECIMALS) + 0.0 for value in (latitude, longitude)
    ]
    return parts[0], parts[1]


def _source_coordinates(events: pd.DataFrame) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Return the coordinates that the source gave, NaN where it gave none."""
    columns = []
    theirs = np.ones(len(events), dtype=bool)
    if "coordinates_from" in events.columns:
        origin = events["coordinates_from"].astype(object)
        theirs = (origin.isna() | (origin == "source")).to_numpy(dtype=bool)
    for name in ("latitude", "longitude"):
        if name in events.columns:
            values = pd.to_numeric(events[name], errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan)
            columns.append(np.where(theirs, values, np.nan))
        else:
            columns.append(np.full(len(events), np.nan))
    return columns[0], columns[1]


def _same(values: npt.NDArray[np.float64], wanted: float | None) -> npt.NDArray[np.bool_]:
    if wanted is None:
        return np.asarray(np.isnan(values))
    return np.asarray(np.abs(np.round(values, _DECIMALS) - round(wanted, _DECIMALS)) < 0.5 * 10**-_DECIMALS)


def _within(name: str, value: float | None, limit: float) -> None:
    if value is not None and not abs(value) <= limit:
        raise InputError(f"{name}: expected degrees from -{limit} to {limit}, found {value!r}.")


def _order(entry: EditorDecision) -> tuple[Any, ...]:
    given = (entry.given_latitude or 0.0, entry.given_longitude or 0.0)
    return (entry.place, entry.region, entry.country, entry.district, *given)
