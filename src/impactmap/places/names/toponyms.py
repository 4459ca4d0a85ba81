"""Read place names as people write them: scripts, spellings, type words, several names in a cell.

`parse_toponym` takes the words off that say what kind of place is meant and keeps what they said.
"""

from __future__ import annotations

import dataclasses
import functools
import html
import re
import unicodedata
from typing import Final, Literal

from impactmap.places.names.cases import is_inflected
from impactmap.places.names.vocabulary import DISTRICT, PLURAL, REGION, RELATIONS, SETTLEMENT, SITES, TOWN, VILLAGE

__all__ = ["Toponym", "mend_lookalikes", "parse_toponym", "plain", "split_places"]

Kind = Literal["settlement", "district", "region", "any"]


_INVISIBLE: Final = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff]"
)
# Letters that look alike in Latin and Cyrillic, small letters after case folding.
_LOOKALIKES: Final = dict(zip("aceiopxyhkmtb", "асеіорхуһкмтв", strict=True)) | {"s": "ѕ", "j": "ј"}
# Between Cyrillic letters "s" is the sound that it is ("Харківсka"); the letter that looks like it is Macedonian.
_TO_CYRILLIC: Final = str.maketrans(_LOOKALIKES | {"h": "н", "s": "с"})
_TO_LATIN: Final = str.maketrans({v: k for k, v in _LOOKALIKES.items()} | {"н": "h"})

#: Greek letters that look like Latin ones; small ones look otherwise than the capitals do.
_GREEK_TO_LATIN: Final = str.maketrans("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧαικνορτυχϲ", "ABEZHIKMNOPTYXaikvoptuxc")
_GREEK: Final = re.compile("[\u0370-\u03ff]")
_LATIN: Final = re.compile("[a-zA-Z]")
_CYRILLIC: Final = re.compile("[\u0400-\u052f]")

_AND: Final = re.compile(r"\s*(?:;|\n|\s+(?:and|та|і|й|и)\s+|\s&\s)\s*", re.IGNORECASE)


class _Affix:
    """Words that stand in front of a name or behind it; a dot may follow them."""

    def __init__(self, words: tuple[str, ...], *, dot: bool = True) -> None:
        joined = "|".join(re.escape(word).replace(r"\ ", r"\s+") for word in sorted(set(words), key=len, reverse=True))
        mark = r"\.?" if dot else ""
        self._front = re.compile(rf"^(?:{joined})(?:{mark}\s+|\.)(?=\S)", re.IGNORECASE)
        self._end = re.compile(rf"(?<=\S)\s+(?:{joined}){mark}$", re.IGNORECASE)
        # Most names have none of the words; that is seen faster than by the patterns.
        self._firsts = frozenset(_first(word) for word in words)
        self._lasts = frozenset(_last(word) for word in words)

    def strip(self, text: str, *, ends: bool = True) -> str:
        """Return text without the words at its end, else without those in front; as it is where nothing is left."""
        found = ""
        if ends and _last(text) in self._lasts:
            found = self._end.sub("", text, count=1).strip(" ,.-")
        if found in {"", text} and _first(text) in self._firsts:
            found = self._front.sub("", text, count=1).strip(" ,.-")
        return found or text


def _first(text: str) -> str:
    return text.casefold().split(None, 1)[0].split(".", 1)[0] if text.strip() else ""


def _last(text: str) -> str:
    return text.casefold().rstrip(".").rsplit(None, 1)[-1] if text.strip(" .") else ""


_REGION: Final = _Affix(REGION)
_DISTRICT: Final = _Affix(DISTRICT)
_SETTLEMENT: Final = _Affix(SETTLEMENT)
_RELATION: Final = _Affix(RELATIONS, dot=False)
_BESIDE: Final = re.compile(
    r"(.+?)\s+(near|outside|close to|in the area of|біля|поблизу|неподалік від|возле|около|вблизи|недалеко от)\s+(.+)",
    re.IGNORECASE,
)
_SOMETHING: Final = frozenset(
    {
        *(
            "village",
            "a village",
            "unnamed village",
            "town",
            "settlement",
            "field",
            "a field",
            "forest",
            "road",
            "area",
        ),
        *("position", "positions", "village unknown", "село", "поле", "ліс", "лес", "дорога", "деревня", "позиції"),
    }
)
_AWAY: Final = re.compile(
    r"(?:(?:за|в|у|at) )?(?:about |some |approximately |примерно |близько |около |~ ?)?(\d{1,3}(?:[.,]\d+)?)[ -]?"
    r"(km|kms|kilometers?|kilometres?|км|кілометрів|километров|miles?|миль|m|м|metres|meters|метров|метрів)\b\.?\s+"
    r"(?:away\s+)?(?:(?:from|від|от)\s+)?(?=\S)",
    re.IGNORECASE,
)
_ARTICLE: Final = re.compile(r"the\s+", re.IGNORECASE)
# Between the word for a kind and the name: "departamento del Cauca", "département de la Seine", but "de La Pampa".
_OF: Final = re.compile(
    r"(?:(?:de|del|do|da|dos|das|di|della|du|des|DE|DEL|DO|DOS|DU|DES)\s+|d')(?:(?:l[ae]s?\s+|l')(?=[^\W\d_a-z]))?(?=\S)"
)
# In front of a name, which may then stand in another case: "у Сумах", "над Белгородом", "in Kassala".
_IN: Final = re.compile(
    "(?:(?i:[ву]|во|на|над|по|до|з|із|зі|из)\\s+(?=[А-ЯІЇЄҐЁ])|(?i:in|at|over|inside|within)\\s+(?=[^\\W\\d_a-z]))"
)
_IN_KIND: Final = re.compile(r"(?:[ву]о?|на|над|з|із|из|до|in|at)\s+(?=\w+\.?\s)", re.IGNORECASE)
_FIRSTS: Final = frozenset(_first(word) for word in (*SETTLEMENT, *DISTRICT))
_COMPASS: Final = frozenset(
    {"north", "south", "east", "west", "central", "northern", "southern", "eastern", "western", "upper", "lower"}
)
_KINDS: Final = frozenset(word.casefold() for word in (*REGION, *DISTRICT, *SETTLEMENT))
_SITE: Final = _Affix(SITES, dot=False)


@dataclasses.dataclass(frozen=True, slots=True)
class Toponym:
    """A place name taken apart.

    Attributes
    ----------
    original
        The text as given, untouched.
    name
        The name without type words; look-alike and invisible characters mended.
    whole
        The same with its settlement word ("Mexico City" is a name as it stands).
    kind
        What the type word says: ``settlement``, ``district``, ``region``, or ``any`` without one.
    relation
        ``at``, ``near`` ("south of", "outskirts of") or ``site`` (an airport or a quarry named after the place).
    hints
        What follows a comma, or a region or district in brackets: "Sumy oblast", "Ukraine".
    others
        Other spellings given beside the name: in brackets, after a slash.
    size
        ``town`` or ``village`` where the type word tells, else empty.
    mended
        Whether look-alike or invisible characters were found.
    away_km
        How far from it the report says: "10 km south of".
    inflected
        Whether the name may stand in another case than in a gazetteer: "под Харьковом", "у Харкові".
    body
        The name with the words for its kind.
    cased
        Whether a preposition says that it stands in another case.
    """

    original: str
    name: str
    whole: str
    kind: Kind = "any"
    relation: Literal["at", "near", "site"] = "at"
    hints: tuple[str, ...] = ()
    others: tuple[str, ...] = ()
    size: Literal["town", "village", ""] = ""
    mended: bool = False
    away_km: float = 0.0
    inflected: bool = False
    body: str = ""
    cased: bool = False


@functools.lru_cache(maxsize=65_536)
def plain(text: str) -> str:
    """Return text in one Unicode form without invisible characters, case folded, single spaces; its script is kept."""
    folded = _INVISIBLE.sub("", unicodedata.normalize("NFKC", text)).casefold().replace("ё", "е")
    return " ".join(folded.split())


def mend_lookalikes(text: str) -> tuple[str, bool]:
    """Return text in which every word is in one script, and whether anything was changed.

    A word that mixes Latin and Cyrillic is carried to the script most of its telling letters belong to.
    """
    if text.isascii():
        return text, False
    composed = unicodedata.normalize("NFKC", text)
    visible = _INVISIBLE.sub("", composed)
    changed = len(visible) != len(composed)
    if _GREEK.search(visible) and (_LATIN.search(visible) or _CYRILLIC.search(visible)):
        # A word of Greek letters alone is Greek; among others they are look-alikes.
        mixed = (
            word.translate(_GREEK_TO_LATIN) if _LATIN.search(word) or _CYRILLIC.search(word) else word
            for word in re.split(r"(\s+)", visible)
        )
        visible, changed = "".join(mixed), True
    if not (_LATIN.search(visible) and _CYRILLIC.search(visible)):
        return visible, changed
    words = []
    for word in re.split(r"(\s+)", visible):
        folded = word.casefold()
        cyrillic = sum("\u0400" <= letter <= "\u052f" for letter in folded)
        latin = sum("a" <= letter <= "z" for letter in folded)
        if not (cyrillic and latin):
            words.append(word)
            continue
        telling_latin = sum("a" <= letter <= "z" and letter not in _LOOKALIKES for letter in folded)
        telling_cyrillic = cyrillic - sum(letter in _LOOKALIKES.values() or letter == "н" for letter in folded)
        to_cyrillic = (telling_cyrillic, cyrillic) >= (telling_latin, latin)
        words.append(folded.translate(_TO_CYRILLIC if to_cyrillic else _TO_LATIN))
        changed = True
    return "".join(words), changed


@functools.lru_cache(maxsize=65_536)
def parse_toponym(text: str) -> Toponym:
    """Take a place name apart.

    Parameters
    ----------
    text
        One place, in English, Ukrainian or Russian, in any spelling.

    Returns
    -------
    Toponym
        The name and what was said about it.

    Examples
    --------
    >>> found = parse_toponym("near Kharkiv, Ukraine")
    >>> found.name, found.relation, found.hints
    ('Kharkiv', 'near', ('Ukraine',))
    >>> parse_toponym("Харьковская обл.").kind
    'region'
    """
    mended, changed = mend_lookalikes(html.unescape(text))
    body = " ".join(mended.replace("’", "'").split()).strip(" ,;.")
    relation: Literal["at", "near", "site"] = "at"
    others: list[str] = []
    bracket = re.search(r"\s*\(([^()]*)\)\s*", body)
    aside: list[str] = []
    if bracket:
        inside = bracket.group(1).strip()
        around = _REGION.strip(inside) != inside or _DISTRICT.strip(inside) != inside
        (aside if around else others).append(inside)
        body = (body[: bracket.start()] + " " + body[bracket.end() :]).strip()
    body, *hints = [part.strip() for part in body.split(",") if part.strip()] or [body]
    hints += aside
    if "/" in body:
        body, *more = [part.strip() for part in body.split("/") if part.strip()] or [body]
        others.extend(more)
    if (beside := _BESIDE.fullmatch(body)) and _RELATION.strip(body, ends=False) == body:
        body, around_it = beside.group(1), beside.group(3)
        if body.casefold() in _SOMETHING:
            body, relation = around_it, "near"
        else:
            hints.append(around_it)
    if dash := re.split(r"\s+[-–—]\s+", body, maxsplit=1)[1:]:
        body = body[: -len(dash[0])].rstrip(" -–—")
        hints.extend(dash)
    away_km = 0.0
    if away := _AWAY.match(body):
        body, relation, away_km = body[away.end() :], "near", _kilometres(away[1], away[2])
    if (article := _ARTICLE.match(body)) and _RELATION.strip(rest := body[article.end() :], ends=False) != rest:
        body = rest
    cased = False
    if (inside_it := _IN.match(body)) or (
        (inside_it := _IN_KIND.match(body)) and _first(body[inside_it.end() :]) in _FIRSTS
    ):
        body, cased = body[inside_it.end() :], True
    # "Northern District" has the direction for its name.
    if (without := _RELATION.strip(body, ends=False)) != body and without.casefold() not in _KINDS:
        body, relation = without, "near"
    inflected = relation == "near" or cased
    kind: Kind = "any"
    size: Literal["town", "village", ""] = ""
    body = body.strip(" ,.-")
    whole = name = body
    if (found := _REGION.strip(body)) != body:
        kind, name = "region", _without_of(found, body)
        whole = name
    elif (found := _DISTRICT.strip(body)) != body:
        kind = "district"
        name = whole = _SETTLEMENT.strip(_without_of(found, body))
    else:
        if (found := _SITE.strip(body)) != body:
            name, relation = found, "site" if relation == "at" else relation
        if (found := _SETTLEMENT.strip(name)) != name:
            word = name.replace(found, "", 1).strip(" .").casefold()
            size = "town" if word in TOWN else "village" if word in VILLAGE else ""
            kind, name = "settlement", found
            if (twice := _SETTLEMENT.strip(name)) != name:  # "Rajshahi City town", but "Quezon City town"
                others.append(twice)
    return Toponym(
        text, name, whole, kind, relation, tuple(hints), tuple(other for other in others if other), size, changed,
        away_km, (inflected or is_inflected(name)) and bool(_CYRILLIC.search(name)), body, relation == "near" or cased,
    )  # fmt: skip


def _without_of(found: str, body: str) -> str:
    """Return what followed the word for a kind without the "of" between them."""
    of = _OF.match(found) if body.endswith(found) else None
    return found[of.end() :] if of else found


def _kilometres(number: str, unit: str) -> float:
    value, unit = float(number.replace(",", ".")), unit.casefold()
    if unit.startswith(("mil", "мил")):
        return 1.6 * value
    return value if unit.startswith(("k", "к")) else value / 1000


def split_places(text: str) -> list[str]:
    """Return the places that one text names, in order.

    "Kyiv region and Kharkiv region" and "Kyiv and Kharkiv regions" are both two regions.

    Examples
    --------
    >>> split_places("Kyiv and Kharkiv regions")
    ['Kyiv region', 'Kharkiv region']
    >>> split_places("Rostov-on-Don")
    ['Rostov-on-Don']
    """
    text = html.unescape(text)
    parts = [part for part in (part.strip(" ,") for part in _AND.split(text)) if part]
    if len(parts) == 1 and "," in text and _last(text) in PLURAL:  # "Kharkiv, Sumy, Poltava regions"
        parts = [part.strip() for part in text.split(",") if part.strip()]
    if len(parts) < 2:
        return [text.strip()]
    if "," in parts[0] and ";" not in text and "\n" not in text:  # "Kyiv, Odesa and Lviv regions"
        parts = [piece.strip() for piece in parts[0].split(",") if piece.strip()] + parts[1:]
    if (whole := parts[-1].split(None, 1)) and len(whole) == 2 and whole[0].casefold() in _COMPASS:
        parts = [f"{part} {whole[1]}" if part.casefold() in _COMPASS else part for part in parts]
    last = parts[-1].rsplit(None, 1)
    if len(last) == 2 and (single := PLURAL.get(last[1].casefold())):
        parts = [part if parse_toponym(part).kind != "any" else f"{part} {single}" for part in [*parts[:-1], last[0]]]
    return parts
