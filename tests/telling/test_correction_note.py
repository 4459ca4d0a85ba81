"""A correction note says values as the map's page does."""

from __future__ import annotations

import pandas as pd
import pytest

from impactmap.claims.versions import Changes
from impactmap.telling.notes.correction_note import correction_note


def changed(what, before, after):
    row = {"event_id": "a", "what": what, "before": before, "after": after, "claimant": None}
    return Changes(changed=pd.DataFrame([row], dtype="str"), labels={"a": "Mombasa, 2025-11-09"})


@pytest.mark.parametrize(
    ("language", "what", "before", "after", "said"),
    [
        ("en", "date_end", "2025-11-08", "2025-11-09", "last day 8 November 2025, now 9 November 2025"),
        ("en", "date_start", None, "2025-11-09", "first day 9 November 2025 added"),
        ("en", "sectors", "power", "power; water", "sectors power, now power, water"),
        ("uk", "confirmation", "claimed", "confirmed", "заявлено"),
        ("uk", "side", "Ukraine", "Russia", "Україна"),
        ("ru", "place_precision", "region", "settlement", "населённый пункт"),
        ("uk", "place_country", "KE", "SD", "Судан"),
        ("en", "date_precision", "day", "week", "day, now week"),
        ("en", "source_name", "A; B", "B", "source A; B, now B"),
        ("en", "source_name", "2024", "19900", "source 2024, now 19900"),
        ("en", "note", "In 2024; see 1.", "In 2025.", "In 2024; see 1., now In 2025."),
        ("en", "households_without_power", "about 20000", "1234567.25", "about\xa020,000, now 1,234,567.25"),
        ("uk", "border_distance_km", "31.4", "32.1", "31,4 км, тепер 32,1 км"),
        ("en", "killed", "2 (1–4)", "at least 9", "killed 2 (1–4), now at least\xa09"),
    ],
)
def test_values_are_said_as_the_page_says_them(language, what, before, after, said):
    note = correction_note(changed(what, before, after), language=language)
    assert said in note
    assert "2025-11" not in note


@pytest.mark.parametrize(
    ("language", "named"), [("en", "Mombasa, 9 November 2025 (a)"), ("uk", "Mombasa, 9 листопада 2025\u202fр. (a)")]
)
def test_event_is_named_by_its_place_and_day(language, named):
    assert named in correction_note(changed("place", "A", "B"), language=language)
