"""What a name may stand for: countries, regions, settlements, and the seas and parts of the world of our own list."""

from __future__ import annotations

import dataclasses
import functools
import re
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Final, Literal

from anyascii import anyascii

from impactmap.articles.lexicon import LANGUAGES, lexicon, shared_words
from impactmap.places.gazetteer.named_areas import find_named_area
from impactmap.places.names.cases import first_cases
from impactmap.places.names.country_names import Language, country_name, country_names
from impactmap.places.names.keys import name_key
from impactmap.places.names.toponyms import parse_toponym, plain

if TYPE_CHECKING:
    import shapely

    from impactmap.places.geocoder import Gazetteer

__all__ = ["SHORT_COUNTRIES", "Meaning", "Names", "demonym_country"]

Kind = Literal["settlement", "region", "district", "country", "continent", "area", "sea", "river", "mountain", "island"]
_FEATURES: Final = {
    "continent": "continent",
    "region": "area",
    "sea": "sea",
    "river": "river",
    "mountain": "mountain",
    "island": "island",
}
_SHORTEST_CODE: Final = 4
_LEAST_LIKE: Final = 5  # letters of a name that is spelled by another scheme than in the gazetteer
_LEAST_KNOWN: Final = 10_000  # inhabitants of its settlement
_LEMMA_LANGUAGES: Final = {"uk": "uk", "ru": "ru"}
#: Abbreviations and forms of countries that no table of names has.
SHORT_COUNTRIES: Final = {
    "Америка": "US",
    "Америки": "US",
    "Америці": "US",
    "Америке": "US",
    "Америку": "US",
    "Англия": "GB",
    "UK": "GB",
    "U.K.": "GB",
    "US": "US",
    "U.S.": "US",
    "USA": "US",
    "U.S.A.": "US",
    "UAE": "AE",
    "США": "US",
    "РФ": "RU",
    "ОАЭ": "AE",
    "ОАЕ": "AE",
    "КНР": "CN",
    "КНДР": "KP",
    "ФРГ": "DE",
    "ЮАР": "ZA",
    "DRC": "CD",
}


@dataclasses.dataclass(frozen=True, slots=True)
class Meaning:
    """One thing that a name may stand for."""

    kind: str
    name: str
    country: str = ""
    region_code: str = ""
    place_id: str = ""
    latitude: float | None = None
    longitude: float | None = None
    population: int = 0
    codes: tuple[str, ...] = ()


@functools.cache
def _demonyms(language: str) -> tuple[dict[str, str], tuple[tuple[str, str], ...]]:
    """Return the words for people and things of a country: whole ones, and beginnings."""
    whole, begun = {}, []
    for code, words in lexicon(language).groups("demonyms").items():
        for word in words:
            if word.endswith("*"):
                begun.append((word[:-1].casefold(), code))
            else:
                whole[word.casefold()] = code
    return whole, tuple(begun)


def demonym_country(word: str, language: str) -> str:
    """Return the country whose adjective or people a word names, empty for none.

    Examples
    --------
    >>> demonym_country("Iraqi", "en"), demonym_country("російські", "uk"), demonym_country("rebel", "en")
    ('IQ', 'RU', '')
    """
    whole, begun = _demonyms(language)
    folded = word.casefold().replace("’", "'").replace("ʼ", "'")
    if folded in whole:
        return whole[folded]
    return next((code for stem, code in begun if folded.startswith(stem)), "")


class Names:
    """Look names up in a gazetteer, whatever case they stand in.

    Parameters
    ----------
    gazetteer
        Where settlements and regions are known.
    language
        Of the text.
    """

    def __init__(self, gazetteer: Gazetteer, language: Language) -> None:
        self.gazetteer = gazetteer
        self.language: Language = language
        self._lemma = _lemmatiser(language)
        self._known: dict[str, list[Meaning]] = {}

    def forms(self, text: str) -> list[str]:
        """Return the texts that a name may be in the first case, itself first."""
        name = text.replace("’", "'").replace("ʼ", "'").replace("\u00a0", " ")
        forms = [name]
        if self.language in _LEMMA_LANGUAGES:
            forms += first_cases(name)
            if self._lemma is not None:
                forms.append(" ".join(word[:1].upper() + word[1:] for word in map(self._lemma, name.split())))
        return list(dict.fromkeys(forms))

    def expect(self, texts: Iterable[str]) -> None:
        """Announce names, so that one pass over the gazetteer finds them all."""
        keys = {name_key(form) for text in texts for form in self.forms(text)}
        self.gazetteer.table.run().expect(keys)

    def meanings(self, text: str) -> list[Meaning]:
        """Return what a name may stand for, nothing where it is unknown."""
        if text not in self._known:
            self._known[text] = self._look_up(text)
        return self._known[text]

    def _look_up(self, text: str) -> list[Meaning]:
        if text in SHORT_COUNTRIES:
            return [self._country(SHORT_COUNTRIES[text])]
        forms = self.forms(text)
        spelled = {_spelled(form) for form in forms}
        found = [meaning for form in spelled for meaning in _features().get(form, ())]
        if codes := {code for form in spelled if (code := _countries().get(form))}:
            found += [self._country(code) for code in sorted(codes)]
        found += self._regions(forms)
        found += [] if found else self._named_areas(forms)
        found += self._settlements(forms[:1], {_spelled(forms[0])}) or self._settlements(forms[1:], spelled)
        return found

    def alike(self, text: str) -> list[Meaning]:
        """Return the settlements that a name may be by another scheme of spelling: "Izmail" for Izmayil."""
        return self._settlements([text], None) if len(text) >= _LEAST_LIKE else []

    def _named_areas(self, forms: list[str]) -> list[Meaning]:
        """Return the areas of several regions that a text names: Scotland, Darfur."""
        areas = (area for form in forms if (area := find_named_area(form)))
        return [
            Meaning(
                "region",
                area.names[0],
                area.country,
                place_id=f"area:{name_key(area.names[0])}",
                codes=area.regions(self.gazetteer.areas.regions),
            )
            for area in dict.fromkeys(areas)
        ]

    def _country(self, code: str) -> Meaning:
        return Meaning("country", country_name(code, "en"), code, place_id=f"country:{code}")

    def _regions(self, forms: list[str]) -> list[Meaning]:
        """Return the regions that a text names: with a word for their kind, or by their whole name."""
        areas = self.gazetteer.areas
        land = lexicon(self.language).words("kinds.land")  # the first case first
        if ending := next((each for each in land if forms[0].endswith(each)), ""):
            codes = areas.find_regions(forms[0].removesuffix(ending) + land[0], fuzzy=False)[0]
        elif parse_toponym(forms[0]).kind == "region":
            codes = areas.find_regions(forms[0], fuzzy=False)[0]
        else:
            codes = [code for form in forms for code in areas.named(form)]
            codes = [code for code in codes if any(areas.is_called(code, form) for form in forms)]
        return [self.region(code) for code in dict.fromkeys(codes)]

    def region(self, code: str) -> Meaning:
        """Return a region by its code."""
        region = self.gazetteer.areas.regions[code]
        name = self.gazetteer.areas.region_name(code, "en") or code
        people = self.gazetteer.table.population_of(region.country, region.admin1) if region.admin1 else 0
        return Meaning("region", name, region.country, code, f"iso:{code}", population=people)

    def _settlements(self, forms: list[str], spelled: set[str] | None) -> list[Meaning]:
        """Return the settlements of a name: spelled so or, without spellings, with its key."""
        table, areas = self.gazetteer.table, self.gazetteer.areas
        rows = dict.fromkeys(row for form in forms if (key := name_key(form)) for row in table.run().find(key))
        found = []
        for row in rows:
            if table.radius_km[row]:
                continue
            if spelled is None:
                if table.population[row] < _LEAST_KNOWN:
                    continue
            elif not any(_spelled(name) in spelled for name in table.names_of(row)):
                continue
            country = table.country_of(row)
            found.append(
                Meaning(
                    "settlement",
                    table.names_of(row)[0],
                    country,
                    areas.region_of(country, table.admin1_of(row)) or "",
                    table.id_of(row),
                    float(table.latitude[row]),
                    float(table.longitude[row]),
                    int(table.population[row]),
                )
            )
        return found

    @functools.cached_property
    def _country_shapes(self) -> dict[str, shapely.Geometry]:
        from impactmap.reference import load_layer

        layer = load_layer("countries")
        return dict(zip(layer["country"], layer.geometry, strict=True))

    def shape(self, meaning: Meaning) -> shapely.Geometry | None:
        """Return a place's geometry, EPSG:4326: a point for settlements, an area for regions and countries."""
        import shapely

        if meaning.kind == "settlement" and meaning.longitude is not None and meaning.latitude is not None:
            return shapely.Point(meaning.longitude, meaning.latitude)
        if meaning.codes:
            return self.gazetteer.areas.union(meaning.codes)
        if meaning.kind in {"region", "district"} and meaning.region_code:
            return self.gazetteer.areas.polygon(meaning.region_code)
        return self._country_shapes.get(meaning.country) if meaning.kind == "country" else None

    def position(self, meaning: Meaning) -> tuple[float, float] | None:
        """Return latitude and longitude: a place's own, or those of a point that stands for an area."""
        if meaning.latitude is not None and meaning.longitude is not None:
            return meaning.latitude, meaning.longitude
        if meaning.kind == "country" and meaning.country in _points():
            return _points()[meaning.country]
        shape = self.shape(meaning)
        return None if shape is None else _middle(shape)


def _middle(shape: shapely.Geometry) -> tuple[float, float]:
    import shapely

    largest = max(shapely.get_parts(shape), key=shapely.area)
    point = shapely.centroid(largest)
    return round(float(point.y), 4), round(float(point.x), 4)


@functools.lru_cache(maxsize=65_536)
def _spelled(name: str) -> str:
    """Return a name's letters: what differs in case, accents, hyphens and apostrophes alone is spelled alike."""
    text = plain(name)
    if not text.isascii() and not any("\u0400" <= letter <= "\u052f" for letter in text):
        text = anyascii(text).casefold()
    return "".join(letter for letter in text.replace("ё", "е") if letter.isalnum())


@functools.cache
def _features() -> dict[str, list[Meaning]]:
    found: dict[str, list[Meaning]] = {}
    for section, entries in shared_words("features").items():
        for names, latitude, longitude in entries:
            first = names.split("|")[0]
            meaning = Meaning(
                _FEATURES[section], first, place_id=f"feature:{name_key(first)}", latitude=latitude, longitude=longitude
            )
            for name in dict.fromkeys(map(_spelled, names.split("|"))):
                found.setdefault(name, []).append(meaning)
    return found


@functools.cache
def _points() -> dict[str, tuple[float, float]]:
    """Return the points that stand for countries, where that is not the middle of the largest piece of land."""
    return {code: (latitude, longitude) for code, (latitude, longitude) in shared_words("country_points").items()}


@functools.cache
def _countries() -> dict[str, str]:
    from babel import Locale

    found: dict[str, str] = {"": ""}
    for code in map(str, Locale.parse("en").territories):
        if len(code) != 2 or not code.isalpha() or code in {"EU", "EZ", "UN", "QO", "XA", "XB", "ZZ"}:
            continue
        for name in country_names(code):
            if not name.isascii() or len(name) >= _SHORTEST_CODE or not name.isupper():
                parts = re.split(r"[()]", name) if "(" in name else [name]
                for part in (name, *parts):
                    found.setdefault(_spelled(part.replace("&", "and")), code)
    return found


def _lemmatiser(language: str) -> Callable[[str], str] | None:
    """Return what gives a word's first case, None where the library is not installed."""
    if language not in _LEMMA_LANGUAGES:
        return None
    try:
        import simplemma
    except ImportError:
        return None
    return functools.partial(simplemma.lemmatize, lang=language)


assert set(_LEMMA_LANGUAGES) <= set(LANGUAGES)
