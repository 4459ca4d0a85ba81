"""The first case of a Ukrainian or Russian name that stands in another: "у Кременчуці", "над Белгородом", "Сумах"."""

from __future__ import annotations

import functools
import itertools
import re
from typing import Final

__all__ = ["first_cases", "is_inflected"]

# Endings of the other cases, and what they may come from; "" is a name that ends in a consonant. Longer ones first.
_ENDINGS: Final = {
    ending: tuple(endings.split("|"))
    for ending, _, endings in (
        pair.partition("=")
        for pair in re.findall(
            r"\S+",
            """
            ового=овий|ове ького=ький|ьке ському=ський|ське ському=ск|ський ого=ий|ій|е|ый|ой|ое|ий его=ий|ее
            ому=ий|е|ый|ой|ое|ий ему=ий|ее ові=ів|ово|о еві=їв|ево|ев єві=їв ова=ів|ово|ов ову=ів|ово|ов
            овом=ів|ово|ов евом=їв|ево|ев євом=їв ове=ово|ов ева=їв|ево|ев єва=їв єву=їв еву=їв|ево|ев
            ці=ка|к|ць|ця|ці|ець зі=га|г сі=ха|х ця=ець|ця|ц цю=ець|ця ця=ець цем=ець|це цах=ці|цы|ца цях=ці|ця ців=ці
            ца=ец|ца цу=ец|ца цом=ец|цо це=ец|ца|це ка=ок|к|ко ку=ок|ка|к|ко ком=ок|к|ко ке=ок|ка|к|ко ок=ки
            полі=піль|поль|поле поля=піль|поль|поле полю=піль|поль|поле полем=піль|поль|поле поле=поль
            розі=ріг рогу=ріг рогом=ріг рога=ріг|рог роге=рог
            ії=ія ію=ія ією=ія ии=ия|ий ию=ия|ий ией=ия ием=ий|ие
            ами=и|ы|а ями=і|и|я ам=и|ы|а ям=і|и|я ых=ые их=ие|і ах=и|ы|а|е ях=і|и|я
            жем=ж шем=ш чем=ч щем=щ
            ою=а ею=я|а єю=я ої=а ій=а|я ой=а|ая|ой ую=ая юю=яя ей=я|а|ь им=ий|е|ий|ое ым=ый|ое|ов|ово|ово їм=їй
            ом=|о|е|ое ем=ь|е|й|є єм=й|є ью=ь ню=нь|ня
            у=|а|о|е ю=|я|ь|й|є|е а=|о|е я=ь|й|є|е е=|а|о|я|ь|й і=|а|о|я|ь|й|е и=а|я|ь|і ы=а
            """,
        )
    )
}
#: Endings of other cases: without a preposition only these are taken for one, and only where a city is called so.
_OTHER_CASE: Final = re.compile(
    "(?:у|ю|ом|ем|єм|ах|ях|ам|ям|ами|ями|ого|его|ому|ему|ої|ою|ею|єю|ові|еві|єві|і|е|їм|ым)$"
)
_MOST: Final = 48
_SHORTEST: Final = 2  # letters of a stem


@functools.lru_cache(maxsize=16_384)
def first_cases(name: str) -> tuple[str, ...]:
    """Return the texts that a name may be in the first case, those of the longest ending first.

    Examples
    --------
    >>> "Кременчук" in first_cases("Кременчуці"), "Біла Церква" in first_cases("Білій Церкві")
    (True, True)
    """
    words = name.casefold().split()
    if not 1 <= len(words) <= 3:
        return ()
    options = [[*_of_word(word), word] for word in words]
    found = dict.fromkeys(" ".join(each) for each in itertools.islice(itertools.product(*options), _MOST * 4))
    folded = name.casefold()
    return tuple(" ".join(word[:1].upper() + word[1:] for word in text.split()) for text in found if text != folded)[
        :_MOST
    ]


def is_inflected(name: str) -> bool:
    """Return whether a name that stands alone ends as in another case than the first."""
    words = name.casefold().split()
    return bool(words) and all(_OTHER_CASE.search(word) for word in words)


def _of_word(word: str) -> list[str]:
    found = []
    for ending, endings in _ENDINGS.items():
        if word.endswith(ending) and (len(word) - len(ending) >= _SHORTEST or word == ending):
            stem = word.removesuffix(ending)
            found += [stem + each for each in endings if each or stem[-1:] not in "аеєиіїоуюяёэыь"]
    return list(dict.fromkeys(found))
