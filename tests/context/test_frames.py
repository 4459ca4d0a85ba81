"""Text columns that the context stage adds."""

import numpy as np
import pandas as pd

from impactmap.context import _frames
from impactmap.context._frames import objects, set_texts, text_where


def test_text_stands_where_the_mask_holds(monkeypatch):
    monkeypatch.setattr(_frames, "PART", 3)
    mask = np.array([True] * 4 + [False] * 4 + [True] * 2)
    column = set_texts(pd.DataFrame(index=range(10)), {"a": text_where(mask, "said")})["a"]
    assert column.dtype == "str"
    assert column.notna().tolist() == mask.tolist()
    assert set(column.dropna()) == {"said"}


def test_text_of_no_rows_and_no_text_for_rows():
    assert len(text_where(np.array([], dtype=bool), "said")) == 0
    assert text_where(np.array([True, False]), None).to_pylist() == [None, None]


def test_rows_that_all_have_a_text_share_it():
    column = text_where(np.ones(1_000_000, dtype=bool), "x" * 100)
    assert column.to_pylist()[-1] == "x" * 100
    assert len({part.buffers()[2].address for part in column.chunks}) == 1


def test_missing_texts_become_none():
    column = pd.Series(["UA", np.nan, None, "RU", "UA"], dtype=object)
    assert objects(column).tolist() == ["UA", None, None, "RU", "UA"]
    assert objects(column.astype("str")).tolist() == ["UA", None, None, "RU", "UA"]
    assert objects(column.head(0)).tolist() == []
