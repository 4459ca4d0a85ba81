"""Find countries and first-level regions by name, in English, Ukrainian or Russian."""

from __future__ import annotations

import dataclasses
import functools
import itertools
import re
from collections.abc import Iterable, Iterator
from importlib import resources
from typing import TYPE_CHECKING, Final

from impactmap.model.languages import READ_FIRST
from impactmap.places.gazetteer.country_outlines import within_country
from impactmap.places.gazetteer.more_regions import MoreRegion, more_regions, regions_called
from impactmap.places.gazetteer.named_areas import find_named_area
from impactmap.places.gazetteer.region_aliases import REGION_ALIASES
from impactmap.places.gazetteer.seas import SEA, sea_outline
from impactmap.places.names.country_names import Language, country_name, find_country, guess_country
from impactmap.places.names.keys import key_lines, name_key, stem_key
from impactmap.places.names.toponyms import Toponym, parse_toponym, plain
from impactmap.places.shapes import circle
from impactmap.reference.names import names_in

if TYPE_CHECKING:
    import geopandas as gpd
    import shapely

__all__ = ["Areas", "Language", "Region"]

_COMPASS: Final = {"North": "Northern", "South": "Southern", "East": "Eastern", "West": "Western", "Central": "Central"}
_COMPASS_WORDS: Final = {word: pair for pair in _COMPASS.items() for word in pair}
_COLUMNS: Final = ("code", "country", "geonames_admin1", *(f"name_{language}" for language in READ_FIRST))
_FUZZY: Final = 78.0
_MARGIN: Final = 6.0
_WORD: Final = 0.61
_TELLING: Final = 3  # letters


@dataclasses.dataclass(frozen=True)
class Region:
    """A first-level region: ISO 3166-2 code, country, GeoNames code, names."""

    code: str
    country: str
    admin1: str | None
    names: dict[Language, str]

    @functools.cached_property
    def is_city(self) -> bool:
        """Tell whether the region is a city of its own: no name of it has a word for a kind of region."""
        return bool(self.names) and all(parse_toponym(text).kind == "any" for text in self.names.values())


class Areas:
    """Countries and regions by name.

    Parameters
    ----------
    regions
        Columns ``code, country, name_en, name_uk, name_ru, geonames_admin1`` and polygons in EPSG:4326; the shipped
        layer ``regions`` when left out.

    Notes
    -----
    Country names are CLDR's, through Babel, with the ISO codes of two, three letters and three digits.
    """

    def __init__(self, regions: gpd.GeoDataFrame | None = None) -> None:
        if regions is not None:
            self._polygons = regions.set_index("code").geometry  # else read when first asked for
        self.regions: dict[str, Region] = {}
        self._by_admin1: dict[tuple[str, str], str] = {}
        self._by_country: dict[str, list[str]] = {}
        self._stems_of: dict[tuple[str, ...] | None, dict[str, list[str]]] = {}
        self._region_stems: dict[str, list[str]] = {}
        self._bare: dict[str, set[str]] = {}
        self._beginnings: dict[str, dict[str, list[str]]] = {}
        columns = _read_columns() if regions is None else [regions[name].tolist() for name in _COLUMNS]
        for code, country, admin1, *names in zip(*columns, strict=True):
            texts = {
                language: name
                for language, name in zip(READ_FIRST, names, strict=True)
                if isinstance(name, str) and name
            }
            bare = admin1.partition(".")[2] if isinstance(admin1, str) else None
            self.regions[code] = Region(code, country, bare, texts)
            self._by_country.setdefault(country, []).append(code)
            if bare:
                self._by_admin1.setdefault((country, bare), code)
        self.more: dict[str, MoreRegion] = more_regions() if regions is None else {}
        self._home_by_admin1 = dict(self._by_admin1)
        for code, one in self.more.items():
            if one.within is None:
                self.regions[code] = Region(code, one.country, one.admin1, {"en": one.name})
                self._by_country.setdefault(one.country, []).append(code)
                self._home_by_admin1.setdefault((one.country, one.admin1 or ""), code)

    def region_of(self, country: str, admin1: str) -> str | None:
        """Return the ISO 3166-2 code of a GeoNames first-level code."""
        return self._by_admin1.get((country, admin1))

    def home_of(self, country: str, admin1: str) -> str | None:
        """Return the same, also where it is a region without an outline or one made of several of the layer's."""
        return self._home_by_admin1.get((country, admin1))

    def whole(self, code: str) -> tuple[str, ...]:
        """Return the regions of the layer that a region is made of; itself where it is one of them."""
        more = self.more.get(code)
        return more.parts if more is not None and more.parts else (code,)

    def holders(self, text: str, country: str | None) -> list[str]:
        """Return the regions of which a text names a part that has no outline: "Bhola" in Barisal Division."""
        codes = regions_called(parse_toponym(text).name, None if country is None else [country]) if self.more else []
        parts = [self.more[code] for code in codes if code in self.more]
        return list(dict.fromkeys(part.within for part in parts if part.within))

    def region_name(self, code: str | None, language: Language) -> str | None:
        """Return a region's name, in English where the language has none."""
        if code is None or code not in self.regions:
            return None
        names = self.regions[code].names
        return names.get(language) or names_in(language).get(f"iso:{code}") or names.get("en")

    def polygon(self, code: str) -> shapely.Geometry:
        """Return a region's polygon, EPSG:4326; the circle of its settlements where its outline is not known."""
        more = self.more.get(code)
        if code.startswith(SEA):
            return sea_outline(code)
        if more is None:
            area: shapely.Geometry = self._polygons.loc[code]
            return area
        return self.union(more.parts) if more.parts else within_country(circle(*more.circle), more.country)  # type: ignore[misc]

    def union(self, codes: Iterable[str]) -> shapely.Geometry:
        """Return several regions' polygons as one, EPSG:4326."""
        import shapely

        area: shapely.Geometry = shapely.union_all([self.polygon(code) for code in codes])
        return area

    @functools.cached_property
    def _polygons(self) -> gpd.GeoSeries:
        from impactmap.reference import load_layer

        return load_layer("regions").set_index("code").geometry

    def country_name(self, code: str, language: Language) -> str:
        """Return a country's name."""
        return country_name(code, language)

    def find_country(self, text: str, *, codes: bool = True) -> str | None:
        """Return the ISO 3166-1 alpha-2 code of a country's name or, with `codes`, of its code."""
        return find_country(text, codes=codes)

    def guess_country(self, text: str) -> str | None:
        """Return the country whose name is nearest to a misspelt one, None when none is near or two are."""
        return guess_country(text)

    def find_regions(
        self, text: str, countries: Iterable[str] | None = None, *, fuzzy: bool = True, anywhere: bool = False
    ) -> tuple[list[str], float]:
        """Return the codes of the regions a text may mean, and how well it names them (0 to 1).

        Parameters
        ----------
        text
            "Kharkiv region", "Харьковская обл.", "UA-63".
        countries
            Where to look, ISO 3166-1 alpha-2; everywhere when left out.
        fuzzy
            Whether a misspelt name may match.
        anywhere
            Whether the text is a place's: a name in another language may then match wherever it is, letter by letter.

        Returns
        -------
        list of str, float
            Several codes when a city and the region around it bear one name and the text does not say which.
        """
        upper = text.strip().upper()
        if upper in self.regions:
            return [upper], 1.0
        toponym = parse_toponym(text)
        scope = None if countries is None else tuple(sorted(countries))
        # "Southern Lebanon" is a region's whole name; "southern Kharkiv region" is not.
        for name in dict.fromkeys((text if toponym.relation == "near" else toponym.name, toponym.name)):
            stem = stem_key(name_key(name))
            stems = self._beginning(stem) if scope is None else self._stems(scope)
            if stem in stems:
                break
        if not stem:
            return [], 0.0
        if stem in stems:
            codes, score = sorted(set(stems[stem])), 1.0
        elif codes := self._called_otherwise(text, scope, anywhere=anywhere) or self._abbreviated(stem, text, scope):
            score = 1.0
        elif fuzzy and len(stem) >= 4:
            codes, score = self._similar_regions(toponym.name, stem, self._stems(scope))
        else:
            return [], 0.0
        if toponym.kind == "region":
            codes = [code for code in codes if not self.regions[code].is_city] or codes
        return codes, score

    def _called_otherwise(self, text: str, scope: tuple[str, ...] | None, *, anywhere: bool) -> list[str]:
        """Return the regions that have a name in another language, or those of an area of several."""
        toponym = parse_toponym(text)
        if not (self.more and (scope or anywhere or toponym.kind == "region")):
            return []
        for name in dict.fromkeys((text, toponym.name)):
            exactly = anywhere and toponym.kind == "any"
            codes = [code for code in regions_called(name, scope, spelled=exactly) if code in self.regions]
            if codes:
                return codes
        area = find_named_area(toponym.whole, scope[0]) if scope is not None and len(scope) == 1 else None
        return list(area.regions(self.regions)) if area is not None else []

    def _abbreviated(self, stem: str, text: str, scope: tuple[str, ...] | None) -> list[str]:
        """Return the one region of which a text gives the beginning: "Харьк. обл."."""
        short = re.match(r"\s*[^\W\d]+\.\s*\w", text)
        if len(stem) < _TELLING or short is None or parse_toponym(text).kind != "region":
            return []
        stems = self._beginning(stem) if scope is None else self._stems(scope)
        found = {code for own, codes in stems.items() if own.startswith(stem) for code in codes}
        found = {code for code in found if not self.regions[code].is_city}
        return sorted(found) if len(found) == 1 else []

    def named(self, text: str, countries: Iterable[str] | None = None) -> list[str]:
        """Return the codes of the regions of which a text is the whole name, "Volyn", and not that of an inhabitant."""
        key = name_key(text)
        # Hardly any name is among a region's words; that is seen before the regions' names are taken apart.
        codes, _ = self.find_regions(text, countries, fuzzy=False) if key in self._runs else ([], 0.0)
        return [code for code in codes if key in self._own_keys(code)]

    def _parsed(self, code: str) -> list[tuple[str, Toponym]]:
        """Return all names of a region, each with what it is taken apart into."""
        return [(name, parse_toponym(name)) for name in self._names_of(code)]

    def is_called(self, code: str, text: str) -> bool:
        """Return whether a region has a name letter by letter, with or without the word for its kind."""
        names = {each for name in self._names_of(code) for each in (plain(name), plain(parse_toponym(name).name))}
        return plain(text) in names

    def _names_of(self, code: str) -> tuple[str, ...]:
        """Return all names of a region; of one that is called "South" also "Southern" and "South Lebanon"."""
        region = self.regions[code]
        names = (*region.names.values(), *REGION_ALIASES.get(code, ()))
        words = _COMPASS_WORDS.get(region.names.get("en", ""), ())
        country = self.country_name(region.country, "en") if words else ""
        return (*names, *words, *(f"{word} {country}" for word in words), *_compass_names(region.names.get("en", "")))

    def is_named_after(self, code: str, names: Iterable[str]) -> bool:
        """Return whether a region's name is that of what has these names: Chattogram Division from Chattogram."""
        own = self._bare_keys(code)
        return any(name_key(name) in own for name in names)

    def _bare_keys(self, code: str) -> set[str]:
        """Return the keys of a region's names without the word for its kind."""
        if code not in self._bare:
            self._bare[code] = {name_key(parse_toponym(text).name) for text in self.regions[code].names.values()}
        return self._bare[code]

    def _own_keys(self, code: str) -> set[str]:
        return {name_key(one) for name in self._names_of(code) for one in (name, parse_toponym(name).name)}

    def _similar_regions(self, name: str, stem: str, stems: dict[str, list[str]]) -> tuple[list[str], float]:
        """Return the region whose name is clearly nearest, by key or as spelled (swapped letters change a key)."""
        from rapidfuzz import fuzz, process
        from rapidfuzz.distance import DamerauLevenshtein

        found: dict[str, float] = {}
        for key, value, _ in process.extract(stem, list(stems), scorer=fuzz.ratio, score_cutoff=_FUZZY, limit=6):
            for code in stems[key]:
                found[code] = max(found.get(code, 0.0), value)
        text = plain(name)
        for code in {code for codes in stems.values() for code in codes}:
            for spelled in self.regions[code].names.values():
                own = plain(parse_toponym(spelled).name)
                value = 100 * DamerauLevenshtein.normalized_similarity(text, own, score_cutoff=0.79)
                found[code] = max(found.get(code, 0.0), value)
        found = {code: value for code, value in found.items() if value < _FUZZY or self._alike(text, code)}
        best = max(found.values(), default=0.0)
        if best < _FUZZY:
            return [], 0.0
        near = sorted(code for code, value in found.items() if best - value < _MARGIN)
        around = {name_key(parse_toponym(text).name) for code in near for text in self.regions[code].names.values()}
        one_name = len(near) == 1 or (
            any(self.regions[code].is_city for code in near) and len({stem_key(key) for key in around}) <= 3
        )
        return (near, best / 100) if one_name else ([], 0.0)

    def _alike(self, text: str, code: str) -> bool:
        """Return whether each word of several is like its counterpart: "West Kordofan" is not South Kordofan."""
        from rapidfuzz.distance import DamerauLevenshtein

        words = text.split()
        directed = words[0].title() in _COMPASS_WORDS
        if any(name.split(" ")[0] in _COMPASS_WORDS for name in self._names_of(code)) != directed and len(words) == 1:
            return False  # "northern Kordofan" is not South Kordofan
        for own in (plain(name if one.relation == "near" else one.name).split() for name, one in self._parsed(code)):
            if len(words) == 1 or len(own) != len(words):
                return True
            if all(
                DamerauLevenshtein.normalized_similarity(*pair) >= _WORD and not _are_other_directions(*pair)
                for pair in zip(words, own, strict=True)
            ):
                return True
        return False

    def _stems(self, countries: tuple[str, ...] | None) -> dict[str, list[str]]:
        """Return the regions of some countries, of all when left out, by the stems of their names."""
        if countries not in self._stems_of:
            codes = (
                self.regions if countries is None else [c for one in countries for c in self._by_country.get(one, ())]
            )
            self._stems_of[countries] = self._stems_for(codes)
        return self._stems_of[countries]

    def _stems_for(self, codes: Iterable[str]) -> dict[str, list[str]]:
        stems: dict[str, list[str]] = {}
        for code in codes:
            for stem in self._stems_of_region(code):
                stems.setdefault(stem, []).append(code)
        return stems

    def _stems_of_region(self, code: str) -> list[str]:
        if code not in self._region_stems:
            read = self._parsed(code)
            names = dict.fromkeys(
                name for text, one in read for name in (text if one.relation == "near" else one.name, text)
            )
            stems = dict.fromkeys(stem_key(name_key(name)) for name in names)
            self._region_stems[code] = [stem for stem in stems if stem]
        return self._region_stems[code]

    def _beginning(self, stem: str) -> dict[str, list[str]]:
        """Return the stems of those of the world's regions that have a word beginning like this one."""
        letters = stem[:_TELLING]
        if letters not in self._beginnings:
            sizes = range(1, len(letters) + 1)
            codes = {code for size in sizes for code in self._words.get(letters[:size], ())}
            self._beginnings[letters] = self._stems_for(sorted(codes))
        return self._beginnings[letters]

    @functools.cached_property
    def _words(self) -> dict[str, set[str]]:
        """The regions by the first letters of each word of their names: to take all names apart takes long."""
        words: dict[str, set[str]] = {}
        texts = [
            (code, word) for code in self.regions for name in self._names_of(code) for word in (name, *name.split())
        ]
        for (code, _), key in zip(texts, _keys(word for _, word in texts), strict=True):
            words.setdefault(key[:_TELLING], set()).add(code)
        return words

    @functools.cached_property
    def _runs(self) -> frozenset[str]:
        """The keys of any words of a region's name that stand together; a name without words for its kind is some."""
        names = (name.split() for code in self.regions for name in self._names_of(code))
        runs = (" ".join(words[i:j]) for words in names for i, j in itertools.combinations(range(len(words) + 1), 2))
        return frozenset(_keys(dict.fromkeys(runs)))


def _are_other_directions(word: str, other: str) -> bool:
    pairs = [_COMPASS_WORDS.get(each.title()) for each in (word, other)]
    return None not in pairs and pairs[0] != pairs[1]


def _compass_names(name: str) -> Iterator[str]:
    """Yield "Northern Kordofan" for "North Kordofan", and the other way round."""
    first, _, rest = name.partition(" ")
    for word in _COMPASS_WORDS.get(first, ()) if rest else ():
        if word != first:
            yield f"{word} {rest}"


def _keys(texts: Iterable[str]) -> list[str]:
    return key_lines("\n".join(texts)).tobytes().decode("ascii").split("\n")


def _read_columns() -> list[list[str | None]]:
    """Read the names of the shipped regions without their polygons, which take longer."""
    import pyarrow.parquet as pq

    from impactmap.reference import layer_info

    with resources.as_file(resources.files("impactmap.reference").joinpath(layer_info("regions")["file"])) as path:
        table = pq.ParquetFile(path).read(columns=list(_COLUMNS), use_threads=False)
    return [table[name].to_pylist() for name in _COLUMNS]
