"""The gazetteer's table: columns in Arrow, looked up by name key without an index on disk."""

from __future__ import annotations

import dataclasses
import functools
import math
from collections.abc import Callable, Iterable, Sequence
from importlib import resources
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt

from impactmap.places.keys import key_lines, similarity, skeleton_key, skeleton_lines, stem_key
from impactmap.places.register import COUNTRY, DIGITS, Register, Unit
from impactmap.places.romanise import romanise_ukrainian

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["SHIPPED", "NameRun", "Origin", "PlaceTable"]

REGISTERED: Final = f"katottg:{COUNTRY}"
SHIPPED: Final = 2  # origins: the gazetteer and the register; those after them were added
_SCALE: Final = 1e-4
_PROMINENT: Final = 15_000
_CHUNK: Final = 8_192  # places whose keys are made at once: more need more memory and hardly less time
_KEPT: Final = 32_768  # places whose names are kept as texts
_LINE_FEED: Final = 10
_SLACK: Final = 8.0
_KIN: Final = 75.0
_COMPARED: Final = 40  # names whose likeness is measured in full


class NameRun:
    """The names of some of a table's places, as keys, made when they are first needed.

    Looking for a key scans all of them, so keys that will be asked for are announced first, and one scan finds them
    all: no index has to be built or kept.

    Parameters
    ----------
    load
        Returns the keys and the row of each.
    """

    def __init__(self, load: Callable[[], tuple[pa.Array, npt.NDArray[np.int32]]]) -> None:
        self._load = load
        self._found: dict[str, tuple[int, ...]] = {}
        self._expected: set[str] = set()
        self._stems: dict[str, set[int]] | None = None

    @functools.cached_property
    def names(self) -> tuple[pa.Array, npt.NDArray[np.int32]]:
        """The keys, and the row of each."""
        return self._load()

    def expect(self, keys: Iterable[str]) -> None:
        """Announce keys; the first of them that is looked for finds all."""
        self._expected.update(key for key in keys if key and key not in self._found)

    def find(self, key: str) -> tuple[int, ...]:
        """Return the rows of places that have a name with this key."""
        if key and key not in self._found:
            self._scan(self._expected | {key})
            self._expected = set()
        return self._found.get(key, ())

    def _scan(self, wanted: set[str]) -> None:
        import pyarrow as pa
        import pyarrow.compute as pc

        keys, rows = self.names
        found: dict[str, set[int]] = {key: set() for key in wanted}
        if len(keys):
            where = np.flatnonzero(pc.is_in(keys, value_set=pa.array(sorted(wanted))).to_numpy(zero_copy_only=False))
            for key, row in zip(keys.take(pa.array(where)).to_pylist(), rows[where].tolist(), strict=True):
                found[key].add(row)
        self._found.update((key, tuple(sorted(rows))) for key, rows in found.items())

    def find_stem(self, stem: str) -> set[int]:
        """Return the rows of places from which a district or region with this stem could take its name."""
        if self._stems is None:
            self._stems = {}
            keys, rows = self.names
            for key, row in zip(keys.to_pylist(), rows.tolist(), strict=True):
                self._stems.setdefault(stem_key(key), set()).add(row)
        return self._stems.get(stem, set())

    def find_kin(self, key: str) -> list[tuple[int, float]]:
        """Return places with names that differ from this one in vowels only: row and similarity."""
        texts, rows, _ = self._by_length
        found = {int(rows[at]): similarity(key, texts[at]) for at in self._skeletons.get(skeleton_key(key), ())}
        return sorted((pair for pair in found.items() if pair[1] >= _KIN), key=lambda pair: (-pair[1], pair[0]))

    @functools.cached_property
    def _skeletons(self) -> dict[str, list[int]]:
        """Where the names of each skeleton are."""
        found: dict[str, list[int]] = {}
        texts = self._by_length[0]
        for position, skeleton in enumerate(skeleton_lines("\n".join(texts)) if texts else ()):
            found.setdefault(skeleton, []).append(position)
        return found

    def find_similar(self, key: str, *, cutoff: float, skeletons: bool = True) -> list[tuple[int, float]]:
        """Return places with names like this one, the most like first: row and similarity, 0 to 100.

        With `skeletons` also those that differ in any number of vowels.
        """
        from rapidfuzz import fuzz, process

        texts, rows, starts = self._by_length
        # Lower ratios do not reach the cutoff, and a ratio needs lengths this near: the rest need not be compared.
        ratio = cutoff - _SLACK
        share = ratio / (200 - ratio)
        sizes = math.floor(len(key) * share), math.ceil(len(key) / share) + 1
        first, last = (int(starts[min(size, len(starts) - 1)]) for size in sizes)
        hits = process.extract(key, texts[first:last], scorer=fuzz.ratio, score_cutoff=ratio, limit=_COMPARED)
        positions = [first + position for _, _, position in hits]
        if skeletons:
            positions += self._skeletons.get(skeleton_key(key), ())
        best: dict[int, float] = {}
        for position in positions:
            value = similarity(key, texts[position])
            if value >= cutoff:
                row = int(rows[position])
                best[row] = max(best.get(row, 0.0), value)
        return sorted(best.items(), key=lambda item: (-item[1], item[0]))

    @functools.cached_property
    def _by_length(self) -> tuple[list[str], npt.NDArray[np.int32], npt.NDArray[np.int64]]:
        """The keys from the shortest to the longest, the row of each, and where each length begins."""
        import pyarrow as pa
        import pyarrow.compute as pc

        keys, rows = self.names
        sizes = pc.binary_length(keys).to_numpy()
        order = np.argsort(sizes, kind="stable")
        starts = np.searchsorted(sizes[order], np.arange(int(sizes.max(initial=0)) + 2))
        return keys.take(pa.array(order)).to_pylist(), rows[order], starts

    def where(self, mask: npt.NDArray[np.bool_]) -> NameRun:
        """Return the run of those places for which `mask`, one flag a place of the table, is set."""

        def load() -> tuple[pa.Array, npt.NDArray[np.int32]]:
            import pyarrow as pa

            keys, rows = self.names
            keep = mask[rows]
            return keys.filter(pa.array(keep)), rows[keep]

        return NameRun(load)


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
        codes = self.country.indices.to_numpy()
        starts = np.flatnonzero(np.diff(codes, prepend=-1) | np.diff(self.origin, prepend=-1))
        self._bounds: dict[str, list[tuple[int, int]]] = {}
        for start, stop in zip(starts.tolist(), [*starts[1:].tolist(), len(codes)], strict=True):
            self._bounds.setdefault(str(self.country.dictionary[int(codes[start])]), []).append((start, stop))
        if len(starts) > sum(len(self._bounds) for _ in self.origins):
            raise ValueError("the rows of a country must stand together")
        self._runs: dict[tuple[str, ...] | None, NameRun] = {}
        self._parts: dict[tuple[str, str], NameRun] = {}
        self._prominent: NameRun | None = None
        self._names: dict[int, list[str]] = {}

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
        return str(self.country[row])

    def admin1_of(self, row: int) -> str:
        """Return the code of a place's first-level region."""
        return str(self.admin1[row])

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
            self._parts[country, admin1] = run.where(self.admin1.indices.to_numpy() == position)
        return self._parts[country, admin1]

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
