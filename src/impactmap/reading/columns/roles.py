"""What a header's words and a column's cells say of its meaning: a grammar over concepts, no language's words."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from impactmap.model.header_words import header_concepts, header_key, without_again
from impactmap.reading.columns.cell_profile import CellProfile

__all__ = ["DATE_PARTS", "ROLES", "Reading", "begins_with", "beside_the_point", "read_header", "suits"]

#: What each word costs that is not known, and how many are too many.
_UNKNOWN, _MOST_UNKNOWN = 0.25, 2
#: The same where a word more often makes it another's: "Owner country", "Official justification", "No. abducted".
_UNKNOWN_OF_STRICT = 0.5
_STRICT = frozenset(
    ("country", "event_id", "side", "claimant", "claimant_side", "source_name", "confirmation", "sectors", "summary")
)
#: What a running number is worth as an identifier: another column of identifiers comes first.
_OF_COUNTED_ROWS = 0.97
#: Words that say nothing of a column's meaning.
_GLUE = "glue"
#: Year, month and day in columns of their own.
DATE_PARTS = ("date_year", "date_month", "date_day")


@dataclass(frozen=True)
class _Role:
    """The headers of a column as concepts.

    Attributes
    ----------
    heads
        Concepts that together name the column, with how sure that is.
    allows
        Concepts that may stand beside, with what they add.
    """

    heads: tuple[tuple[frozenset[str], float], ...]
    allows: Mapping[str, float]


def _role(heads: Mapping[str, float], **allows: float) -> _Role:
    """Return a role: heads are concepts with spaces between them."""
    return _Role(tuple((frozenset(head.split()), sure) for head, sure in heads.items()), MappingProxyType(allows))


_WHERE = {"name": 0.0, "language": -0.03, "short": 0.0, "event": 0.06, "local": 0.0}
_DEGREES = {**_WHERE, "place": 0.0, "pair": 0.0, "settlement": 0.0, "target": 0.03, "site": 0.0, "code": -0.1}
_WHEN = {"local": 0.0, "name": 0.0, "short": -0.02}

#: The columns whose headers are read by their words; others have whole headers only.
ROLES: Mapping[str, _Role] = MappingProxyType(
    {
        "event_id": _role({"id": 0.85}, event=0.06, count=0.0, local=-0.05, report=-0.05, register=0.0),
        "date_start": _role(
            {"date": 0.95, "time event": 0.72, "time start": 0.78, "start": 0.7, "event start": 0.75, "time": 0.55},
            **_WHEN, event=0.06, start=0.05, time=0.0, target=0.0, record=-0.25, day=0.0,
        ),
        "date_end": _role(
            {"date end": 0.95, "time end": 0.85, "end": 0.75}, **_WHEN, event=0.03, time=0.0, date=0.0, day=0.0
        ),
        "date_year": _role({"year": 0.9}, event=0.05, start=0.02, name=0.0),
        "date_month": _role({"month": 0.9}, event=0.05, start=0.02, name=0.0, count=0.0),
        "date_day": _role({"day": 0.9}, event=0.05, start=0.02, name=0.0),
        "date_published": _role(
            {"date report": 0.9, "time report": 0.8, "report": 0.55},
            **_WHEN, date=0.0, time=0.0, source=0.0, url=0.0, day=0.0, start=-0.1,
        ),
        "date_retrieved": _role(
            {"date retrieve": 0.9, "time retrieve": 0.8}, **_WHEN, date=0.0, time=0.0, source=0.0, url=0.0, day=0.0
        ),
        # Never a column of ours: it says that another country is the place's.
        "party_country": _role(
            {"attacker country": 0.9, "actor country": 0.9, "party country": 0.9, "source country": 0.9},
            name=0.0, code=0.0, event=0.0, alleged=0.0, place=0.0,
        ),
        "latitude": _role({"lat": 0.95}, **_DEGREES),
        "longitude": _role({"lon": 0.95}, **_DEGREES),
        "place": _role(
            {"settlement": 1.01, "place": 0.86, "site": 0.55, "target place": 1.02, "address": 0.5},
            **_WHERE, target=0.04, describe=-0.35, district=-0.1, community=-0.05, region=-0.15, address=-0.15,
            settlement=0.0, place=0.0, site=-0.05,
        ),
        "district": _role({"district": 0.93}, **_WHERE, place=0.0, target=0.0),
        "community": _role({"community": 0.93}, **_WHERE, place=0.0, target=0.0),
        "region": _role(
            {"region": 0.93}, **_WHERE, place=0.0, target=0.04, nationwide=0.0, site=-0.05, settlement=-0.2
        ),
        "country": _role(
            {"country": 0.92}, **(_WHERE | {"event": 0.15}), place=0.14, target=0.15, code=-0.15, site=0.0
        ),
        "region_pcode": _role({"pcode region": 0.95}, **_WHERE, code=0.0),
        "district_pcode": _role({"pcode district": 0.95}, **_WHERE, code=0.0),
        "community_pcode": _role({"pcode community": 0.95}, **_WHERE, code=0.0),
        "place_pcode": _role({"pcode": 0.9, "pcode place": 0.95, "pcode settlement": 0.95}, **_WHERE, code=0.0),
        "side": _role(
            {"attacker": 0.95, "attacker alleged": 0.93, "author alleged": 0.92, "author event": 0.9},
            party=0.02, name=0.01, country=0.0, alleged=-0.01, event=0.0, report=0.0, language=0.0, actor=0.0,
            target=-0.1,
        ),
        "sectors": _role(
            {"infrastructure type": 0.95, "target type": 0.93, "infrastructure": 0.72, "target infrastructure": 0.9},
            event=0.0, damage=0.0, target=0.0, type=0.0, power=0.0, site=-0.1, used=0.0, place=-0.2,
        ),
        "means": _role(
            {"weapon": 0.93, "weapon type": 0.95, "method event": 0.9},
            method=0.0, used=0.02, event=0.0, type=0.0, name=0.0, short=0.0, report=-0.05,
        ),
        "summary": _role(
            {"describe": 0.9, "heading": 0.78, "comment": 0.72, "name event": 0.5, "event": 0.46},
            event=0.05, comment=0.0, language=0.0, short=0.0, report=-0.02, name=0.0, place=-0.35, source=-0.2,
        ),
        "note": _role({"note": 0.87, "comment": 0.7}, name=0.0, language=0.0, short=0.0),
        "confirmation": _role({"confirm": 0.9}, event=0.0, name=0.0, report=0.0, edit=0.0),
        "source_name": _role(
            {"source": 0.93}, name=0.03, event=0.0, report=0.0, short=0.0, claimant=-0.1, language=-0.05, describe=-0.1
        ),
        "source_url": _role(
            {"url": 0.9, "url source": 0.97, "report": 0.7, "source": 0.6, "id": 0.55},
            report=0.02, source=0.0, name=0.0, event=0.0, language=0.0, short=0.0,
            record=-0.1, claimant=0.0, describe=-0.05, id=-0.05,
        ),
        "claimant": _role({"claimant": 0.93}, name=0.0, alleged=0.0, party=-0.02, report=0.0, source=-0.1, killed=-0.1),
        "claimant_side": _role({"claimant party": 0.95}),
        "update_status": _role({"edit withdrawn": 0.9, "withdrawn": 0.8}, report=0.0, event=0.0, record=0.0, name=0.0),
    }
)  # fmt: skip


@dataclass(frozen=True)
class Reading:
    """How sure a header's words are of a column, and the words that say so."""

    sure: float
    words: tuple[str, ...]


def read_header(header: str, role: str) -> Reading | None:
    """Return how sure the header's words are of a role; None where they do not speak of it, or of something beside it.

    Examples
    --------
    >>> read_header("Date of the attack?", "date_start").sure > read_header("Date", "date_start").sure
    True
    >>> read_header("Date of publication", "date_start") is None
    True
    """
    if role not in ROLES:
        return None
    words = [
        (word, concepts) for word, concepts in header_concepts(header) if _GLUE not in concepts or len(concepts) > 1
    ]
    unknown = [word for word, concepts in words if not concepts and not word.isdigit()]
    if len(unknown) > _MOST_UNKNOWN:
        return None
    known = [(word, concepts) for word, concepts in words if concepts]
    best: float | None = None
    for head, sure in ROLES[role].heads:
        score = _fit(head, sure, known, ROLES[role].allows)
        if score is not None and (best is None or score > best):
            best = score
    if best is None:
        return None
    cost = _UNKNOWN_OF_STRICT if role in _STRICT else _UNKNOWN
    return Reading(best - cost * len(unknown), tuple(word for word, _ in known))


def _fit(
    head: frozenset[str], sure: float, words: list[tuple[str, frozenset[str]]], allows: Mapping[str, float]
) -> float | None:
    lacking = set(head)
    # A word with one meaning must be the head where it can be; one with several is what is still lacking.
    for _, concepts in sorted(words, key=lambda each: len(each[1])):
        if meant := concepts & lacking:
            lacking -= concepts if concepts <= head else {min(meant)}
        elif concepts & head or concepts & {_GLUE}:
            continue
        elif meant := concepts & allows.keys():
            sure += max(allows[concept] for concept in meant)
        else:
            return None
    return None if lacking else sure


def beside_the_point(headers: Sequence[str]) -> frozenset[tuple[str, str]]:
    """Return the columns for which a header is not to be taken, seen what other headers say, with the header.

    Where a table has the attacker's country in a column of its own, "Target country" is the other party's and "Country"
    the place's; otherwise "Target country" is the place's and "Country" may be anybody's.
    """
    parties = [header for header in headers if read_header(header, "party_country") is not None]
    if not parties:
        return frozenset()
    out = {("country", header) for header in headers if any("target" in each for _, each in header_concepts(header))}
    if any("source" in each for header in parties for _, each in header_concepts(header)):
        out |= {
            ("source_name", header)
            for header in headers
            if header_key(without_again(header)) not in {"source", "sources"}
        }
    return frozenset(out)


def begins_with(end: str, headers: Sequence[str]) -> str | None:
    """Return the header of the first day to which one of a last day belongs: "start" to "end"; None without one.

    Examples
    --------
    >>> begins_with("outage_end", ["id", "outage_start"]), begins_with("until", ["start_date"])
    ('outage_start', None)
    """
    around = _without(end, "end")
    return next(
        (each for each in headers if each != end and around == _without(each, "start")),
        None,
    )


def _without(header: str, concept: str) -> tuple[str, ...] | None:
    words = header_concepts(header)
    rest = tuple(word for word, concepts in words if concept not in concepts)
    return rest if len(rest) < len(words) else None


def suits(role: str, cells: CellProfile) -> float:
    """Return how well a column's cells suit a role, from 0 to 1; 0.6 where there are none to look at."""
    if cells.empty:
        return 0.6
    check = _CELLS.get(role)
    return 1.0 if check is None else check(cells)


def _of_dates(cells: CellProfile) -> float:
    if cells.dates >= 0.3:
        return 1.0
    if cells.numbers > 0.5 or cells.long > 0.3:
        return 0.1
    return 0.55 if cells.share(lambda text: any(ch.isdigit() for ch in text)) >= 0.5 else 0.5


def _of_parts(least: int, most: int) -> Callable[[CellProfile], float]:
    def check(cells: CellProfile) -> float:
        def holds(text: str) -> bool:
            plain = text.strip().removesuffix(".0")
            return plain.isdecimal() and len(plain) <= 9 and least <= int(plain) <= most

        return (
            1.0
            if cells.share(holds) > 0.8 or (least == 0 and most == 12 and cells.numbers < 0.2 and cells.words <= 1)
            else 0.1
        )

    return check


def _of_degrees(limit: int) -> Callable[[CellProfile], float]:
    def check(cells: CellProfile) -> float:
        return (
            1.0
            if cells.degrees(limit) >= 0.5
            else 0.6
            if cells.share(lambda text: any(map(str.isdigit, text))) >= 0.5
            else 0.1
        )

    return check


def _of_names(cells: CellProfile) -> float:
    if cells.clocks > 0.5:
        return 0.0
    if cells.numbers > 0.5 or cells.addresses > 0.3 or cells.dates > 0.5 or cells.pairs > 0.5:
        return 0.1
    if cells.long > 0.5:
        return 0.5
    return 0.8 if cells.flags > 0.8 else 1.0


def _of_regions(cells: CellProfile) -> float:
    if cells.among("world_regions") > 0.3 or cells.numbers > 0.5:
        return 0.0
    return 0.6 * _of_names(cells) if cells.countries > 0.7 and cells.words > 1.5 else _of_names(cells)


def _of_countries(cells: CellProfile) -> float:
    if cells.numbers > 0.5 or cells.long > 0.5 or cells.addresses > 0.3:
        return 0.0
    return 1.0 if cells.countries >= 0.4 else 0.7


def _of_parties(cells: CellProfile) -> float:
    if cells.numbers > 0.5 or cells.flags > 0.8 or cells.addresses > 0.2 or cells.dates > 0.3:
        return 0.0
    return 0.4 if cells.long > 0.6 else 1.0


def _of_kinds(cells: CellProfile) -> float:
    if cells.numbers > 0.5 or cells.flags > 0.8 or cells.addresses > 0.2 or cells.dates > 0.3:
        return 0.0
    return 0.4 if cells.long > 0.6 else 1.0


def _of_texts(cells: CellProfile) -> float:
    if cells.numbers > 0.5 or cells.addresses > 0.6 or cells.dates > 0.6:
        return 0.0
    return 1.0 if cells.words >= 3 or cells.long > 0 else 0.9 if cells.words >= 2 else 0.65


def _of_ids(cells: CellProfile) -> float:
    if cells.addresses > 0.3 or cells.long > 0.3 or cells.pairs > 0.3:
        return 0.1
    if cells.distinct > 0.9:
        # Rows that are counted are told apart; what somebody named keeps its name in the next version, too.
        return _OF_COUNTED_ROWS if cells.counts_rows else 1.0
    return 0.75 if cells.distinct > 0.4 else 0.3


def _of_addresses(cells: CellProfile) -> float:
    return 1.0 if cells.addresses >= 0.3 else 0.0


def _of_sources(cells: CellProfile) -> float:
    return 0.1 if cells.numbers > 0.5 or cells.dates > 0.5 or cells.among("source_kinds") > 0.5 else 1.0


def _of_speakers(cells: CellProfile) -> float:
    if cells.numbers > 0.3 or cells.addresses > 0.2 or cells.dates > 0.3 or cells.flags > 0.8:
        return 0.0
    return 0.4 if cells.long > 0.5 else 1.0


def _of_words(*lists: str, least: float = 0.5) -> Callable[[CellProfile], float]:
    return lambda cells: 1.0 if cells.among(*lists) >= least else 0.0


def _of_statuses(cells: CellProfile) -> float:
    return 1.0 if cells.among("withdrawn") and cells.among("withdrawn", "standing") >= 0.5 else 0.0


def _of_place_codes(cells: CellProfile) -> float:
    return 1.0 if cells.place_codes > 0.5 else 0.0


_CELLS: Mapping[str, Callable[[CellProfile], float]] = MappingProxyType(
    {
        "event_id": _of_ids,
        **dict.fromkeys(("date_start", "date_end", "date_published", "date_retrieved"), _of_dates),
        "date_year": _of_parts(1800, 2100),
        "date_month": _of_parts(0, 12),
        "date_day": _of_parts(0, 31),
        "latitude": _of_degrees(90),
        "longitude": _of_degrees(180),
        **dict.fromkeys(("place", "district", "community"), _of_names),
        "region": _of_regions,
        "country": _of_countries,
        **dict.fromkeys(("side", "claimant_side"), _of_parties),
        **dict.fromkeys(("sectors", "means"), _of_kinds),
        "summary": _of_texts,
        "note": _of_texts,
        "confirmation": _of_words("confirmed", "claimed", "unstated"),
        "source_name": _of_sources,
        "source_url": _of_addresses,
        "claimant": _of_speakers,
        "update_status": _of_statuses,
        **dict.fromkeys(("region_pcode", "district_pcode", "community_pcode", "place_pcode"), _of_place_codes),
    }
)
