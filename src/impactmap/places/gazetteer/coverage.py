"""Where the gazetteer knows few places, and how more of them are added."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from impactmap.places.geocoder import Gazetteer

__all__ = ["coverage_notes", "unknown_places"]

#: With fewer places than one on so many square kilometres a country's villages are missing.
THIN_KM2: Final = 100.0


def unknown_places(located: pd.DataFrame, gazetteer: Gazetteer) -> Counter[tuple[str, bool]]:
    """Count the rows of each country whose place is known, and those whose place is not.

    Parameters
    ----------
    located
        From `geocode_events`: ``country`` and the columns of the place.
    gazetteer
        Reads the names of countries.

    Returns
    -------
    collections.Counter
        By ISO 3166-1 alpha-2 code (empty where the row says none) and whether the place is known.
    """
    code = located["place_country"].astype(object).to_numpy(copy=True)
    hint = located["country"] if "country" in located else pd.Series(pd.NA, index=located.index)
    open_rows = np.flatnonzero(pd.isna(code))
    texts = hint.iloc[open_rows]
    codes = {text: gazetteer.areas.find_country(str(text)) for text in texts.dropna().unique()}
    code[open_rows] = [codes.get(text) if isinstance(text, str) else None for text in texts]
    known = (located["place_status"] != "not_found").to_numpy()
    given = located["place_status"].notna().to_numpy() & ~located["place_status"].isin(["invalid"]).to_numpy()
    pairs = zip(code[given].tolist(), known[given].tolist(), strict=True)
    return Counter((name or "", bool(there)) for name, there in pairs)


def coverage_notes(counts: Counter[tuple[str, bool]], gazetteer: Gazetteer) -> list[str]:
    """Return a line on each country of which the gazetteer knows few places, and not all that the table names.

    Parameters
    ----------
    counts
        From `unknown_places`. Rows that say no country are taken to be of the one that most rows lie in.
    gazetteer
        Says how many places it knows.
    """
    total: Counter[str] = Counter()
    unknown: Counter[str] = Counter()
    for (code, known), count in counts.items():
        total[code] += count
        unknown[code] += 0 if known else count
    stated = Counter({code: count for code, count in total.items() if code})
    if unknown[""] and stated:
        usual = stated.most_common(1)[0][0]
        unknown[usual] += unknown[""]
        total[usual] += unknown[""]
    notes = []
    for code in sorted(code for code, count in unknown.items() if code and count):
        places = gazetteer.table.size_of(code)
        if not gazetteer.table.is_complete(code) and places * THIN_KM2 < _km2(code):
            notes.append(
                f"{gazetteer.areas.country_name(code, 'en')}: {unknown[code]:,} of {total[code]:,} rows name a place "
                f"that is not known. The gazetteer has {places:,} places of the country, few for its size. All that "
                f"GeoNames has are added by: impactmap gazetteer add {code}.zip (the country's file from GeoNames; "
                "docs/places.md says more)."
            )
    return notes


def _km2(code: str) -> float:
    from impactmap.geodesy.ellipsoid import GEOD
    from impactmap.places.boundaries import country_outline

    outline = country_outline(code)
    return 0.0 if outline is None else abs(GEOD.geometry_area_perimeter(outline)[0]) / 1e6
