"""The columns of the two frames as data: names, types, meanings, vocabularies, and the headers people use for them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Literal

from impactmap.model.header_words import header_words
from impactmap.model.qualifiers import QUALIFIERS

__all__ = [
    "CLAIM_COLUMNS",
    "COMPUTED_COLUMNS",
    "EVENT_COLUMNS",
    "MEANS",
    "METRICS",
    "PLACE_COLUMNS",
    "SECTORS",
    "Column",
    "Metric",
]


@dataclass(frozen=True)
class Column:
    """One column of a frame.

    Attributes
    ----------
    name, dtype, meaning
        As in docs/architecture.md; the unit is the end of the name.
    required
        Whether a row without it cannot be used.
    vocabulary
        The only words allowed; empty for an open column.
    minimum, maximum
        Ends of the plausible range, in the column's unit.
    wording
        Under which name the vocabularies of headers have it, where that is not its own.
    given_headers
        Headers that mean this column, where they are not in the vocabularies.
    """

    name: str
    dtype: Literal["str", "Int64", "float64", "datetime64[s]"]
    meaning: str
    required: bool = False
    vocabulary: tuple[str, ...] = ()
    minimum: float | None = None
    maximum: float | None = None
    wording: str = ""
    given_headers: tuple[str, ...] = ()

    @property
    def headers(self) -> tuple[str, ...]:
        """Other headers that mean this column, of each language the most telling first.

        Case, spaces, underscores and points do not matter. The column's own name comes first unless it stands elsewhere
        in the list.
        """
        return self.given_headers or header_words().columns.get(self.wording or self.name, ())


@dataclass(frozen=True)
class Metric:
    """A known metric of claims: what it counts, and the name under which the vocabularies of headers have it."""

    meaning: str
    numeric: bool = True
    whole: bool = True
    wording: str = ""

    @property
    def headers(self) -> tuple[str, ...]:
        """Headers under which simple sheets hold it, of each language the most telling first."""
        return header_words().metrics.get(self.wording, ())


def _words(*lines: str) -> tuple[str, ...]:
    """Return words written with commas between them: English first, then Ukrainian and Russian."""
    return tuple(word for line in lines for word in line.split(", "))


_PLACE = Column(
    "place",
    "str",
    "the place as the source wrote it",
)
_REGION = Column(
    "region",
    "str",
    "hint: the first-level region the place lies in",
)
_COUNTRY = Column("country", "str", "hint: the country the place lies in")
_LATITUDE = Column(
    "latitude",
    "float64",
    "WGS 84 degrees north",
    minimum=-90,
    maximum=90,
)
_LONGITUDE = Column(
    "longitude",
    "float64",
    "WGS 84 degrees east",
    minimum=-180,
    maximum=180,
)
_COORDINATES_FROM = Column(
    "coordinates_from", "str", "`source`, `gazetteer`, or the provider's name; missing without coordinates"
)
_PLACE_NUMBER = Column("place_number", "Int64", "1, 2, ... within the event", minimum=1)
_EVENT_ID = Column(
    "event_id",
    "str",
    "identifier of the event, exactly as given",
)
_NOTE = Column(
    "note",
    "str",
    "what a reader has to know about the row, in the author's words; it is published",
)
_SOURCE_NAME = Column(
    "source_name",
    "str",
    "who published the report",
)
_SOURCE_URL = Column(
    "source_url",
    "str",
    "address of the report; a link only for http and https",
)

#: Columns that reading gives, in the frame's order: what `head()` has to show comes first.
EVENT_COLUMNS: tuple[Column, ...] = (
    Column(
        "date_start",
        "datetime64[s]",
        "first day",
        required=True,
    ),
    _PLACE,
    _EVENT_ID,
    Column(
        "side",
        "str",
        "attacking side as the source names it; missing when nobody stated it",
    ),
    Column(
        "date_end",
        "datetime64[s]",
        "last day; equal to the first for one day",
    ),
    Column(
        "date_precision", "str", "how precisely the date is known", vocabulary=("day", "days", "week", "month", "year")
    ),
    _PLACE_NUMBER,
    Column("side_basis", "str", "where the side comes from", vocabulary=("stated", "source_coding", "not_stated")),
    Column(
        "sectors",
        "str",
        "what was hit; `; ` between items",
    ),
    Column(
        "means",
        "str",
        "with what; `; ` between items",
    ),
    Column(
        "summary",
        "str",
        "what happened, in the author's words",
    ),
    Column(
        "confirmation",
        "str",
        "whether somebody but a party confirmed it",
        vocabulary=("claimed", "confirmed"),
    ),
    _NOTE,
    _SOURCE_NAME,
    _SOURCE_URL,
    _REGION,
    _COUNTRY,
    _LATITUDE,
    _LONGITUDE,
    _COORDINATES_FROM,
    Column("source_row", "Int64", "row number in the file, the header being row 1", minimum=1),
)

#: The places table of a full set: one row a place, tied to its event.
PLACE_COLUMNS: tuple[Column, ...] = (
    _EVENT_ID,
    _PLACE_NUMBER,
    _PLACE,
    _REGION,
    _COUNTRY,
    _LATITUDE,
    _LONGITUDE,
    _COORDINATES_FROM,
)

#: One row a claim.
CLAIM_COLUMNS: tuple[Column, ...] = (
    Column("claim_id", "str", "identifier of the claim"),
    Column("event_id", "str", "the event it speaks about", required=True, wording="claim_event"),
    Column("metric", "str", "what is claimed", required=True),
    Column("value", "float64", "the figure"),
    Column(
        "value_low",
        "float64",
        "its lower end, where the claimant gave one",
    ),
    Column(
        "value_high",
        "float64",
        "its upper end, where the claimant gave one",
    ),
    Column("text", "str", "a statement that is not a number"),
    Column(
        "qualifier",
        "str",
        "the word that is part of the figure",
        vocabulary=tuple(QUALIFIERS),
    ),
    Column(
        "claimant",
        "str",
        "who says so",
    ),
    Column(
        "claimant_side",
        "str",
        "side the claimant belongs to",
    ),
    _SOURCE_NAME,
    _SOURCE_URL,
    Column(
        "date_published",
        "datetime64[s]",
        "day of publication",
    ),
    Column(
        "date_retrieved",
        "datetime64[s]",
        "day on which the author read it",
    ),
    _NOTE,
)

#: Columns that later stages add, for the exports' table schema and for reading an export back.
COMPUTED_COLUMNS: tuple[Column, ...] = (
    Column(
        "place_status",
        "str",
        "how the place was found",
        vocabulary=("matched", "ambiguous", "fuzzy", "area", "not_found", "unavailable", "invalid"),
    ),
    Column(
        "place_precision",
        "str",
        "how precisely the place is known",
        vocabulary=("exact", "settlement", "district", "region", "country"),
    ),
    Column("place_radius_km", "float64", "radius within which the true position lies", minimum=0),
    Column("place_score", "float64", "quality of the match", minimum=0, maximum=1),
    Column("place_name", "str", "the gazetteer's name in the map's language"),
    Column("place_region", "str", "first-level region"),
    Column("place_region_code", "str", "first-level region, ISO 3166-2"),
    Column("place_country", "str", "ISO 3166-1 alpha-2"),
    Column("place_id", "str", "identifier in the gazetteer"),
    Column("place_alternatives", "str", "JSON list of the runners-up"),
    Column("place_reason", "str", "why this place"),
    Column("place_provider", "str", "who located it"),
    Column("place_conflict", "str", "columns of the row that its position contradicts"),
    Column("border_distance_km", "float64", "geodesic distance to the border, points only", minimum=0),
    Column("border_distance_min_km", "float64", "distance of the area's nearest point", minimum=0),
    Column("border_distance_max_km", "float64", "distance of the area's farthest point", minimum=0),
    Column("border_latitude", "float64", "nearest border point, degrees north", minimum=-90, maximum=90),
    Column("border_longitude", "float64", "nearest border point, degrees east", minimum=-180, maximum=180),
    Column("border_country", "str", "which of the border's two countries the place lies in, ISO alpha-2"),
    Column("border_view", "str", "the border view that was measured against"),
    Column("border_data", "str", "the border's data set"),
    Column("border_data_date", "str", "date of the border's data set"),
    Column("border_method", "str", "how the distance was measured"),
    Column("population", "Int64", "people in the settlement; missing for areas", minimum=0),
    Column("population_source", "str", "the data set the population comes from"),
    Column("population_date", "str", "its date, or `undated`"),
)

#: Known metrics. Others are allowed: they are kept and shown under their own name.
METRICS: MappingProxyType[str, Metric] = MappingProxyType(
    {
        name: replace(metric, wording=name)
        for name, metric in {
            "households_without_power": Metric(
                "households that lost power or heating",
            ),
            "customers_without_power": Metric("customers, that is meters, that lost power or heating"),
            "people_without_power": Metric(
                "people who lost power or heating",
            ),
            "people_affected": Metric("people affected, in whatever way the source means"),
            "attacks": Metric("attacks counted"),
            "killed": Metric(
                "people killed",
            ),
            "injured": Metric(
                "people injured",
            ),
            "drones_launched": Metric("drones launched"),
            "drones_downed": Metric(
                "drones shot down, intercepted or suppressed",
            ),
            "cause": Metric("what caused it", numeric=False),
            "damage": Metric("what was damaged and how badly", numeric=False),
            "outage": Metric("how long supply was interrupted", numeric=False),
            "border_distance_km": Metric("distance to the border as reported, in kilometres", whole=False),
            "population": Metric("inhabitants as reported"),
            "statement": Metric("what a party said, or left unsaid, beyond figures", numeric=False),
        }.items()
    }
)

#: Usual sectors, each with other words for the same thing. The list is open: other words are kept as they are.
SECTORS: MappingProxyType[str, tuple[str, ...]] = MappingProxyType(
    {
        "power": _words(
            "electricity, power grid",
            "електроенергія, електропостачання, світло, электроэнергия",
            "электроснабжение, свет",
        ),
        "heating": _words("heat", "опалення, теплопостачання, отопление, теплоснабжение"),
        "gas": _words("natural gas", "газ"),
        "oil": _words("нафта, нефть"),
        "fuel": _words("пальне, топливо"),
        "nuclear": _words("nuclear power", "атомна енергетика, атомная энергетика"),
        "energy": _words("енергетика, энергетика"),
        "water": _words("water supply", "вода, водопостачання, водоснабжение"),
        "utilities": _words("utility", "комунальне господарство, коммунальное хозяйство"),
        "transport": _words("транспорт"),
        "rail": _words("railway", "залізниця, железная дорога"),
        "port": _words("ports", "порт, порти, порты"),
        "telecoms": _words("telecommunications", "звʼязок, связь"),
        "industry": _words("промисловість, промышленность"),
        "weapons industry": _words("arms industry, defence industry, defense industry", "опк, впк"),
        "housing": _words("житло, жилье, жильё"),
        "health": _words("health care, healthcare", "медицина, здравоохранение, охорона здоровʼя"),
        "education": _words("освіта, образование"),
        "agriculture": _words("сільське господарство, сельское хозяйство"),
        "military": _words("військові обʼєкти, военные объекты"),
        "government": _words("органи влади, органы власти"),
        "other": _words("інше, другое"),
    }
)

#: Usual means of attack, each with other words for the same thing. The list is open.
MEANS: MappingProxyType[str, tuple[str, ...]] = MappingProxyType(
    {
        "drones": _words("drone, uav, uavs, uas", "дрон, дрони, дроны, бпла, беспилотники, безпілотники"),
        "sea drones": _words("sea drone", "морські дрони, морские дроны"),
        "missiles": _words("missile", "ракета, ракети, ракеты"),
        "cruise missiles": _words("cruise missile", "крилаті ракети, крылатые ракеты"),
        "ballistic missiles": _words("ballistic missile", "балістичні ракети, баллистические ракеты"),
        "rockets": _words("rocket", "рсзв, рсзо"),
        "bombs": _words("bomb", "бомби, бомбы"),
        "glide bombs": _words("glide bomb", "каб, каби, кабы"),
        "artillery": _words("артилерія, артиллерия"),
        "mortars": _words("mortar", "міномети, минометы, миномёты"),
        "aircraft": _words("авіація, авиация"),
        "air strikes": _words("air strike, airstrike, airstrikes", "авіаудар, авіаудари, авиаудар, авиаудары"),
        "mines": _words("mine", "міни, мины"),
        "sabotage": _words("диверсія, диверсия"),
        "air-launched weapons": (),
        "ground-launched weapons": (),
        "sea-launched weapons": (),
    }
)
