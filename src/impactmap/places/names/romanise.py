"""Write Ukrainian names in Latin letters as the state does: resolution 55 of its Cabinet of Ministers, of 2010."""

from __future__ import annotations

import functools

__all__ = ["romanise_ukrainian"]


@functools.lru_cache(maxsize=16_384)
def romanise_ukrainian(text: str) -> str:
    """Return a Ukrainian name in Latin letters; what is not Ukrainian stays.

    Examples
    --------
    >>> romanise_ukrainian("Згурівка"), romanise_ukrainian("Кам’янка"), romanise_ukrainian("Нові Яриловичі")
    ('Zghurivka', 'Kamianka', 'Novi Yarylovychi')
    """
    from translitua import UkrainianKMU, translit  # here: most runs show no name of the register

    return translit(text, UkrainianKMU)
