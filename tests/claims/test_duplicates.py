"""Possible duplicates are proposed in pairs with a score and reasons, across sources, and nothing is merged."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from impactmap.claims.blocking import candidate_pairs, great_circle_km, near_pairs, same_key_pairs, unpack
from impactmap.claims.duplicates import propose_duplicates
from impactmap.model.claims import claims_frame
from impactmap.model.errors import ColumnError

TEXT = "Drones hit a substation in the north of the city"


def reports(*rows):
    names = ["event_id", "date_start", "place", "latitude", "longitude", "summary", "source_name", "source_url", "side"]
    frame = pd.DataFrame([[*row, *[None] * (len(names) - len(row))] for row in rows], columns=names)
    frame["date_start"] = pd.to_datetime(frame["date_start"])
    floats = ["latitude", "longitude"]
    texts = [name for name in names if name not in {*floats, "date_start"}]
    return frame.astype({**dict.fromkeys(texts, "str"), **dict.fromkeys(floats, "float64")})


def listed(pieces):
    """Return packed pairs as tuples, as often as they come."""
    return [tuple(pair) for piece in pieces for pair in np.column_stack(unpack(piece)).tolist()]


def pairs(frame, **options):
    found = propose_duplicates(frame, **options)
    return found[["event_id_1", "event_id_2"]].to_numpy().tolist()


def test_two_sources_of_one_event():
    frame = reports(
        ["a", "2025-11-09", "Kharkiv", 49.98, 36.25, TEXT, "A"],
        ["b", "2025-11-09", "Харків", 49.99, 36.23, "A substation in the north of the city was hit by drones", "B"],
        ["c", "2025-11-09", "Kyiv", 50.45, 30.52, TEXT, "B"],
        ["d", "2025-11-12", "Kharkiv", 49.98, 36.25, TEXT, "B"],
    )
    found = propose_duplicates(frame)
    assert found[["event_id_1", "event_id_2"]].to_numpy().tolist() == [["a", "b"]]
    assert 0.9 < found["score"][0] <= 1
    assert found["reasons"][0] == "same day; 2 km apart; similar text"
    assert found[["source_name_1", "source_name_2"]].to_numpy().tolist() == [["A", "B"]]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://www.example.org/a/", "http://example.org/a#top"),
        ("https://example.org/news?id=7", "https://example.org/news?id=7"),
    ],
)
def test_one_address_is_enough(one, other):
    frame = reports(
        ["a", "2025-11-09", "Kharkiv", None, None, "Fire", "A", one],
        ["b", "2025-11-11", "Region", None, None, None, "B", other],
    )
    found = propose_duplicates(frame)
    assert (found["score"].tolist(), found["same_url"].tolist()) == ([0.9], [True])
    assert found["reasons"].tolist() == ["same address; 2 days apart"]


def test_an_address_of_a_site_or_of_many_reports_says_nothing():
    site = reports(
        *([str(n), f"2025-01-{n + 1:02d}", f"P{n}", None, None, None, "A", "https://x.org/"] for n in range(3))
    )
    many = reports(
        *([str(n), f"2025-01-{n + 1:02d}", f"P{n}", None, None, None, "A", "https://x.org/all"] for n in range(20))
    )
    script = reports(
        *([str(n), f"2025-01-{n + 1:02d}", f"P{n}", None, None, None, "A", "javascript:x"] for n in range(2))
    )
    assert pairs(site) == pairs(many) == pairs(script) == []


def test_sides_and_texts_that_differ_speak_against():
    frame = reports(
        ["a", "2025-11-09", "Kharkiv", 49.98, 36.25, TEXT, "A", None, "X"],
        ["b", "2025-11-09", "Kharkiv", 49.98, 36.25, TEXT, "B", None, "Y"],
        ["c", "2025-11-09", "Kharkiv", 49.98, 36.25, "A bus was shelled near the market by mortars", "C"],
    )
    assert pairs(frame) == []
    low = propose_duplicates(frame, threshold=0.5)
    assert low["reasons"].tolist()[0] == "same day; same place; similar text; different sides"


def test_figures_and_kinds_speak_for_a_pair_without_texts():
    frame = reports(["a", "2025-11-09", "Kharkiv", 49.98, 36.25], ["b", "2025-11-09", "Kharkiv", 49.98, 36.25])
    assert pairs(frame) == []
    claims = claims_frame([{"event_id": each, "metric": "killed", "value": 7} for each in "ab"])
    found = propose_duplicates(frame, claims=claims)
    assert found["reasons"].tolist() == ["same day; same place; same figures"]
    assert found["score"].tolist() == [0.77]
    nothing = claims.assign(value=0.0)
    assert propose_duplicates(frame, claims=nothing).empty, "two noughts are no likeness"
    alike = frame.assign(side="X", sectors="power; gas", means=["drones", "drones; missiles"])
    assert propose_duplicates(alike)["score"].tolist() == [0.73]


def test_figures_are_the_same_where_all_of_them_are():
    told = {
        "a": [("killed", 3.0), ("injured", 5.0)],
        "b": [("injured", 5.0), ("killed", 3.0), ("killed", 3.0), ("drones", 0.0)],
        "c": [("killed", 3.0)],
        "d": [("killed", 3.0), ("injured", 6.0)],
        "e": [("injured", 3.0)],
        "f": [("injured", 3.0000000000001), ("killed", None)],
        "g": [],
    }
    frame = reports(*([each, "2025-11-09", "Kharkiv", 49.98, 36.25, TEXT] for each in told))
    claims = claims_frame(
        {"event_id": each, "metric": metric, "value": value}
        for each, figures in told.items()
        for metric, value in figures
    )
    found = propose_duplicates(frame, claims=claims)
    same = found[found["reasons"].str.contains("same figures")]
    assert sorted(same[["event_id_1", "event_id_2"]].to_numpy().tolist()) == [["a", "b"], ["e", "f"]]
    assert len(found) == 21


def test_how_far_it_is_with_addresses_and_reports():
    frame = reports(*([str(n), "2025-11-09", "Kharkiv", None, None, TEXT, "A", f"https://x.org/{n}"] for n in range(3)))
    told = []
    propose_duplicates(frame, progress=lambda *given: told.append(given))
    assert told == [(3, 3, "Comparing addresses"), (3, 3, "Comparing reports")]


def test_a_country_is_not_one_place():
    frame = reports(["a", "2025-11-09", "Ukraine", None, None, TEXT], ["b", "2025-11-09", "Ukraine", None, None, TEXT])
    settlement, country = (
        propose_duplicates(frame.assign(place_precision=p))["score"][0] for p in ("settlement", "country")
    )
    assert (settlement, country) == (1.0, 0.745)


def test_alphabets_are_not_compared():
    frame = reports(
        ["a", "2025-11-09", "Kharkiv", 49.98, 36.25, TEXT],
        ["b", "2025-11-09", "Kharkiv", 49.98, 36.25, "Дрони влучили у підстанцію на півночі міста"],
    )
    found = propose_duplicates(frame, threshold=0.5)
    assert found["text_similarity"].isna().tolist() == [True]


def test_across_a_column_alone():
    frame = reports(
        ["a", "2025-11-09", "Kharkiv", 49.98, 36.25, TEXT, "A"],
        ["b", "2025-11-09", "Kharkiv", 49.98, 36.25, TEXT, "A"],
        ["c", "2025-11-09", "Kharkiv", 49.98, 36.25, TEXT, "B"],
    )
    assert pairs(frame) == [["a", "b"], ["a", "c"], ["b", "c"]]
    assert pairs(frame, across="source_name") == [["a", "c"], ["b", "c"]]
    with pytest.raises(ColumnError, match="expected events with a column 'outlet'"):
        propose_duplicates(frame, across="outlet")


def test_of_two_sources_the_finer_one_s_reports_have_their_best_counterpart():
    far = "A missile struck the yard of a school at noon"
    frame = reports(
        ["a1", "2025-11-09", "Kharkiv", 49.98, 36.25, TEXT, "A"],
        ["b1", "2025-11-09", "Kharkiv", 49.98, 36.25, TEXT, "B"],
        ["b2", "2025-11-09", "Kharkiv", 49.98, 36.25, far, "B"],
        ["a2", "2025-11-09", "Kharkiv", 49.99, 36.25, far, "A"],
        ["b3", "2025-11-09", "Kharkiv", 49.98, 36.25, TEXT, "B"],
        ["c1", "2025-11-09", "Kharkiv", 49.98, 36.25, TEXT, "C"],
    )
    two = frame[frame["source_name"] != "C"]
    assert sorted(pairs(two, across="source_name", threshold=0.4)) == [["a1", "b1"], ["a1", "b3"], ["b2", "a2"]], (
        "A tells two, B three"
    )
    assert len(pairs(two, across="source_name", threshold=0.4, every=True)) == 6
    assert len(pairs(two, threshold=0.4)) == 10, "within a source and across them"
    three = sorted(pairs(frame, across="source_name", threshold=0.4))
    assert [pair for pair in three if "c1" not in pair] == [["a1", "b1"], ["a1", "b3"], ["b2", "a2"]], (
        "source by source"
    )
    assert {frozenset(pair) for pair in three if "c1" in pair} == {
        frozenset({"c1", other}) for other in ("a1", "a2", "b1", "b2", "b3")
    }, "each report of A and of B has its best of C"


def test_counterparts_that_are_as_good_are_both_proposed():
    frame = reports(
        ["a1", "2025-11-09", "Kharkiv", 49.98, 36.25, TEXT, "A"],
        ["a2", "2025-11-09", "Kharkiv", 49.98, 36.25, TEXT, "A"],
        ["b1", "2025-11-09", "Kharkiv", 49.98, 36.25, TEXT, "B"],
    )
    assert pairs(frame, across="source_name") == [["a1", "b1"], ["a2", "b1"]]
    frame = pd.concat([frame, frame.tail(1).assign(event_id="b2"), frame.tail(1).assign(event_id="b3")])
    assert len(pairs(frame.reset_index(drop=True), across="source_name")) == 6


def test_places_of_one_event_are_no_pair_and_the_best_pair_of_places_speaks():
    frame = reports(
        ["a", "2025-11-09", "Kharkiv", 49.98, 36.25, TEXT],
        ["a", "2025-11-09", "Sumy", 50.91, 34.80, TEXT],
        ["b", "2025-11-09", "Sumy", 50.91, 34.80, TEXT],
        ["b", "2025-11-09", "Kharkiv", 49.98, 36.35, TEXT],
    )
    found = propose_duplicates(frame)
    assert found[["event_id_1", "event_id_2", "reasons"]].to_numpy().tolist() == [
        ["a", "b", "same day; same place; similar text"]
    ]


def test_nothing_to_compare():
    for frame in (reports(), reports(["a", "2025-11-09", "Kharkiv"]), reports(["a", None], ["b", None])):
        found = propose_duplicates(frame)
        assert found.empty
        assert found.columns[0] == "event_id_1"


def test_rows_stay_as_they_are():
    frame = reports(["a", "2025-11-09", "K", 49.98, 36.25, TEXT], ["b", "2025-11-10", "K", 49.98, 36.25, TEXT])
    copy = frame.copy()
    assert propose_duplicates(frame)["days_apart"].tolist() == [1]
    pd.testing.assert_frame_equal(frame, copy)


def test_pairs_that_are_near_are_those_of_brute_force():
    rng = np.random.default_rng(1)
    position = np.column_stack([rng.uniform(49, 50, 120), rng.uniform(36, 37, 120)]).round(3)
    day, order = rng.integers(0, 6, 120), np.arange(120)
    found = near_pairs(position, day, order, rows=np.arange(120), days=1, near_km=15)
    one, other = np.triu_indices(120, 1)
    km = great_circle_km(position[one, 0], position[one, 1], position[other, 0], position[other, 1])
    near = (km <= 14.9) & (abs(day[one] - day[other]) <= 1)
    wanted = {tuple(pair) for pair in np.column_stack([one, other])[near].tolist()}
    got = listed(found)
    assert wanted <= set(got)
    assert len(got) == len(set(got))
    assert len(wanted) > 50
    assert all(abs(day[a] - day[b]) <= 1 for a, b in got)


@pytest.mark.parametrize(
    ("latitudes", "longitudes", "near_km", "days"),
    [
        ((-90, 90), (-180, 180), 900, 1),
        ((85, 90), (-180, 180), 150, 2),
        ((-90, -88), (-180, 180), 40, 0),
        ((-0.3, 0.3), (179.7, 180.3), 15, 1),
        ((-1, 1), (-0.2, 0.2), 15, 30),
        ((10, 10.02), (20, 20.02), 0.2, 1),
        ((10, 10.004), (20, 20.004), 0, 3),
    ],
    ids=["world", "north pole", "south pole", "date line", "equator", "streets", "the same spot"],
)
def test_pairs_anywhere_are_those_of_brute_force(latitudes, longitudes, near_km, days):
    rng = np.random.default_rng(5)
    position = np.column_stack([rng.uniform(*latitudes, 300), (rng.uniform(*longitudes, 300) + 180) % 360 - 180]).round(
        3
    )
    day, rows = rng.integers(-20, 20, 300), np.arange(300)
    phi, lam = np.radians(position).T
    points = 6371.0088 * np.column_stack([np.cos(phi) * np.cos(lam), np.cos(phi) * np.sin(lam), np.sin(phi)])
    one, other = np.triu_indices(300, 1)
    wanted = (np.abs(points[one] - points[other]) <= near_km).all(axis=1) & (abs(day[one] - day[other]) <= days)
    got = listed(near_pairs(position, day, rows, rows=rows, days=days, near_km=near_km))
    assert sorted(got) == list(zip(one[wanted].tolist(), other[wanted].tolist(), strict=True)) != []


def test_pairs_of_one_name_are_those_of_brute_force():
    keys = np.array([0, 1, -1, 0, 0, -1, 1])
    day = np.array([1, 1, 1, 2, 4, 1, 1])
    found = same_key_pairs(keys, day, keys, days=1)
    assert sorted(listed(found)) == [(0, 3), (1, 6)]


def test_a_crowded_day_and_place_stays_cheap():
    """Of 2,000 reports of one day and place two million pairs could be made; neighbours by text are enough."""
    texts = [f"{n:04d} shells fell on the {n} houses" for n in range(2000)]
    frame = reports(*([str(n), "2025-11-09", "Kharkiv", 49.98, 36.25, text] for n, text in enumerate(texts)))
    twin = reports(["twin", "2025-11-09", "Kharkiv", 49.98, 36.25, texts[700]])
    found = propose_duplicates(pd.concat([frame, twin], ignore_index=True), threshold=0.999)
    assert ["700", "twin"] in found[["event_id_1", "event_id_2"]].to_numpy().tolist()
    nought = np.zeros(2000, dtype=int)
    assert len(listed(same_key_pairs(nought, nought, np.arange(2000), days=1))) < 30_000


@pytest.mark.parametrize("last", [None, 0])
def test_pairs_are_the_same_in_pieces_of_any_size_and_come_once(monkeypatch, last):
    """Crowded and roomy places, of one name and near each other, of one day and two."""
    rng = np.random.default_rng(3)
    keys, day, order = rng.integers(-1, 4, 500), rng.integers(0, 3, 500), rng.integers(0, 200, 500)
    position = np.column_stack([50 + rng.integers(0, 9, 500) / 20, np.full(500, 36.25)])
    position[rng.random(500) < 0.1] = np.nan
    options = {"days": 1, "near_km": 15, "last": last}
    whole = listed(candidate_pairs(keys, position, day, order, **options))
    monkeypatch.setattr("impactmap.claims.blocking._BLOCK", 5)
    monkeypatch.setattr("impactmap.claims.blocking._PIECE", 50)
    pieces = list(candidate_pairs(keys, position, day, order, **options))
    assert max(map(len, pieces)) <= 100
    assert sorted(listed(candidate_pairs(keys, position, day, order, **options))) == sorted(whole)
    assert len(set(whole)) == len(whole) > 5000
    if last == 0:
        assert {int(min(day[one], day[other])) for one, other in whole} == {0}


@pytest.mark.parametrize("days", [0, 1, 3])
def test_a_run_of_days_at_a_time_finds_what_the_whole_table_at_once_does(monkeypatch, days):
    rng = np.random.default_rng(7)
    moments = pd.Series(pd.Timestamp("2025-01-01") + pd.to_timedelta(rng.integers(0, 30, 400), unit="D"))
    frame = pd.DataFrame(
        {
            "event_id": pd.Series(rng.integers(0, 380, 400)).astype("str"),
            "date_start": moments.where(rng.random(400) > 0.05),
            "place": pd.Series(rng.choice(["Kharkiv", "Kyiv", "Sumy"], 400), dtype="str"),
            "latitude": np.where(rng.random(400) < 0.5, 50 + rng.integers(0, 9, 400) / 10, np.nan),
            "longitude": 36.25,
            "summary": pd.Series(rng.choice([TEXT, "A bus was shelled near the market", "Fire"], 400), dtype="str"),
            "source_url": pd.Series([f"https://x.org/{n}" for n in rng.integers(0, 200, 400)], dtype="str"),
            "sectors": pd.Series(rng.choice(["power; gas", "gas", "rail"], 400), dtype="str"),
        }
    )
    whole = propose_duplicates(frame, days=days)
    monkeypatch.setattr("impactmap.claims.duplicates._RUN", 20)
    monkeypatch.setattr("impactmap.claims.duplicates._CHUNK", 50)
    monkeypatch.setattr("impactmap.claims.duplicates._BLOCK", 7)
    monkeypatch.setattr("impactmap.claims.blocking._PIECE", 50)
    pd.testing.assert_frame_equal(propose_duplicates(frame, days=days), whole)
    assert whole["same_url"].any()
    assert (~whole["same_url"]).sum() > 50


def test_ten_crowded_days_cost_ten_times_one():
    """What a crowded place costs must not grow with the rest of the table."""
    import time

    def seconds(count):
        day = pd.Series(pd.Timestamp("2025-01-01") + pd.to_timedelta(np.arange(count) // 70 * 3, unit="D"))
        text = pd.Series([f"{n} shells fell on {n} houses" for n in range(count)], dtype="str")
        frame = pd.DataFrame({"event_id": text, "date_start": day, "place": "Kharkiv", "summary": text})
        begun = time.process_time()
        propose_duplicates(frame, threshold=1.0)
        return time.process_time() - begun

    few = min(seconds(3500) for _ in range(2))
    assert seconds(35_000) < 30 * few
