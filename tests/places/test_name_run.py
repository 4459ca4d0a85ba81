"""Names found by likeness, against every name measured."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from rapidfuzz import fuzz

from impactmap.places import place_columns as columns
from impactmap.places.gazetteer import name_run
from impactmap.places.gazetteer.name_run import NameRun
from impactmap.places.names.keys import similarity


def some_keys(count: int = 4_000, seed: int = 8) -> list[str]:
    """Return names put together of syllables, some of them with digits, some empty."""
    rng = np.random.default_rng(seed)
    syllables = ["no", "vo", "mi", "ha", "liv", "ka", "kra", "bel", "hor", "od", "pet", "riv", "sk", "12", "z"]
    return ["".join(rng.choice(syllables, rng.integers(0, 6))) for _ in range(count)]


def run_of(keys: list[str]) -> NameRun:
    return NameRun(lambda: (pa.array(keys, pa.string()), np.arange(len(keys), dtype=np.int32)))


@pytest.mark.parametrize("cutoff", [72.0, 78.0, 86.0])
@pytest.mark.parametrize("key", ["belhorod", "novomihalivka", "krasnohorivka", "petriv12", "qqqqqqq", "sknovo"])
def test_names_like_one_are_all_that_are_like_it(key: str, cutoff: float, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(name_run, "_COMPARED", 5_000)
    keys = [*some_keys(), *(key[:at] + "a" + key[at + 1 :] for at in range(len(key)))]  # these are like it
    near = [row for row, other in enumerate(keys) if fuzz.ratio(key, other) >= cutoff - 8]
    alike = {row: similarity(key, keys[row]) for row in near}
    found = run_of(keys).find_similar(key, cutoff=cutoff, skeletons=False)
    assert dict(found) == {row: value for row, value in alike.items() if value >= cutoff}
    assert found


def test_nothing_is_like_a_name_where_there_are_no_names() -> None:
    assert run_of([]).find_similar("belhorod", cutoff=72) == []
    assert run_of(["", ""]).find_similar("belhorod", cutoff=72) == []


def test_texts_of_more_rows_than_are_made_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(columns, "_PART", 3)
    found = columns.text_column(["a", None, "b"], np.array([2, 0, 1, 0, 2, 2, 1]))
    assert found.dtype == "str"
    assert found.isna().tolist() == [False, False, True, False, False, False, True]
    assert found.dropna().tolist() == ["b", "a", "a", "b", "b"]
    assert columns.text_column([None], np.array([], dtype=np.intp)).equals(pd.Series([], dtype="str"))
