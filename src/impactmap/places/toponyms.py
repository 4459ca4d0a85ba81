"""Read place names as people write them: scripts, spellings, type words, several names in a cell.

Two spellings are the same name when their `name_key` is equal. The key is Latin letters only: Cyrillic is
transliterated, and whatever the usual schemes write differently (``kh``/``h``/``g``, ``zh``/``ž``,
``ya``/``ia``/``ja``, ``w``/``v``, soft signs, doubled letters, hyphens) is folded together. `parse_toponym` takes the
words off that say what kind of place is meant and keeps what they said.
"""

from __future__ import annotations

import dataclasses
import functools
import re
import unicodedata
from collections.abc import Sequence
from typing import Final, Literal

from impactmap.places.vocabulary import DISTRICT, PLURAL, REGION, RELATIONS, SETTLEMENT, SITES, TOWN, VILLAGE

__all__ = ["Toponym", "name_key", "name_keys", "parse_toponym", "plain", "split_places", "stem_key"]

Kind = Literal["settlement", "district", "region", "any"]


def _pairs(text: str) -> tuple[tuple[str, str], ...]:
    return tuple((old, new) for old, new in (pair.split("=") for pair in text.split()))


# Russian, Ukrainian and Belarusian, then what other Cyrillic alphabets add, then Latin letters that do not decompose.
_ROMAN: Final = _pairs("""
а=a б=b в=v г=h ґ=h д=d е=e ё=e є=e ж=z з=z и=i і=i ї=i й=i к=k л=l м=m н=n о=o п=p р=r с=s т=t у=u ў=u ф=f х=h ц=c
ч=ch ш=s щ=s ъ= ы=i ь= э=e ю=u я=a
ј=i љ=l њ=n џ=dz ћ=c ђ=d ѓ=h ќ=k ѕ=dz қ=k ғ=h ә=a ө=o ү=u ұ=u ң=n һ=h ҳ=h ҷ=ch ӣ=i ӯ=u ҡ=k ҙ=z ҫ=s ӑ=a ӗ=e ӳ=u ӧ=o
ӱ=u ҥ=n ѣ=e ѳ=f ѵ=i
ø=o ł=l đ=d ð=d þ=th æ=ae œ=oe ı=i ə=a ħ=h ŧ=t ŋ=n
""")
_INVISIBLE: Final = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff]"
)
# Everything that only separates words or stands for a soft sign; what is not ASCII falls away by itself.
_REMOVE: Final = bytes(code for code in range(128) if code != 10 and not chr(code).isalnum())
_DIGRAPHS: Final = (
    *((b"shch", b"s"), (b"sch", b"s"), (b"zh", b"z"), (b"sh", b"s"), (b"kh", b"h")),
    *((b"tz", b"c"), (b"ts", b"c"), (b"cz", b"ch"), (b"x", b"ks")),
)
_LETTERS: Final = bytes.maketrans(b"gwyj", b"hvii")
_DIPHTHONGS: Final = (
    *((b"ii", b"i"), (b"ii", b"i"), (b"ia", b"a"), (b"iu", b"u"), (b"ie", b"e"), (b"io", b"o")),
    *((bytes((code, code)), bytes((code,))) for code in b"abcdefhklmnoprstuvz"),
)
# Letters that look alike in Latin and Cyrillic, small letters after case folding.
_LOOKALIKES: Final = dict(zip("aceiopxyhkmtb", "асеіорхуһкмтв", strict=True)) | {"s": "ѕ", "j": "ј"}
_TO_CYRILLIC: Final = str.maketrans(_LOOKALIKES | {"h": "н"})
_TO_LATIN: Final = str.maketrans({v: k for k, v in _LOOKALIKES.items()} | {"н": "h"})

_AND: Final = re.compile(r"\s*(?:;|\n|\s+(?:and|та|і|й|и)\s+|\s&\s)\s*", re.IGNORECASE)


def _affix(words: tuple[str, ...], *, dot: bool = True) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Return patterns for the words in front and at the end, the longest first; a dot may follow a word."""
    joined = "|".join(re.escape(word).replace(r"\ ", r"\s+") for word in sorted(set(words), key=len, reverse=True))
    mark = r"\.?" if dot else ""
    return re.compile(rf"^(?:{joined})(?:{mark}\s+|\.)(?=\S)", re.IGNORECASE), re.compile(
        rf"(?<=\S)\s+(?:{joined}){mark}$", re.IGNORECASE
    )


_PATTERNS: Final = {
    "region": _affix(REGION),
    "district": _affix(DISTRICT),
    "settlement": _affix(SETTLEMENT),
}
_RELATION_PATTERN: Final = _affix(RELATIONS, dot=False)[0]
_SITE_FRONT, _SITE_END = _affix(SITES, dot=False)


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
        What follows a comma: "Sumy oblast", "Ukraine".
    others
        Other spellings given beside the name: in brackets, after a slash.
    size
        ``town`` or ``village`` where the type word tells, else empty.
    mended
        Whether look-alike or invisible characters were found.
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


def plain(text: str) -> str:
    """Return text in one Unicode form without invisible characters, case folded, single spaces; its script is kept."""
    folded = _INVISIBLE.sub("", unicodedata.normalize("NFKC", text)).casefold().replace("ё", "е")
    return " ".join(folded.split())


@functools.lru_cache(maxsize=65_536)
def name_key(text: str) -> str:
    """Return the key under which spellings of one name are equal: Latin letters and digits, nothing else.

    Examples
    --------
    >>> name_key("Харків") == name_key("Kharkiv") == name_key("Harkiv")
    True
    >>> name_key("Ново-Михайлівка") == name_key("Novomykhailivka")
    True
    """
    return name_keys([text.replace("\n", " ")])[0]


def name_keys(texts: Sequence[str]) -> list[str]:
    """Return the keys of many names without line breaks, made in one pass over all of them."""
    text = "\n".join(texts)
    raw = text.lower().encode() if text.isascii() else _romanise(text)
    raw = raw.translate(None, delete=_REMOVE)
    for old, new in _DIGRAPHS:
        raw = raw.replace(old, new)
    raw = raw.translate(_LETTERS)
    for old, new in _DIPHTHONGS:
        raw = raw.replace(old, new)
    return raw.decode("ascii").split("\n")


def _romanise(text: str) -> bytes:
    text = _INVISIBLE.sub("", unicodedata.normalize("NFKC", text)).casefold()
    for old, new in _ROMAN:  # str.translate is slower on long texts
        text = text.replace(old, new)
    return unicodedata.normalize("NFKD", text).encode("ascii", "ignore")


_ADJECTIVE: Final = re.compile(
    r"(?:(?<=[a-z]{2}k)(?:oho|omu|oiu|oi|im|ih|ii|a|i|e|o|u)|(?<=[a-z]{2}n)(?:a|i|e|oi|oho)|(?<=[a-z]{3})sina|(?<=[a-z]{3})sini)$"
)


def stem_key(key: str) -> str:
    """Return the key of a region's or district's name without its adjective ending.

    "Kharkivska", "Kharkovskaya", "Харківської" and "Харківщина" come down to the stem of the town they are named after.
    """
    stem = _ADJECTIVE.sub("", key)
    return stem.removesuffix("sk") if len(stem) > 4 else stem


def mend_lookalikes(text: str) -> tuple[str, bool]:
    """Return text in which every word is in one script, and whether anything was changed.

    A word that mixes Latin and Cyrillic is carried to the script most of its telling letters belong to.
    """
    visible = _INVISIBLE.sub("", unicodedata.normalize("NFKC", text))
    changed = len(visible) != len(unicodedata.normalize("NFKC", text))
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


def _strip(text: str, kind: str) -> str | None:
    front, end = _PATTERNS[kind]
    for pattern in (end, front):
        found = pattern.sub("", text, count=1).strip(" ,.-")
        if found and found != text.strip(" ,.-"):
            return found
    return None


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
    mended, changed = mend_lookalikes(text)
    body = " ".join(mended.replace("’", "'").split()).strip(" ,;.")
    relation: Literal["at", "near", "site"] = "at"
    others: list[str] = []
    bracket = re.search(r"\s*\(([^()]*)\)\s*", body)
    if bracket:
        others.append(bracket.group(1).strip())
        body = (body[: bracket.start()] + " " + body[bracket.end() :]).strip()
    body, *hints = [part.strip() for part in body.split(",") if part.strip()] or [body]
    if "/" in body:
        body, *more = [part.strip() for part in body.split("/") if part.strip()] or [body]
        others.extend(more)
    if (without := _RELATION_PATTERN.sub("", body, count=1).strip()) != body and without:
        body, relation = without, "near"
    kind: Kind = "any"
    size: Literal["town", "village", ""] = ""
    whole = name = body
    for candidate in ("region", "district"):
        if (found := _strip(body, candidate)) is not None:
            kind, name, whole = candidate, found, found
            name = whole = _strip(name, "settlement") or name if candidate == "district" else name
            break
    else:
        if (found := _SITE_END.sub("", body, count=1)) != body or (found := _SITE_FRONT.sub("", body, count=1)) != body:
            name, relation = found.strip(), "site" if relation == "at" else relation
        if (found_name := _strip(name, "settlement")) is not None:
            word = name.replace(found_name, "", 1).strip(" .").casefold()
            size = "town" if word in TOWN else "village" if word in VILLAGE else ""
            kind, name = "settlement", found_name
    return Toponym(
        text, name, whole, kind, relation, tuple(hints), tuple(other for other in others if other), size, changed
    )


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
    parts = [part for part in (part.strip(" ,") for part in _AND.split(text)) if part]
    if len(parts) < 2:
        return [text.strip()]
    if "," in parts[0] and ";" not in text and "\n" not in text:  # "Kyiv, Odesa and Lviv regions"
        parts = [piece.strip() for piece in parts[0].split(",") if piece.strip()] + parts[1:]
    last = parts[-1].rsplit(None, 1)
    if len(last) == 2 and (single := PLURAL.get(last[1].casefold())):
        parts = [part if parse_toponym(part).kind != "any" else f"{part} {single}" for part in [*parts[:-1], last[0]]]
    return parts
