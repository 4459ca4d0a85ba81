"""The table of doubts and decisions that the page and the spreadsheet work on; every change is written at once."""

from __future__ import annotations

import dataclasses
import datetime as dt
import threading
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, Literal, get_args

from impactmap.model.errors import InputError
from impactmap.model.system.locks import alone_in
from impactmap.places.gazetteer.areas import Areas, Language
from impactmap.places.geocoder import Gazetteer
from impactmap.places.overrides.decision_file import format_decisions, read_decisions
from impactmap.places.overrides.decisions import Decisions, EditorDecision
from impactmap.places.settle.decision import Decision
from impactmap.workspace.doubts import Doubt, Option, region_codes

__all__ = ["Board", "Choice"]

Kind = Literal["option", "pin", "circle", "area", "reject"]
_DECIMALS = 2  # about a kilometre, as for every position that a person sets
_LONGEST = 500


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What an editor wants for one doubtful place.

    Attributes
    ----------
    kind
        ``option`` (one of the candidates), ``pin``, ``circle`` (a district around the pin), ``area`` (a region or a
        country) or ``reject``.
    option
        The candidate's or the area's id.
    latitude, longitude, radius_km
        Of a pin or a circle.
    editor, reason
        Who decides, and why.
    """

    kind: Kind
    option: str = ""
    latitude: float | None = None
    longitude: float | None = None
    radius_km: float | None = None
    editor: str
    reason: str = ""


class Board:
    """Doubtful places and what was decided about them.

    Parameters
    ----------
    doubts
        From `find_doubts`.
    path
        The file of decisions; made when the first one is.
    gazetteer
        Where other names are looked up.
    language
        Of the places' names.
    today
        Returns the present day, UTC.

    Notes
    -----
    Every decision is written before anything is answered, all or nothing; the file is read again before, so that what
    another program wrote meanwhile is kept; two reviews of one project wait for each other (not on Windows). Several
    threads may call its methods.
    """

    def __init__(
        self,
        doubts: Sequence[Doubt],
        path: str | Path,
        *,
        gazetteer: Gazetteer,
        language: Language = "en",
        today: Callable[[], dt.date],
    ) -> None:
        self.doubts = tuple(doubts)
        self.path = Path(path)
        self.language: Language = language
        self._gazetteer, self._today = gazetteer, today
        self._codes = region_codes(gazetteer.areas)
        self._looked_up: dict[str, Option] = {}
        self._lock = threading.RLock()
        self._decisions = read_decisions(self.path)

    @property
    def areas(self) -> Areas:
        """Countries and regions by name."""
        return self._gazetteer.areas

    def reload(self) -> None:
        """Read the file of decisions again: another program, or a person, may have changed it."""
        with self._lock:
            self._decisions = read_decisions(self.path)

    def decision(self, number: int) -> EditorDecision | None:
        """Return what was decided about a doubt."""
        doubt = self.doubts[number]
        return self._decisions.find(doubt.query, *(doubt.given or (None, None)))

    def differing(self, number: int) -> tuple[EditorDecision, ...]:
        """Return the decisions about a doubt that differ, none where they do not."""
        doubt = self.doubts[number]
        return self._decisions.differing(doubt.query, *(doubt.given or (None, None)))

    def open_numbers(self) -> list[int]:
        """Return the doubts that nothing was decided about."""
        return [number for number in range(len(self.doubts)) if self.decision(number) is None]

    def decide(
        self, number: int, choice: Choice, *, unless: Callable[[EditorDecision | None], None] | None = None
    ) -> EditorDecision:
        """Decide about a doubt, and write it down.

        Parameters
        ----------
        number, choice
            The doubt, and what is wanted for it.
        unless
            Told what the file says of it at that moment, while nobody else can write there; raises to keep that.

        Raises
        ------
        InputError
            There is no such doubt or candidate, or something is missing.
        PublishError
            The file cannot be written; nothing is decided then.
        """
        doubt = self._doubt(number)
        with self._lock:
            entry = self._entry(doubt, choice)
            with alone_in(self.path.parent):
                decisions = read_decisions(self.path)
                if unless is not None:
                    unless(decisions.find(doubt.query, *(doubt.given or (None, None))))
                self._write(decisions.with_entries([entry]))
        return entry

    def check(self, number: int, choice: Choice) -> None:
        """Refuse what `decide` would refuse; nothing is written."""
        self._entry(self._doubt(number), choice)

    def decide_all(self, choices: Iterable[tuple[int, Choice]]) -> list[EditorDecision]:
        """Decide about several doubts at once, all or none."""
        with self._lock:
            entries = [self._entry(self._doubt(number), choice) for number, choice in choices]
            with alone_in(self.path.parent):
                self._write(read_decisions(self.path).with_entries(entries))
        return entries

    def undo(self, number: int) -> None:
        """Take a decision back."""
        with self._lock:
            if (entry := self.decision(number)) is not None:
                with alone_in(self.path.parent):
                    self._write(read_decisions(self.path).without(entry.key))

    def look_up(self, text: str, *, region: str = "", country: str = "") -> tuple[list[Option], str]:
        """Look up another name.

        Parameters
        ----------
        text
            A place, as it may be spelled elsewhere.
        region, country
            Where to look, if that is known.

        Returns
        -------
        list of Option, str
            What the gazetteer has, the best first, and why.
        """
        if not text.strip() or len(text) > _LONGEST:
            raise InputError("look up: expected the name of a place.")
        with self._lock:
            found = self._gazetteer.decide(text.strip(), region=region or None, country=country or None)
            options = _options(found)
            self._looked_up |= {option.option_id: option for option in options}
        return options, found.reason

    def bounds(self, number: int) -> tuple[float, float, float, float] | None:
        """Return where to look for a doubt's place: the region or the country given, west, south, east, north.

        None where nothing is given, or the country reaches round the world.
        """
        import shapely

        if not (areas := self.doubts[number].areas):
            return None
        code = areas[0][0].removeprefix("iso:")
        own = [one for one, region in self.areas.regions.items() if code in {one, region.country}]
        if not own:
            return None
        west, south, east, north = shapely.total_bounds([self.areas.polygon(one) for one in own]).tolist()
        return None if east - west > 180 else (round(west, 3), round(south, 3), round(east, 3), round(north, 3))

    def outline(self, area_id: str) -> Any:
        """Return a region's polygon, EPSG:4326; None for what has no outline here."""
        code = area_id.removeprefix("iso:")
        return self._gazetteer.areas.polygon(code) if code in self._gazetteer.areas.regions else None

    def _doubt(self, number: object) -> Doubt:
        if not (isinstance(number, int) and 0 <= number < len(self.doubts)):
            raise InputError(f"place: expected a number from 0 to {len(self.doubts) - 1}, found {number!r}.")
        return self.doubts[number]

    def _write(self, decisions: Decisions) -> None:
        from impactmap.model.atomic import replace_file

        with replace_file(self.path) as temporary:
            temporary.write_text(format_decisions(decisions), encoding="utf-8", newline="")
        self._decisions = decisions

    def _entry(self, doubt: Doubt, choice: Choice) -> EditorDecision:
        """Return a choice as a decision."""
        for name, text in (("editor", choice.editor), ("reason", choice.reason)):
            if len(text) > _LONGEST:
                raise InputError(f"{name}: expected at most {_LONGEST} characters, found {len(text)}.")
        if not choice.editor.strip():
            raise InputError("editor: expected your name; it stands beside the decision.")
        if choice.kind not in get_args(Kind):
            raise InputError(f"kind: expected {', '.join(get_args(Kind))}, found {choice.kind!r}.")
        query, given = doubt.query, doubt.given or (None, None)
        common: dict[str, Any] = {
            "place": query.place, "region": query.region, "country": query.country, "district": query.district,
            "given_latitude": given[0], "given_longitude": given[1],
            "editor": _line(choice.editor), "reason": _line(choice.reason), "decided_on": self._today(),
        }  # fmt: skip
        if choice.kind == "reject":
            return EditorDecision(decision="reject", **common)
        if choice.kind in {"pin", "circle"}:
            if choice.latitude is None or choice.longitude is None:
                raise InputError("latitude, longitude: expected the pin's position, found none.")
            common |= {"latitude": round(choice.latitude, _DECIMALS), "longitude": round(choice.longitude, _DECIMALS)}
            if choice.kind == "pin":
                return EditorDecision(decision="pin", precision="settlement", radius_km=choice.radius_km, **common)
            return EditorDecision(decision="area", precision="district", radius_km=choice.radius_km or 30.0, **common)
        if choice.kind == "area":
            return self._area(choice.option, "area", common)
        known = {option.option_id: option for option in (*doubt.options, *self._looked_up.values())}
        # The doubt's own go before what was looked up under the same id.
        known |= {option.option_id: option for option in doubt.options}
        if choice.option not in known:
            raise InputError(f"option: expected one of the candidates, found {choice.option!r}.")
        return self._chosen(known[choice.option], common)

    def _chosen(self, option: Option, common: dict[str, Any]) -> EditorDecision:
        way: Literal["accept", "choose"] = "accept" if option.proposed else "choose"
        if option.latitude is None or option.longitude is None:
            return self._area(option.option_id, way, common)
        return EditorDecision(
            decision=way,
            name=option.name,
            place_id=option.option_id if ":" in option.option_id else "",
            region_code=self._codes.get((option.country, option.region), ""),
            country_code=option.country or "",
            latitude=option.latitude,
            longitude=option.longitude,
            precision="district" if option.within else "settlement",
            radius_km=option.radius_km,
            **common,
        )

    def _area(self, area_id: str, way: Literal["accept", "choose", "area"], common: dict[str, Any]) -> EditorDecision:
        code = area_id.removeprefix("iso:")
        areas = self._gazetteer.areas
        if code in areas.regions:
            return EditorDecision(
                decision=way,
                name=areas.region_name(code, self.language) or code,
                place_id=f"iso:{code}",
                region_code=code,
                country_code=areas.regions[code].country,
                precision="region",
                **common,
            )
        if len(code) == 2 and areas.country_name(code, "en") != code:
            return EditorDecision(
                decision=way,
                name=areas.country_name(code, self.language),
                place_id=f"iso:{code}",
                country_code=code,
                precision="country",
                **common,
            )
        raise InputError(f"area: expected a region or a country, found {area_id!r}.")


def _options(found: Decision) -> list[Option]:
    """Return what a look-up found."""
    options = []
    if found.circle:  # a village or a district known by a circle: never a point
        latitude, longitude = round(found.circle[0], 4), round(found.circle[1], 4)
        options.append(
            Option(
                found.place_id or "seat", found.name or "", found.region, found.country, latitude, longitude,
                found.radius_km, within=found.within or "a circle",
            )
        )  # fmt: skip
    elif found.status in {"matched", "fuzzy"} and found.place_id:
        latitude, longitude = round(found.latitude, 4), round(found.longitude, 4)
        options.append(
            Option(found.place_id, found.name or "", found.region, found.country, latitude, longitude, found.radius_km)
        )
    elif found.status == "area" and found.place_id:
        options.append(Option(found.place_id, found.name or "", found.region, found.country, None, None))
    for one in found.alternatives:
        position: tuple[float | None, float | None] = one.position or (None, None)
        radius = one.radius_km if one.within else None
        option = Option(one.place_id, one.name, one.region, one.country, position[0], position[1], radius)
        options.append(dataclasses.replace(option, within=one.within))
    return options


def _line(text: str) -> str:
    return " ".join(text.split())
