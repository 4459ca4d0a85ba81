"""Codes that stand for a place's name: P-codes and codes of the codifier, where the register that ships has them."""

from __future__ import annotations

import dataclasses
import re
from typing import Final

from impactmap.places.gazetteer.areas import Areas
from impactmap.places.gazetteer.register import COUNTRY, DIGITS, Register
from impactmap.places.settle.decision import Query

__all__ = ["name_codes"]

_CODE: Final = re.compile(rf"\s*{COUNTRY}(\d{{2,{DIGITS}}})\s*", re.IGNORECASE)


def name_codes(query: Query, register: Register | None, areas: Areas) -> Query:
    """Return the query with names in place of the codes that the register has; others stay what they are.

    Parameters
    ----------
    query
        Of which place, region or district may be a code: ``UA63``, ``UA6312``, or all seventeen digits.
    register
        The register of the country whose codes these are; None without one.
    areas
        Names the regions.
    """
    changed: dict[str, str] = {}
    for name in ("place", "district", "region"):
        found = _CODE.fullmatch(getattr(query, name))
        named = register.named(found[1]) if found and register is not None else None
        if named is None:
            continue
        text, code = named
        region = areas.region_name(code, "uk") or code
        changed[name] = region if name == "region" else text or region
        if name == "place" and text and not (query.region or query.country):
            changed |= {"region": region, "country": COUNTRY}
    return dataclasses.replace(query, **changed) if changed else query
