"""Seas, gulfs and straits by name, in English, Ukrainian and Russian, in any case."""

from __future__ import annotations

import dataclasses
import functools
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from impactmap.model.languages import READ_FIRST
from impactmap.places.names.country_names import Language
from impactmap.places.names.toponyms import plain

if TYPE_CHECKING:
    import geopandas as gpd
    import shapely

__all__ = ["SEA", "Sea", "find_sea", "sea_outline"]

#: What the codes of seas begin with.
SEA: Final = "sea:"
# Endings of an adjective and its noun in the first case, and what they become in the others.
_CASES: Final = (
    ("е море", ("ому морі", "ому морю", "ого моря", "им морем")),
    ("ое море", ("ом море", "ому морю", "ого моря", "ым морем", "им морем")),
    ("а протока", ("ій протоці", "ої протоки", "ою протокою", "у протоку")),
    ("а затока", ("ій затоці", "ої затоки", "ою затокою", "у затоку")),
    ("ий пролив", ("ом проливе", "ого пролива", "им проливом", "ому проливу")),
    ("ий залив", ("ом заливе", "ого залива", "им заливом", "ому заливу")),
)
_ARTICLE: Final = re.compile(r"(?:in |on |off |over )?the ")


@dataclasses.dataclass(frozen=True, slots=True)
class Sea:
    """A sea: its code, ``sea:black-sea``, and its names, by language."""

    code: str
    names: dict[Language, str]

    def name(self, language: Language) -> str:
        """Return the name in a language, in English where there is none."""
        return self.names.get(language, self.names["en"])


def find_sea(text: str) -> Sea | None:
    """Return the sea, gulf or strait that a text names, letter by letter.

    Examples
    --------
    >>> find_sea("the Black Sea").code, find_sea("Чорному морі").code, find_sea("Black Sea Street")
    ('sea:black-sea', 'sea:black-sea', None)
    """
    spelled = plain(text)
    article = _ARTICLE.match(spelled)
    return _by_name().get(spelled[article.end() :] if article else spelled)


def sea_outline(code: str) -> shapely.Geometry:
    """Return a sea's polygons, EPSG:4326."""
    area: shapely.Geometry = _layer().geometry.loc[code.removeprefix(SEA)]
    return area


@functools.cache
def _layer() -> gpd.GeoDataFrame:
    from impactmap.reference import load_layer

    return load_layer("seas").set_index("code")


@functools.cache
def _by_name() -> dict[str, Sea]:
    from impactmap.reference import load_layer

    found = {}
    for row in load_layer("seas", shapes=False).itertuples():
        sea = Sea(f"{SEA}{row.code}", {language: getattr(row, f"name_{language}") for language in READ_FIRST})
        for name in (*sea.names.values(), *filter(None, str(row.others or "").split("; "))):
            for form in _forms(plain(name)):
                found[form] = sea
    return found


def _forms(name: str) -> Iterator[str]:
    yield name
    for ending, others in _CASES:
        if name.endswith(ending):
            yield from (name.removesuffix(ending) + other for other in others)
