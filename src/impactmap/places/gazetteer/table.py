"""The gazetteer's table: columns in Arrow, looked up by name key without an index on disk."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Sequence
from importlib import resources
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt

from impactmap.places.gazetteer.name_run import NameRun
from impactmap.places.gazetteer.register import COUNTRY, DIGITS, Register, Unit
from impactmap.places.names.keys import key_lines
from impactmap.places.names.romanise import romanise_ukrainian

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["SHIPPED", "Origin", "PlaceTable"]

REGISTERED: Final = f"katottg:{COUNTRY}"
SHIPPED: Final = 2  # origins: the gazetteer and the register; those after them were added
_SCALE: Final = 1e-4
_PROMINENT: Final = 15_000
_CHUNK: Final = 8_192  # places whose keys are made at once: more need more memory and no less time
_KEPT: Final = 32_768  # places whose names are kept as texts
_LINE_FEED: Final = 10


@dataclasses.dataclass(frozen=True, slots=True)
class Origin:
    """Where places come from, as every result can say it.

    Attributes
    ----------
    prefix
        Goes before an id: ``geonames`` makes ``geonames:706483``.
    title, date
        The gazetteer and the day it is of, or ``undated``.
    provider
        What ``place_provider`` says.
    """

    prefix: str
    title: str
    date: str
    provider: str

    def __str__(self) -> str:
        return f"{self.title}, {self.date}"


@dataclasses.dataclass(eq=False)
class PlaceTable:
    """Places of one or several gazetteers.

    Attributes
    ----------
    origins
        The gazetteers.
    origin
        Which of them each place is from.
    ids
        int64, one a place, unique within its gazetteer.
    country, admin1
        ISO 3166-1 alpha-2 and the GeoNames code of the first-level region; rows of one country and one gazetteer stand
        together.
    latitude, longitude
        Degrees, WGS 84.
    population
        0 where it is not known.
    names
        The main name, then the others, one a line.
    radius_km
        How far from its coordinates a place may be, where they are those of the area it lies in; 0 where they are its
        own.
    register
        What knows the districts of some places, or nothing.
    """

    origins: tuple[Origin, ...]
    origin: npt.NDArray[np.int8]
    ids: npt.NDArray[np.int64]
    country: pa.DictionaryArray
    admin1: pa.DictionaryArray
    latitude: npt.NDArray[np.float64]
    longitude: npt.NDArray[np.float64]
    population: npt.NDArray[np.int32]
    names: pa.ChunkedArray
    radius_km: npt.NDArray[np.float32]
    register: Register | None = None

    def __post_init__(self) -> None:
        # One scalar of Arrow takes as long as twenty of these.
        self._countries, self._country_codes = self.country.dictionary.to_pylist(), self.country.indices.to_numpy()
        self._admin1s, self._admin1_codes = self.admin1.dictionary.to_pylist(), self.admin1.indices.to_numpy()
        codes = self._country_codes
        starts = np.flatnonzero(np.diff(codes, prepend=-1) | np.diff(self.origin, prepend=-1))
        self._bounds: dict[str, list[tuple[int, int]]] = {}
        for start, stop in zip(starts.tolist(), [*starts[1:].tolist(), len(codes)], strict=True):
            self._bounds.setdefault(self._countries[codes[start]], []).append((start, stop))
        if len(starts) > sum(len(self._bounds) for _ in self.origins):
            raise ValueError("the rows of a country must stand together")
        self._runs: dict[tuple[str, ...] | None, NameRun] = {}
        self._parts: dict[tuple[str, str], NameRun] = {}
        self._prominent: NameRun | None = None
        self._names: dict[int, list[str]] = {}
        self._shared: dict[str, float] = {}

    @classmethod
    def shipped(cls) -> PlaceTable:
        """Read the gazetteer and the register that ship with impactmap."""
        import pyarrow as pa
        import pyarrow.parquet as pq

        from impactmap.reference import layer_info

        info = layer_info("gazetteer")
        with resources.as_file(resources.files("impactmap.reference").joinpath(info["file"])) as path:
            # ParquetFile: read_table imports all of pyarrow.dataset first, which takes longer than the reading.
            table = pq.ParquetFile(path).read(use_threads=False).combine_chunks()
        size = table.num_rows
        gazetteer = cls(
            origins=(Origin("geonames", "GeoNames", info["date"], "geonames"),),
            origin=np.zeros(size, np.int8),
            ids=table["id"].to_numpy().astype(np.int64),
            country=_encoded(table["country"].chunk(0)),
            admin1=_encoded(table["admin1"].chunk(0)),
            latitude=table["latitude"].to_numpy() * _SCALE,
            longitude=table["longitude"].to_numpy() * _SCALE,
            population=table["population"].to_numpy(),
            names=table["names"],
            radius_km=np.zeros(size, np.float32),
        )
        register = Register.shipped()
        rows = register.missing()
        size = rows.num_rows
        missing = cls(
            origins=(Origin(REGISTERED, "KATOTTG", register.date, "katottg"),),
            origin=np.zeros(size, np.int8),
            ids=rows["code"].to_numpy(),
            country=pa.DictionaryArray.from_arrays(np.zeros(size, np.int32), pa.array([COUNTRY])),
            admin1=_encoded(rows["admin1"].combine_chunks()),
            latitude=rows["latitude"].to_numpy() * _SCALE,
            longitude=rows["longitude"].to_numpy() * _SCALE,
            population=np.zeros(size, np.int32),
            names=rows["name"],
            radius_km=rows["radius_km"].to_numpy().astype(np.float32),
        )
        table = gazetteer.beside(missing)
        table.register = register
        # What unpacking needed, twice the table, would stay with the process.
        pa.default_memory_pool().release_unused()
        return table

    def beside(self, other: PlaceTable) -> PlaceTable:
        """Return one table with the places of both."""
        import pyarrow as pa

        def joined(name: str) -> pa.DictionaryArray:
            both = pa.chunked_array([getattr(self, name), getattr(other, name)]).unify_dictionaries()
            return both.combine_chunks()

        return PlaceTable(
            origins=(*self.origins, *other.origins),
            origin=np.concatenate([self.origin, other.origin + np.int8(len(self.origins))]),
            ids=np.concatenate([self.ids, other.ids]),
            country=joined("country"),
            admin1=joined("admin1"),
            latitude=np.concatenate([self.latitude, other.latitude]),
            longitude=np.concatenate([self.longitude, other.longitude]),
            population=np.concatenate([self.population, other.population]),
            names=pa.chunked_array([*_chunks(self.names), *_chunks(other.names)]),
            radius_km=np.concatenate([self.radius_km, other.radius_km]),
            register=self.register,
        )

    def __len__(self) -> int:
        return len(self.ids)

    def country_of(self, row: int) -> str:
        """Return a place's country."""
        country: str = self._countries[self._country_codes[row]]
        return country

    def admin1_of(self, row: int) -> str:
        """Return the code of a place's first-level region."""
        admin1: str = self._admin1s[self._admin1_codes[row]]
        return admin1

    @property
    def region_numbers(self) -> npt.NDArray[np.int64]:
        """One number a place, the same for places of one country and one region; `region_pair` reads it."""
        countries = self._country_codes.astype(np.int64)
        numbers: npt.NDArray[np.int64] = countries * len(self._admin1s) + self._admin1_codes
        return numbers

    def region_pair(self, number: int) -> tuple[str, str]:
        """Return the country and the region's code that a number of `region_numbers` stands for."""
        country, admin1 = divmod(number, len(self._admin1s))
        return self._countries[country], self._admin1s[admin1]

    def names_of(self, row: int) -> list[str]:
        """Return a place's names, the main one first."""
        if row in self._names:
            return self._names[row]
        names: list[str] = self.names[row].as_py().split("\n")
        if self.origin_of(row).prefix == REGISTERED:
            names.insert(0, romanise_ukrainian(names[0]))
        if len(self._names) < _KEPT:
            self._names[row] = names
        return names

    def id_of(self, row: int) -> str:
        """Return a place's id with the name of its gazetteer: ``geonames:706483``."""
        number, prefix = int(self.ids[row]), self.origin_of(row).prefix
        return f"{prefix}{number:0{DIGITS}}" if prefix == REGISTERED else f"{prefix}:{number}"

    def unit_id(self, unit: Unit) -> str:
        """Return the id of a district or community of the register."""
        return f"{REGISTERED}{unit.code:0{DIGITS}}"

    def origin_of(self, row: int) -> Origin:
        """Return the gazetteer that a place is from."""
        return self.origins[int(self.origin[row])]

    def registered_as(self, row: int) -> int | None:
        """Return a place's row in the register, None where it is not in it."""
        prefix = self.origin_of(row).prefix
        if self.register is None or prefix not in {"geonames", REGISTERED}:
            return None
        return self.register.row_of(int(self.ids[row]), geonames=prefix == "geonames")

    def size_of(self, country: str) -> int:
        """Return how many places of a country are in the table."""
        return sum(stop - start for start, stop in self._bounds.get(country, ()))

    def is_complete(self, country: str) -> bool:
        """Return whether every settlement of a country is in the table."""
        return self.register is not None and country == COUNTRY

    def run(self, countries: Sequence[str] | None = None) -> NameRun:
        """Return the names of some countries' places, of all countries when left out."""
        scope = None if countries is None else tuple(sorted(set(countries) & self._bounds.keys()))
        if scope not in self._runs:
            bounds = [(0, len(self))] if scope is None else [pair for code in scope for pair in self._bounds[code]]
            self._runs[scope] = NameRun(functools.partial(self._keys, bounds))
        return self._runs[scope]

    def part(self, country: str, admin1: str) -> NameRun:
        """Return the names of one region's places."""
        if (country, admin1) not in self._parts:
            run = self.run([country])
            position = self.admin1.dictionary.index(admin1).as_py()
            self._parts[country, admin1] = run.where(self._admin1_codes == position)
        return self._parts[country, admin1]

    def population_of(self, country: str, admin1: str) -> int:
        """Return the inhabitants of one region's places."""
        position = self.admin1.dictionary.index(admin1).as_py()
        return sum(
            int(self.population[start:stop][self._admin1_codes[start:stop] == position].sum())
            for start, stop in self._bounds.get(country, ())
        )

    def shared_names(self, country: str) -> float:
        """Return the share of a country's places that have their main name with others."""
        if country not in self._shared:
            import pyarrow as pa
            import pyarrow.compute as pc

            keys, rows = self.run([country]).names
            main = keys.take(pa.array(np.unique(rows, return_index=True)[1]))
            counts = pc.value_counts(main).field("counts").to_numpy()
            self._shared[country] = float(counts[counts > 1].sum() / max(counts.sum(), 1))
        return self._shared[country]

    def prominent(self) -> NameRun:
        """Return the names of the world's places of 15,000 inhabitants and more."""
        if self._prominent is None:
            self._prominent = self.run().where(self.population >= _PROMINENT)
        return self._prominent

    def _keys(self, bounds: Sequence[tuple[int, int]]) -> tuple[pa.Array, npt.NDArray[np.int32]]:
        """Make the keys of some runs of rows."""
        import pyarrow as pa
        import pyarrow.compute as pc

        keys, rows = [pa.array([], pa.string())], [np.array([], np.int32)]
        for start, stop in bounds:
            for first in range(start, stop, _CHUNK):
                names = self.names.slice(first, min(_CHUNK, stop - first))
                lines = key_lines("\n".join(names.to_pylist()))
                ends = np.append(np.flatnonzero(lines == _LINE_FEED), len(lines))
                offsets = np.append(0, ends - np.arange(len(ends))).astype(np.int32)
                values = lines[lines != _LINE_FEED]
                keys.append(
                    pa.StringArray.from_buffers(len(ends), pa.py_buffer(offsets), pa.py_buffer(values), None, 0)
                )
                count = pc.count_substring(names, "\n").to_numpy() + 1
                rows.append(np.repeat(np.arange(first, first + len(names), dtype=np.int32), count))
        return pa.concat_arrays(keys), np.concatenate(rows)


def _chunks(column: pa.Array | pa.ChunkedArray) -> list[pa.Array]:
    chunks: list[pa.Array] = getattr(column, "chunks", [column])
    return chunks


def _encoded(column: pa.Array) -> pa.DictionaryArray:
    import pyarrow as pa

    return column if pa.types.is_dictionary(column.type) else column.dictionary_encode()
