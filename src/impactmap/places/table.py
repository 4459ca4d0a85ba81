"""The gazetteer's table: columns in Arrow, looked up by name key without an index on disk."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Sequence
from importlib import resources
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt

from impactmap.places.toponyms import name_keys, stem_key

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["NameRun", "PlaceTable"]

_SCALE: Final = 1e-4
_PROMINENT: Final = 15_000


class NameRun:
    """The names of some of a table's places, as keys; `find` looks up many keys in one pass."""

    def __init__(self, keys: pa.Array, rows: npt.NDArray[np.int32]) -> None:
        self.keys = keys
        self.rows = rows
        self._found: dict[str, tuple[int, ...]] = {}
        self._stems: dict[str, set[int]] | None = None

    def prepare(self, keys: Iterable[str]) -> None:
        """Look up many keys at once."""
        import pyarrow as pa
        import pyarrow.compute as pc

        new = {key for key in keys if key and key not in self._found}
        if not new:
            return
        found: dict[str, set[int]] = {key: set() for key in new}
        if len(self.keys):
            where = np.flatnonzero(pc.is_in(self.keys, value_set=pa.array(sorted(new))).to_numpy(zero_copy_only=False))
            for key, row in zip(self.keys.take(pa.array(where)).to_pylist(), self.rows[where].tolist(), strict=True):
                found[key].add(row)
        self._found.update((key, tuple(sorted(rows))) for key, rows in found.items())

    def find(self, key: str) -> tuple[int, ...]:
        """Return the rows of places that have a name with this key."""
        if key not in self._found:
            self.prepare([key])
        return self._found.get(key, ())

    def find_stem(self, stem: str) -> set[int]:
        """Return the rows of places from which a district or region with this stem could take its name."""
        if self._stems is None:
            self._stems = {}
            for key, row in zip(self.keys.to_pylist(), self.rows.tolist(), strict=True):
                self._stems.setdefault(stem_key(key), set()).add(row)
        return self._stems.get(stem, set())

    def find_similar(self, key: str, *, cutoff: float, limit: int = 8) -> list[tuple[int, float]]:
        """Return places with names like this one, the most like first: row and similarity, 0 to 100."""
        from rapidfuzz import fuzz, process

        best: dict[int, float] = {}
        for _, value, position in process.extract(
            key, self._texts, scorer=fuzz.ratio, score_cutoff=cutoff, limit=limit * 4
        ):
            row = int(self.rows[position])
            best[row] = max(best.get(row, 0.0), value)
        return sorted(best.items(), key=lambda item: (-item[1], item[0]))[:limit]

    @property
    def _texts(self) -> list[str]:
        if not hasattr(self, "_texts_"):
            self._texts_: list[str] = self.keys.to_pylist()
        return self._texts_

    def where(self, mask: npt.NDArray[np.bool_]) -> NameRun:
        """Return the run of those places for which `mask`, one flag a place of the table, is set."""
        import pyarrow as pa

        keep = mask[self.rows]
        return NameRun(self.keys.filter(pa.array(keep)), self.rows[keep])


@dataclasses.dataclass(eq=False)
class PlaceTable:
    """Places of one gazetteer.

    Attributes
    ----------
    prefix
        Goes before an id: ``geonames`` makes ``geonames:706483``.
    title, date
        What every result can say about where it comes from.
    ids
        int32 or text, one a place.
    country, admin1
        ISO 3166-1 alpha-2 and the GeoNames code of the first-level region; rows of one country stand together.
    latitude, longitude
        Degrees, WGS 84.
    population
        0 where it is not known.
    names
        The main name, then the others, one a line.
    """

    prefix: str
    title: str
    date: str
    ids: npt.NDArray[np.int32]
    country: npt.NDArray[np.str_]
    admin1: npt.NDArray[np.str_]
    latitude: npt.NDArray[np.float64]
    longitude: npt.NDArray[np.float64]
    population: npt.NDArray[np.int32]
    names: pa.Array

    def __post_init__(self) -> None:
        codes, starts = np.unique(self.country, return_index=True)
        order = np.argsort(starts)
        stops = [*starts[order][1:].tolist(), len(self.country)]
        self._bounds = {str(codes[i]): (int(starts[i]), int(stop)) for i, stop in zip(order, stops, strict=True)}
        if any((self.country[start:stop] != code).any() for code, (start, stop) in self._bounds.items()):
            raise ValueError("the rows of a country must stand together")
        self._runs: dict[tuple[str, ...] | None, NameRun] = {}
        self._parts: dict[tuple[str, str], NameRun] = {}
        self._prominent: NameRun | None = None

    @classmethod
    def shipped(cls) -> PlaceTable:
        """Read the gazetteer that ships with impactmap."""
        import pyarrow.parquet as pq

        from impactmap.reference import layer_info

        info = layer_info("gazetteer")
        with resources.as_file(resources.files("impactmap.reference").joinpath(info["file"])) as path:
            # ParquetFile: read_table imports all of pyarrow.dataset first, which takes longer than the reading.
            table = pq.ParquetFile(path).read(use_threads=False).combine_chunks()
        return cls(
            prefix="geonames",
            title="GeoNames",
            date=info["date"],
            ids=table["id"].chunk(0).to_numpy(),
            country=_codes(table["country"].chunk(0)),
            admin1=_codes(table["admin1"].chunk(0)),
            latitude=table["latitude"].chunk(0).to_numpy() * _SCALE,
            longitude=table["longitude"].chunk(0).to_numpy() * _SCALE,
            population=table["population"].chunk(0).to_numpy(),
            names=table["names"].chunk(0),
        )

    def __len__(self) -> int:
        return len(self.ids)

    def names_of(self, row: int) -> list[str]:
        """Return a place's names, the main one first."""
        names: list[str] = self.names[row].as_py().split("\n")
        return names

    def run(self, countries: Sequence[str] | None = None) -> NameRun:
        """Return the names of some countries' places, of all countries when left out."""
        scope = None if countries is None else tuple(sorted(set(countries) & self._bounds.keys()))
        if scope not in self._runs:
            bounds = [(0, len(self))] if scope is None else [self._bounds[code] for code in scope]
            self._runs[scope] = _join([self._keys(start, stop) for start, stop in bounds])
        return self._runs[scope]

    def part(self, country: str, admin1: str) -> NameRun:
        """Return the names of one region's places."""
        if (country, admin1) not in self._parts:
            run = self.run([country])
            self._parts[country, admin1] = run.where(self.admin1 == admin1)
        return self._parts[country, admin1]

    def prominent(self) -> NameRun:
        """Return the names of the world's places of 15,000 inhabitants and more."""
        if self._prominent is None:
            self._prominent = self.run().where(self.population >= _PROMINENT)
        return self._prominent

    def _keys(self, start: int, stop: int) -> NameRun:
        """Make the keys of a run of rows; ASCII names apart, which need fewer steps."""
        import pyarrow as pa
        import pyarrow.compute as pc

        lists = pc.split_pattern(self.names.slice(start, stop - start), "\n")
        names, rows = lists.flatten(), pc.list_parent_indices(lists).to_numpy() + start
        ascii_only = pc.string_is_ascii(names)
        keys, order = [], []
        for chosen in (ascii_only, pc.invert(ascii_only)):
            part = names.filter(chosen)
            if len(part):
                keys.append(pa.array(name_keys(part.to_pylist())))
                order.append(rows[chosen.to_numpy(zero_copy_only=False)])
        if not keys:
            return NameRun(pa.array([], pa.string()), np.array([], np.int32))
        return NameRun(pa.concat_arrays(keys), np.concatenate(order).astype(np.int32))


def _join(runs: list[NameRun]) -> NameRun:
    import pyarrow as pa

    if len(runs) == 1:
        return runs[0]
    return NameRun(
        pa.concat_arrays([run.keys for run in runs]) if runs else pa.array([], pa.string()),
        np.concatenate([run.rows for run in runs]) if runs else np.array([], np.int32),
    )


def _codes(column: pa.Array) -> npt.NDArray[np.str_]:
    import pyarrow as pa

    if not pa.types.is_dictionary(column.type):
        column = column.dictionary_encode()
    values = np.array(column.dictionary.to_pylist(), dtype=np.str_)
    codes: npt.NDArray[np.str_] = values[column.indices.to_numpy()]
    return codes
