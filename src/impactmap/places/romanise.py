"""Write Ukrainian names in Latin letters as the state does: resolution 55 of its Cabinet of Ministers, of 2010."""

from __future__ import annotations

import re
from typing import Final

__all__ = ["romanise_ukrainian"]

_PAIRS: Final = """
а=a б=b в=v г=h ґ=g д=d е=e є=ie ж=zh з=z и=y і=i ї=i й=i к=k л=l м=m н=n о=o п=p р=r с=s т=t у=u ф=f х=kh ц=ts ч=ch
ш=sh щ=shch ь= ю=iu я=ia
"""
_LETTERS: Final = dict(pair.split("=") for pair in _PAIRS.split())
_FIRST: Final = {"є": "ye", "ї": "yi", "й": "y", "ю": "yu", "я": "ya"}
_WORD: Final = re.compile("[а-яіїєґ'’ʼ]+", re.IGNORECASE)


def romanise_ukrainian(text: str) -> str:
    """Return a Ukrainian name in Latin letters; what is not Ukrainian stays.

    Examples
    --------
    >>> romanise_ukrainian("Згурівка"), romanise_ukrainian("Кам’янка"), romanise_ukrainian("Нові Яриловичі")
    ('Zghurivka', 'Kamianka', 'Novi Yarylovychi')
    """
    return _WORD.sub(lambda found: _word(found.group()), text)


def _word(word: str) -> str:
    small = re.sub("['’ʼ]", "", word.casefold())
    if not small:
        return word
    first, rest = small[0], small[1:].replace("зг", "zgh")
    if small.startswith("зг"):
        first, rest = "", "zgh" + rest[1:]
    latin = _FIRST.get(first, _LETTERS.get(first, first)) + "".join(_LETTERS.get(letter, letter) for letter in rest)
    return latin.capitalize() if word[0].isupper() else latin
