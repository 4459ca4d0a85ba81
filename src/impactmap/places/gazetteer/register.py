"""Ukraine's official register of settlements: what lies in which community and district, and where those are.

The register has names and no coordinates. Its settlements that are in the gazetteer stand where that has them; the
others at the middle of their community, with how far from there they may be (`data/register.py`).
"""

from __future__ import annotations

import dataclasses
import functools
import itertools
from collections.abc import Callable
from importlib import resources
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt

from impactmap.places.names.keys import name_key, stem_key
from impactmap.places.names.romanise import romanise_ukrainian

if TYPE_CHECKING:
    import pyarrow as pa
    import pyarrow.parquet as pq

__all__ = ["COUNTRY", "DIGITS", "Register", "Unit"]

COUNTRY: Final = "UA"
DIGITS: Final = 17
_OWN_DIGITS: Final = {"district": 13, "community": 10, "city district": 0}
#: By the digits of a code: the kind of the unit, and what is said behind its name.
_LEVELS: Final = (2, 4, 7, 10, 12)
_NAMED: Final = {4: ("P", " район"), 7: ("H", " територіальна громада")}
_AREAS: Final = {"P": "district", "H": "community", "B": "city district"}


@dataclasses.dataclass(frozen=True, slots=True)
class Unit:
    """A district, a community, or a district of a city."""

    code: int
    name: str  # Ukrainian adjective
    kind: str  # district, community, city district
    admin1: str
    latitude: float
    longitude: float
    radius_km: float

    @property
    def own(self) -> int:
        """How many of the last digits of a code tell apart what belongs to the unit."""
        return _OWN_DIGITS[self.kind]

    @property
    def latin(self) -> str:
        """The name in Latin letters."""
        return romanise_ukrainian(self.name)


class Register:
    """The register, as columns.

    Parameters
    ----------
    columns
        Reads ``code, kind, name, others, admin1, district, community, geonames, latitude, longitude, radius_km``, as in
        the shipped layer.
    date
        Of the register.
    """

    def __init__(self, columns: Callable[[], pa.Table], date: str) -> None:
        self._load = columns
        self.date = date

    @classmethod
    def shipped(cls) -> Register:
        """Return the register that ships with impactmap; it is read when it is first asked."""
        from impactmap.reference import layer_info

        return cls(lambda: _shipped_file().read(use_threads=False).combine_chunks(), layer_info("register")["date"])

    @staticmethod
    def missing() -> pa.Table:
        """Return the settlements of the shipped register that the gazetteer does not have."""
        columns = ["code", "name", "admin1", "latitude", "longitude", "radius_km"]
        return _shipped_file().read_row_group(0, columns=columns, use_threads=False)

    @functools.cached_property
    def _table(self) -> pa.Table:
        return self._load()

    @functools.cached_property
    def codes(self) -> npt.NDArray[np.int64]:
        """The codes of all units, as numbers."""
        codes: npt.NDArray[np.int64] = self._table["code"].to_numpy()
        return codes

    @functools.cached_property
    def _rows_of_codes(self) -> dict[int, int]:
        return {code: row for row, code in enumerate(self.codes.tolist())}

    @functools.cached_property
    def _rows_of_places(self) -> dict[int, int]:
        return {number: row for row, number in enumerate(self._table["geonames"].to_pylist()) if number}

    def row_of(self, number: int, *, geonames: bool) -> int | None:
        """Return the row of a code, or of the gazetteer's place with a GeoNames id; None where there is none."""
        return (self._rows_of_places if geonames else self._rows_of_codes).get(number)

    def named(self, digits: str) -> tuple[str, str] | None:
        """Return the name that the beginning of a code stands for, and its region's ISO code; None where there is none.

        Parameters
        ----------
        digits
            Two of a region, four of a district, seven of a community, ten of a settlement; or all of them.

        Returns
        -------
        tuple or None
            The name is empty for a region.
        """
        import pyarrow.compute as pc

        table = self._table
        # The last five tell units apart that share all before; what is zero before them is not part of the level.
        parts = [(end, digits[start:end]) for start, end in itertools.pairwise((0, *_LEVELS)) if end <= len(digits)]
        size = max((end for end, part in parts if part.strip("0")), default=0)
        if not size or len(digits) not in {*_LEVELS, DIGITS}:
            return None
        own = 10 ** (DIGITS - size)
        rows = table.filter(pc.equal(pc.divide(table["code"], own), int(digits[:size])))
        if not len(rows):
            return None
        region = str(rows["region"][0])
        if size == _LEVELS[0]:
            return "", region
        kind, ending = _NAMED.get(size, ("", ""))
        named = rows.filter(pc.equal(rows["kind"], kind)) if kind else rows
        return (f"{named['name'][0]}{ending}", region) if len(named) else None

    def district_of(self, row: int) -> str:
        """Return the name of the district of a row."""
        return str(self._table["district"][row])

    def community_of(self, row: int) -> str:
        """Return the name of the community of a row."""
        return str(self._table["community"][row])

    def lies_in(self, row: int, stem: str) -> bool:
        """Return whether a row belongs to a district or a community whose name has this stem."""
        code = int(self.codes[row])
        return any(code // 10**unit.own == unit.code // 10**unit.own for unit in self._by_stem.get(stem, ()))

    def units(self, stem: str, admin1: str | None = None) -> list[Unit]:
        """Return the districts, communities and districts of cities whose name has a stem, districts first."""
        return [unit for unit in self._by_stem.get(stem, ()) if admin1 is None or unit.admin1 == admin1]

    @functools.cached_property
    def _by_stem(self) -> dict[str, list[Unit]]:
        import pyarrow as pa
        import pyarrow.compute as pc

        areas = self._table.filter(pc.is_in(self._table["kind"], value_set=pa.array(list(_AREAS))))
        found: dict[str, list[Unit]] = {}
        order = list(_AREAS)
        rows = sorted(areas.to_pylist(), key=lambda row: (order.index(row["kind"]), row["code"]))
        for row in rows:
            unit = Unit(
                row["code"],
                row["name"],
                _AREAS[row["kind"]],
                row["admin1"],
                row["latitude"] / 10_000,
                row["longitude"] / 10_000,
                float(row["radius_km"]),
            )
            for stem in {_stem(name) for name in (unit.name, *row["others"].split("\n"))} - {""}:
                found.setdefault(stem, []).append(unit)
        return found


def _shipped_file() -> pq.ParquetFile:
    import pyarrow.parquet as pq

    from impactmap.reference import layer_info

    with resources.as_file(resources.files("impactmap.reference").joinpath(layer_info("register")["file"])) as path:
        return pq.ParquetFile(path)


@functools.lru_cache(maxsize=4_096)
def _stem(name: str) -> str:
    return stem_key(name_key(name))
