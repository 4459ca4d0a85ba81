"""Names of places stay as the author spells them; what is more than another spelling does not."""

from __future__ import annotations

import pyarrow as pa
import pytest

from impactmap.places.names.spelling import authors_spelling, in_authors_spelling


@pytest.mark.parametrize(
    ("name", "reported", "shown"),
    [
        ("Zaporizhzhya", "Zaporizhzhia", "Zaporizhzhia"),
        ("Mykolayiv", "Mykolaiv", "Mykolaiv"),
        ("Izyum", "Izium", "Izium"),
        ("Khān Yūnis", "Khan Younis", "Khan Younis"),
        ("Dayr al Balaḩ", "Deir al Balah", "Deir al Balah"),
        ("Al-Junaynah", "Geneina", "Al-Junaynah"),
        ("Sumy", "near Sumy", "Sumy"),
        ("Sumy", "SUMY", "Sumy"),
        ("Sumy", "sumy", "Sumy"),
        ("Sumy", "Sumy (centre)", "Sumy"),
        ("Kharkiv", "Харків", "Kharkiv"),
        ("Харків", "Харьков", "Харків"),
        ("Sumy", "<b>Sumy</b>", "Sumy"),
    ],
)
def test_another_spelling_is_kept_and_nothing_else(name, reported, shown):
    assert authors_spelling(name, reported) == shown


def test_columns_keep_their_rows_and_what_is_missing():
    names = pa.array(["Izyum", None, "Izyum", "Sumy"], pa.large_string())
    reported = pa.array(["Izium", "Izium", None, "Sumy"], pa.large_string())
    assert in_authors_spelling(names, reported).to_pylist() == ["Izium", None, "Izyum", "Sumy"]
