"""The key of a name: what all the ways to write it have in common.

Two spellings are the same name when their `name_key` is equal. The key is Latin letters and digits only: other scripts
are transliterated by the library anyascii, and whatever the usual schemes write differently (``kh``/``h``/``g``,
``zh``/``ž``, ``ch``/``č``/``cz``/``ts``, ``ya``/``ia``/``ja``, ``w``/``v``, soft signs, doubled letters, hyphens) is
folded together.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from typing import Final

import numpy as np
from anyascii import anyascii

from impactmap.places.names.cases import first_cases

__all__ = ["key_lines", "name_key", "other_keys", "similarity", "skeleton_key", "skeleton_lines", "stem_key"]


class _Romaniser(dict[int, str]):
    """What each character becomes, worked out when it is first met: small Latin letters and digits, or nothing."""

    def __missing__(self, code: int) -> str:
        letter = chr(code)
        if unicodedata.category(letter)[0] in "LMN":  # the library spells signs out, too: "(c)", "deg"
            folded = letter.casefold()
            latin = "".join(_OURS.get(one) or anyascii(one) for one in folded)
        else:
            latin = ""
        self[code] = "".join(letter for letter in latin.lower() if letter.isascii() and letter.isalnum())
        return self[code]


# Letters that Russian and English texts write otherwise than the library does: "Karaganda" for "Қарағанды".
_OURS: Final = dict(pair.split("=") for pair in ["қ=k", "ҡ=k", "ң=n", "ҥ=n", "љ=l", "њ=n", "ђ=d", "ə=a", "ǝ=a"])
_ROMAN: Final = _Romaniser()
_LINES: Final = _Romaniser({10: "\n"})
# In this order. "šč", "szcz", "schtsch", "shch" are one letter, and so are "č", "cz", "tsch", "ch"; "ts", "c", "tc" go
# with them, since hardly any names differ in that alone: 3 pairs in the regions of Ukraine, 40 in those of the world.
_DIGRAPHS: Final = (
    *(("shch", "s"), ("schtsch", "s"), ("sch", "s"), ("zh", "z"), ("sh", "s"), ("sz", "s")),
    *(("kh", "h"), ("tz", "c"), ("ts", "c"), ("cz", "c"), ("ch", "c"), ("tc", "c"), ("sc", "s"), ("x", "ks")),
)
_DIGRAPHS_BYTES: Final = tuple((old.encode(), new.encode()) for old, new in _DIGRAPHS)
_LETTERS: Final = str.maketrans("gwyj", "hvii")
_LETTERS_BYTES: Final = bytes.maketrans(b"gwyj", b"hvii")
_DOUBLED: Final = re.compile(r"([a-z])\1+")
_DIPHTHONG: Final = re.compile("i(?=[aeou])")
_VOWELS: Final = np.isin(np.arange(256), [ord(letter) for letter in "aeou"])


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
    key = text.translate(_ROMAN)
    for old, new in _DIGRAPHS:
        key = key.replace(old, new)
    key = _DOUBLED.sub(r"\1", key.translate(_LETTERS))
    return _DOUBLED.sub(r"\1", _DIPHTHONG.sub("", key))


def key_lines(text: str) -> np.ndarray[tuple[int], np.dtype[np.uint8]]:
    """Return the keys of a text's lines, as ASCII with a line feed between them.

    The same as `name_key` for each line, some twenty times as fast for a gazetteer.
    """
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)
    if not len(codes):
        return np.empty(0, np.uint8)
    present = np.zeros(int(codes.max()) + 1, bool)
    present[codes] = True
    table = np.zeros(len(present), np.uint8)
    several: dict[str, int] = {}
    for code in np.flatnonzero(present).tolist():
        latin = _LINES[code]
        if len(latin) > 1 and latin not in several:  # one byte stands in for the letters until the end
            several[latin] = 128 + len(several)
        table[code] = min(several[latin], 255) if len(latin) > 1 else ord(latin) if latin else 0
    if len(several) > 128:  # Chinese, say, has more syllables than there are stand-ins
        raw = text.translate(_LINES).encode("ascii")
    else:
        letters = table[codes]
        raw = letters[letters > 0].tobytes()
        for latin, stand_in in several.items():
            raw = raw.replace(bytes([stand_in]), latin.encode())
    for old, new in _DIGRAPHS_BYTES:
        raw = raw.replace(old, new)
    key = _undouble(np.frombuffer(raw.translate(_LETTERS_BYTES), np.uint8))
    drop = np.zeros(len(key), bool)
    drop[:-1] = (key[:-1] == ord("i")) & _VOWELS[key[1:]]
    return _undouble(key[~drop])


def _undouble(key: np.ndarray[tuple[int], np.dtype[np.uint8]]) -> np.ndarray[tuple[int], np.dtype[np.uint8]]:
    keep = np.ones(len(key), bool)
    keep[1:] = (key[1:] != key[:-1]) | (key[1:] < ord("a"))
    return key[keep]


_ADJECTIVE: Final = re.compile(
    r"(?:(?<=[a-z]{2}k)(?:oho|omu|oiu|oi|im|ih|ii|a|i|e|o|u)|(?<=[a-z]{2}n)(?:a|i|e|oi|oho)|(?<=[a-z]{3})sina|(?<=[a-z]{3})sini)$"
)


# "Донеччина" is the land of Donetsk, "Белгородчина" that of Belgorod.
_LAND: Final = re.compile("(?<=[a-z]{2})(?:(d)|(?<!d))cin[aiu]$")


def stem_key(key: str) -> str:
    """Return the key of a region's or district's name without its adjective ending.

    "Kharkivska", "Kharkovskaya", "Харківської" and "Харківщина" come down to the stem of the town they are named after.
    """
    stem = _ADJECTIVE.sub("", _LAND.sub(lambda found: found[1] or "ck", key))
    return stem.removesuffix("sk") if len(stem) > 4 else stem


# What else a Latin spelling may stand for: ISO 9 B and DSTU 9112; German and Polish; French; ё as the English write it.
_SPELLINGS: Final = tuple(
    (signs, tuple((re.compile(pattern), letters) for pattern, letters in rules))
    for signs, rules in (
        ("x", (("x", "kh"),)),
        (("ch",), (("(?<![st])ch", "kh"),)),
        (("ch", "ou", "j"), (("tch", "č"), ("ch", "sh"), ("ou", "u"), ("j", "zh"))),
        (("yo", "jo"), (("[yj]o", "e"),)),
    )
)


def other_keys(text: str, *, inflected: bool = False) -> list[str]:
    """Return the keys that a name would have, were it spelled by a less usual scheme or, if `inflected`, in a case.

    Examples
    --------
    >>> name_key("Kharkiv") in other_keys("Charkiv"), name_key("Полтава") in other_keys("Полтаві", inflected=True)
    (True, True)
    """
    folded = unicodedata.normalize("NFC", text).casefold()
    texts = [folded]
    for signs, rules in _SPELLINGS:
        if not any(sign in folded for sign in signs):  # most names have none, and patterns take long
            continue
        spelled = folded
        for pattern, letters in rules:
            spelled = pattern.sub(letters, spelled)
        texts.append(spelled)
    if inflected:
        texts += first_cases(folded)
    return [key for key in dict.fromkeys(name_key(one) for one in texts) if key and key != name_key(text)]


_INNER_VOWELS: Final = re.compile("(?<=.)[aeiou]+")


@functools.lru_cache(maxsize=65_536)
def skeleton_key(key: str) -> str:
    """Return the consonants of a key, with the vowel that it begins with.

    A name in Ukrainian and in Russian differs most in its vowels: "Novohryhorivka" and "Новогригорьевка" have one
    skeleton. So do other names; it is a way to find what is to be compared.

    Examples
    --------
    >>> skeleton_key(name_key("Novohryhorivka")) == skeleton_key(name_key("Новогригорьевка"))
    True
    """
    return _DOUBLED.sub(r"\1", _INNER_VOWELS.sub("", key))


def skeleton_lines(keys: str) -> list[str]:
    """Return the skeletons of keys that stand one a line: the same as `skeleton_key` for each."""
    letters = np.frombuffer(b"\n" + keys.encode("ascii"), np.uint8)
    inner = _VOWELS[letters] | (letters == ord("i"))
    inner[1:] &= letters[:-1] != ord("\n")
    return _undouble(letters[~inner])[1:].tobytes().decode("ascii").split("\n")


def similarity(key: str, other: str) -> float:
    """Return how alike two keys are, 0 to 100: letters put in, left out, changed or swapped, vowels counting half.

    Examples
    --------
    >>> similarity("belhrod", "belhorod"), similarity("kiv", "lviv")
    (93.75, 62.5)
    """
    from rapidfuzz.distance import OSA

    whole = OSA.distance(key, other)
    consonants = min(whole, OSA.distance(skeleton_key(key), skeleton_key(other)))
    return 100.0 * (1 - (whole + consonants) / 2 / max(len(key), len(other), 1))
