"""Ukraine's official register of settlements: what lies in which community and district, and where those are.

The register has names and no coordinates. Its settlements that are in the gazetteer stand where that has them; the
others at the middle of their community, with how far from there they may be (`data/register.py`).
"""

from __future__ import annotations

import dataclasses
import functools
from importlib import resources
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt

from impactmap.places.keys import name_key, stem_key
from impactmap.places.romanise import romanise_ukrainian

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["COUNTRY", "DIGITS", "Register", "Unit"]

COUNTRY: Final = "UA"
DIGITS: Final = 17
_SETTLEMENTS: Final = ("K", "M", "T", "X", "C")
_OWN_DIGITS: Final = {"district": 13, "community": 10, "city district": 0}
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
        ``code, kind, name, others, admin1, district, community, geonames, latitude, longitude, radius_km``, as in the
        shipped layer.
    date
        Of the register.
    """

    def __init__(self, columns: pa.Table, date: str) -> None:
        self.date = date
        self._table = columns
        self.codes: npt.NDArray[np.int64] = columns["code"].to_numpy()
        self.geonames: npt.NDArray[np.int32] = columns["geonames"].to_numpy()
        self._order = np.argsort(self.geonames, kind="stable")

    @classmethod
    def shipped(cls) -> Register:
        """Read the register that ships with impactmap."""
        import pyarrow.parquet as pq

        from impactmap.reference import layer_info

        info = layer_info("register")
        with resources.as_file(resources.files("impactmap.reference").joinpath(info["file"])) as path:
            return cls(pq.ParquetFile(path).read(use_threads=False).combine_chunks(), info["date"])

    def missing(self) -> tuple[pa.Table, npt.NDArray[np.intp]]:
        """Return the settlements that the gazetteer does not have, and which rows of the register they are."""
        import pyarrow as pa
        import pyarrow.compute as pc

        kinds = pc.is_in(self._table["kind"], value_set=pa.array(_SETTLEMENTS))
        mask = kinds.to_numpy() & (self.geonames == 0)
        return self._table.filter(pa.array(mask)), np.flatnonzero(mask)

    def rows_of(self, geonames: npt.NDArray[np.int64]) -> npt.NDArray[np.int32]:
        """Return which rows of the register places of the gazetteer are, -1 for those it does not have."""
        ids = self.geonames[self._order]
        at = np.minimum(np.searchsorted(ids, geonames), len(ids) - 1)
        found: npt.NDArray[np.int32] = np.where(ids[at] == geonames, self._order[at], -1).astype(np.int32)
        return found

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


@functools.lru_cache(maxsize=4_096)
def _stem(name: str) -> str:
    return stem_key(name_key(name))
