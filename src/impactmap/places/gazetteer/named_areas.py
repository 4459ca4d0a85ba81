"""Areas that reports name and no layer has: several first-level regions under one name, such as Darfur or Scotland."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Collection
from typing import Final

from impactmap.model.languages import READ_FIRST
from impactmap.places.names.country_names import Language
from impactmap.places.names.keys import name_key

__all__ = ["NamedArea", "find_named_area"]


@dataclasses.dataclass(frozen=True, slots=True)
class NamedArea:
    """Several first-level regions of one country.

    ``names`` are English, Ukrainian, Russian; ``codes`` ISO 3166-2, or a country's alone: all that no other area has.
    """

    names: tuple[str, str, str]
    codes: tuple[str, ...]
    others: tuple[str, ...] = ()

    @property
    def country(self) -> str:
        """ISO 3166-1 alpha-2."""
        return self.codes[0].partition("-")[0]

    def regions(self, known: Collection[str]) -> tuple[str, ...]:
        """Return the codes of its regions among those that are known; none where one is missing."""
        if self.codes == (self.country,):
            taken = {code for area in _AREAS for code in area.codes}
            return tuple(code for code in known if code.startswith(f"{self.country}-") and code not in taken)
        return self.codes if all(code in known for code in self.codes) else ()

    def name(self, language: Language) -> str:
        """Return the name in a language."""
        known = dict(zip(READ_FIRST, self.names, strict=True))
        return known.get(language, self.names[0])


def _codes(country: str, parts: str) -> tuple[str, ...]:
    return tuple(f"{country}-{part}" for part in parts.split())


_AREAS: Final = (
    NamedArea(("Donbas", "Донбас", "Донбасс"), _codes("UA", "09 14"), ("Donbass",)),
    NamedArea(("Galicia", "Галичина", "Галиция"), _codes("UA", "26 46 61"), ("Halychyna", "Східна Галичина")),
    NamedArea(("Galicia", "Галісія", "Галисия"), _codes("ES", "C LU OR PO")),
    NamedArea(("Darfur", "Дарфур", "Дарфур"), _codes("SD", "DC DE DN DS DW")),
    NamedArea(("Kordofan", "Кордофан", "Кордофан"), _codes("SD", "KN KS")),
    NamedArea(("Equatoria", "Екваторія", "Экватория"), _codes("SS", "EC EE EW")),
    NamedArea(("Bahr el Ghazal", "Бахр-ель-Газаль", "Бахр-эль-Газаль"), _codes("SS", "BN BW LK WR")),
    NamedArea(("Kivu", "Ківу", "Киву"), _codes("CD", "NK SK"), ("the Kivus", "Kivus")),
    NamedArea(
        ("Kurdistan Region", "Іракський Курдистан", "Иракский Курдистан"),
        _codes("IQ", "AR DA SU"),
        ("Iraqi Kurdistan", "Kurdistan Region of Iraq", "KRI"),
    ),
    NamedArea(("Catalonia", "Каталонія", "Каталония"), _codes("ES", "B GI L T"), ("Cataluña", "Catalunya")),
    NamedArea(("Andalusia", "Андалусія", "Андалусия"), _codes("ES", "AL CA CO GR H J MA SE"), ("Andalucía",)),
    NamedArea(
        ("Basque Country", "Країна Басків", "Страна Басков"), _codes("ES", "BI SS VI"), ("País Vasco", "Euskadi")
    ),
    NamedArea(("England", "Англія", "Англия"), ("GB",)),
    NamedArea(
        ("Scotland", "Шотландія", "Шотландия"),
        _codes(
            "GB",
            "ABD ABE AGB ANS CLK DGY DND EAY EDH EDU ELN ELS ERW FAL FIF GLG HLD IVC MLN MRY NAY NLK ORK PKN RFW SAY "
            "SCB SLK STG WDU WLN ZET",
        ),
    ),
    NamedArea(
        ("Wales", "Уельс", "Уэльс"),
        _codes("GB", "AGY BGE BGW CAY CGN CMN CRF CWY DEN FLN GWN MON MTY NTL NWP PEM POW RCT SWA TOF VGL WRX"),
    ),
    NamedArea(
        ("Northern Ireland", "Північна Ірландія", "Северная Ирландия"),
        _codes(
            "GB",
            "ANT ARD ARM BFS BLA BLY BNB CGV CKF CKT CLR CSR DGN DOW DRY FER LMV LRN LSB MFT MYL NDN NTA NYM OMH STB",
        ),
        ("Ulster",),
    ),
)


def find_named_area(text: str, country: str | None = None) -> NamedArea | None:
    """Return the one area that a text names, in a country (ISO 3166-1 alpha-2) or anywhere.

    Examples
    --------
    >>> find_named_area("Donbass").codes, find_named_area("Galicia"), find_named_area("Galicia", "ES").country
    (('UA-09', 'UA-14'), None, 'ES')
    """
    areas = [area for area in _by_key().get(name_key(text), ()) if country in {None, area.country}]
    return areas[0] if len(areas) == 1 else None


@functools.cache
def _by_key() -> dict[str, list[NamedArea]]:
    areas: dict[str, list[NamedArea]] = {}
    for area in _AREAS:
        for key in dict.fromkeys(name_key(name) for name in (*area.names, *area.others)):
            areas.setdefault(key, []).append(area)
    return areas
